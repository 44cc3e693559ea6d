using LambdaHat.Cli;
using LambdaHat.Cli.Display;
using LambdaHat.Training;
using Spectre.Console.Testing;

namespace LambdaHat.Tests.Cli;

public class DisplayTests
{
    [Fact]
    public void A_terminal_shows_a_bar_with_the_time_left_for_every_chain()
    {
        using var console = new TestConsole().Width(80).Interactive();
        var answer = ChainBars.Show(Live(console), 3, 1000, progress =>
        {
            progress.Report(new(0, 1000, 1000, 12.25));
            progress.Report(new(1, 400, 1000, double.NaN));
            return 42;
        });
        Assert.Equal(42, answer);
        var last = console.Lines.Where(line => line.StartsWith("chain ", StringComparison.Ordinal)).TakeLast(3).ToArray();
        Assert.Matches(@"^chain 0  recent λ̂     12\.25 .*100% 00:00:00", last[0]);
        Assert.Matches(@"^chain 1  recent λ̂  diverged .* 0% ", last[1]);
        Assert.Matches(@"^chain 2  recent λ̂ +━.* 0% --:--:--", last[2]);
    }

    [Fact]
    public void Elsewhere_a_line_stands_for_every_tenth_of_the_work()
    {
        using var error = new StringWriter { NewLine = "\n" };
        ChainBars.Show(Terminal.Plain(TextWriter.Null, error), 2, 100, progress =>
        {
            for (var step = 1; step <= 100; step++) progress.Report(new(0, step, 100, 1));
            progress.Report(new(1, 3, 100, double.NaN));
            return 0;
        });
        Assert.Equal([" 10", " 20", " 30", " 40", " 50", "100"], error.ToString().TrimEnd('\n').Split('\n').Select(line => line[..3]));
    }

    [Fact]
    public void Training_shows_its_loss_and_accuracy()
    {
        using var console = new TestConsole().Width(80).Interactive();
        TrainingBar.Show(Live(console), report =>
        {
            report(new TrainingProgress(1, 10, 10, 0.25, 0.5, 0.75, 0.125));
            return 0;
        });
        Assert.Contains(console.Lines, line => line.StartsWith("loss 0.25       accuracy  12.50 % ━", StringComparison.Ordinal) && line.Contains("100%"));
    }

    private static Terminal Live(TestConsole console) => new(TextWriter.Null, TextWriter.Null, console, console, Live: true);
}
