using System.Text.RegularExpressions;
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
        var answer = ChainBars.Show(Live(console), 3, 1000, (progress, _) =>
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

    // What follows the steps has a bar where it takes more than two seconds.
    [Fact]
    public void A_terminal_shows_what_follows_the_steps_where_it_takes_its_time()
    {
        using var console = new TestConsole().Width(100).Interactive();
        ChainBars.Show(Live(console), 1, 1000, (progress, stages) =>
        {
            progress.Report(new(0, 1000, 1000, 12.25));
            stages(new("the prior alone", 0, ""));
            stages(new("curvature at w*", 0, ""));
            Thread.Sleep(2100);
            stages(new("curvature at w*", 0.5, ""));
            return 0;
        });
        Assert.DoesNotContain(console.Lines, line => line.Contains("the prior", StringComparison.Ordinal));
        Assert.Matches(@"^curvature at w\* 00:00:0[2-9] left .* 50% --:--:--", console.Lines.Last(line => line.StartsWith("curvature", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_terminal_shows_a_bar_for_every_stage_of_a_spectrum()
    {
        using var console = new TestConsole().Width(100).Interactive();
        StageBars.Show(Live(console), progress =>
        {
            progress(new("counting", 0.5, ""));
            progress(new("eigenpairs", 0.25, "3 of 8"));
            return 0;
        });
        Assert.Matches(@"^counting .* 100% ", console.Lines.Last(line => line.StartsWith("counting", StringComparison.Ordinal)));
        Assert.Matches(@"^eigenpairs 3 of 8 .* 25% ", console.Lines.Last(line => line.StartsWith("eigenpairs", StringComparison.Ordinal)));
    }

    [Fact]
    public void Elsewhere_a_line_stands_for_every_tenth_of_a_stage()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var lines = StageBars.Lines(error, TimeSpan.Zero);
        foreach (var share in new[] { 0, 0.05, 0.1, 0.15, 0.5 }) lines(new("counting", share, ""));
        lines(new("eigenpairs", 0.3, "2 of 7"));
        Assert.Matches("^counting:  10 %  00:00:0. left\ncounting:  50 %  00:00:0. left\neigenpairs:  30 %  2 of 7  00:00:0. left\n$", error.ToString());
    }

    // One of the same name begins again: its time left is its own, and nothing is said at its beginning.
    [Fact]
    public void A_stage_that_begins_again_counts_anew()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var lines = StageBars.Lines(error, TimeSpan.Zero);
        foreach (var share in new[] { 0, 0.5, 1, 0, 0.5, 0.1 }) lines(new("accuracy", share, ""));
        Assert.Matches("^accuracy:  50 %  00:00:0. left\naccuracy: 100 %  00:00:00 left\naccuracy:  50 %  00:00:0. left\naccuracy:  10 %  00:00:0. left\n$", error.ToString());
        using var console = new TestConsole().Width(100).Interactive();
        StageBars.Show(Live(console), progress =>
        {
            foreach (var share in new[] { 0.5, 1, 0.25 }) progress(new("accuracy", share, ""));
            return 0;
        });
        var bars = console.Lines.Where(line => line.StartsWith("accuracy", StringComparison.Ordinal)).TakeLast(2).ToArray();
        Assert.Matches(" 100% ", bars[0]);
        Assert.Matches("  25% ", bars[1]);
    }

    // A stage that goes on from a half did a quarter in a second and a half: as long is left for the other.
    [Fact]
    public void A_stage_that_goes_on_reckons_by_what_it_has_done_itself()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var lines = StageBars.Lines(error, TimeSpan.FromSeconds(0.4));
        lines(new("losses", 0.5, ""));
        Thread.Sleep(1500);
        lines(new("losses", 0.75, ""));
        Assert.Matches("^losses:  70 %  00:00:0[1-5] left\n$", error.ToString());
    }

    // 2.1 seconds for a half: as much is left.
    [Fact]
    public void Preparation_shows_a_bar_for_what_takes_its_time_alone()
    {
        using var console = new TestConsole().Width(100).Interactive();
        StageBars.ShowBriefly(Live(console), progress =>
        {
            progress(new("losses", 0, ""));
            progress(new("losses", 1, ""));
            progress(new("second moments", 0, ""));
            Thread.Sleep(2100);
            progress(new("second moments", 0.5, ""));
            return 0;
        });
        Assert.DoesNotContain(console.Lines, line => line.StartsWith("losses", StringComparison.Ordinal));
        Assert.Contains(console.Lines, line => Regex.IsMatch(line, "^second moments 00:00:0[2-9] left .* 50%"));
    }

    // A stage that lasts less than two seconds has no line of its own.
    [Fact]
    public void An_experiment_says_where_it_stands_and_a_long_stage_of_it_too()
    {
        using var error = new StringWriter { NewLine = "\n" };
        ReproductionBar.Show(Terminal.Plain(TextWriter.Null, error), progress =>
        {
            progress.Report(new(0, 2, "rank"));
            foreach (var share in new[] { 0, 0.5 }) progress.Report(new(0, 2, "rank") { Part = new("counting", share, "") });
            Thread.Sleep(2100);
            progress.Report(new(0, 2, "rank") { Part = new("counting", 0.71, "3 of 4") });
            progress.Report(new(1, 2, "rank"));
            return 0;
        });
        Assert.Matches("^rank, counting:  70 %  3 of 4  00:00:0. left\n1 of 2: rank; 00:00:0. left\n$", error.ToString());
    }

    [Fact]
    public void Elsewhere_a_line_stands_for_every_tenth_of_the_work()
    {
        using var error = new StringWriter { NewLine = "\n" };
        ChainBars.Show(Terminal.Plain(TextWriter.Null, error), 2, 100, (progress, _) =>
        {
            for (var step = 1; step <= 100; step++) progress.Report(new(0, step, 100, 1));
            progress.Report(new(1, 3, 100, double.NaN));
            return 0;
        });
        Assert.Equal([" 10", " 20", " 30", " 40", " 50", "100"], error.ToString().TrimEnd('\n').Split('\n').Select(line => line[..3]));
    }

    [Fact]
    public void A_run_of_open_length_says_when_it_goes_on()
    {
        using var error = new StringWriter { NewLine = "\n" };
        ChainBars.Show(Terminal.Plain(TextWriter.Null, error), 2, null, (progress, _) =>
        {
            for (var step = 50; step <= 100; step += 50)
                for (var chain = 0; chain < 2; chain++) progress.Report(new(chain, step, 100, 1));
            // Half as long again; a chain is lost at once, which is all that it had to do.
            progress.Report(new(0, 150, 150, 1));
            progress.Report(new(1, 101, 150, double.NaN));
            progress.Report(new(0, 225, 225, 1));
            progress.Report(new(1, 101, 225, double.NaN));
            return 0;
        });
        Assert.Equal(
        [
            " 20 %  left to step 100", " 50 %  left to step 100", " 70 %  left to step 100", "100 %  left to step 100",
            "goes on to step 150", " 80 %  left to step 150", "100 %  left to step 150",
            "goes on to step 225", "100 %  left to step 225",
        ], Lines(error));
    }

    [Fact]
    public void A_second_run_counts_from_the_start()
    {
        using var error = new StringWriter { NewLine = "\n" };
        ChainBars.Show(Terminal.Plain(TextWriter.Null, error), 1, 100, (progress, _) =>
        {
            for (var run = 0; run < 2; run++)
                for (var step = 50; step <= 100; step += 50) progress.Report(new(0, step, 100, 1));
            return 0;
        });
        Assert.Equal([" 50 %  left", "100 %  left", "second run, to step 100", " 50 %  left", "100 %  left"], Lines(error));
    }

    [Fact]
    public void A_bar_of_open_length_names_the_step_it_runs_to()
    {
        using var console = new TestConsole().Width(80).Interactive();
        ChainBars.Show(Live(console), 2, null, (progress, _) =>
        {
            progress.Report(new(0, 1000, 1000, 12.25));
            progress.Report(new(0, 1100, 1500, 12.5));
            return 0;
        });
        var last = console.Lines.Where(line => line.StartsWith("chain ", StringComparison.Ordinal)).TakeLast(2).ToArray();
        Assert.Matches(@"^chain 0  recent λ̂      12\.5  to step 1500 .*━.* 73% ", last[0]);
        Assert.Matches(@"^chain 1  recent λ̂ +━.* 0% --:--:--", last[1]);
    }

    // Without the time left, which depends on the machine.
    private static string[] Lines(StringWriter error) => [.. error.ToString().TrimEnd('\n').Split('\n').Select(line => Regex.Replace(line, @"\d\d:\d\d:\d\d ", ""))];

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
