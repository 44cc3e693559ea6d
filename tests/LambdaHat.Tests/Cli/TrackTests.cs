using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LambdaHat.Cli;
using LambdaHat.Cli.Display;
using LambdaHat.Tests.Data;
using Spectre.Console.Testing;

namespace LambdaHat.Tests.Cli;

public sealed class TrackTests : IDisposable
{
    private const string Small = "--loss behavioural --steps 64 --seed 7";
    private readonly TemporaryFolder _folder = new();

    private string Model => Path.Combine(_folder.Path, "model");

    private string Out => Path.Combine(_folder.Path, "track");

    public void Dispose() => _folder.Dispose();

    private void Train(int checkpoints) =>
        Assert.Equal(ExitCode.Done, CommandRun.Of($"train matrix-factorisation --data matrix-factorisation:4 --steps 60 --checkpoints {checkpoints}", "--out", Model).Code);

    [Fact]
    public void A_training_is_tracked_with_one_gamma_for_all()
    {
        Train(4);
        var run = CommandRun.Of($"track {Model} {Small} --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Single(run.Out.TrimEnd('\n').Split('\n'));
        var points = run.Json["points"]!.AsArray();
        Assert.Equal([0, 20, 40, 60], points.Select(p => p!["step"]!.GetValue<int>()));
        Assert.Equal([7, 8, 9, 10], points.Select(p => p!["seed"]!.GetValue<int>()));
        Assert.All(points, p => Assert.True(p!["lambda_hat"]!.GetValue<double>() > 0 && p["standard_error"]!.GetValue<double>() > 0 && p["lambda_quad"]!.GetValue<double>() > 0 && p["norm"]!.GetValue<double>() > 0));
        // The losses are those of training although the loss that is estimated is 0 at every checkpoint.
        var losses = points.Select(p => p!["train_loss"]!.GetValue<double>()).ToArray();
        Assert.Equal(losses.OrderDescending(), losses);
        Assert.True(losses[^1] > 0);
        // γ is the default of the last: 10·d/‖w*‖².
        var gamma = run.Json["options"]!["gamma"]!.GetValue<double>();
        Assert.Equal(10 * 32 / Math.Pow(points[3]!["norm"]!.GetValue<double>(), 2), gamma, 1e-6 * gamma);
        Assert.Contains("the default at the last checkpoint, for all", run.Error, StringComparison.Ordinal);
        Assert.True(run.Json["complete"]!.GetValue<bool>());
        Assert.Equal(["run.json", "track.html", "track.json"], Directory.GetFiles(Out).Select(Path.GetFileName).Order());
        Assert.Equal(run.Json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "track.json")))!.ToJsonString());
        Assert.Equal(4, run.Error.Split('\n').Count(line => Regex.IsMatch(line, @"^checkpoint \d of 4: step-000000\d0, step \d+: λ̂ = \d.*; 00:00:\d\d left$")));
        // A point is the estimate of its checkpoint with these options.
        var one = CommandRun.Of($"estimate {Model}/checkpoints/step-00000020 --loss behavioural --steps 64 --seed 8 --json --gamma {gamma:R}", "--out", Path.Combine(_folder.Path, "one"));
        Assert.Equal(points[1]!["lambda_hat"]!.GetValue<double>(), one.Json["lambda_hat"]!.GetValue<double>());
    }

    [Fact]
    public void An_interrupted_track_goes_on_to_the_same_bytes()
    {
        Train(5);
        var whole = CommandRun.Of($"track {Model} {Small} --threads 1", "--out", Out);
        Assert.Equal(ExitCode.Done, whole.Code);
        var text = File.ReadAllText(Path.Combine(Out, "track.json"));
        var cut = Path.Combine(_folder.Path, "cut");
        // The interruption comes when the second checkpoint has been reported.
        using var interruption = new CancellationTokenSource();
        using StringWriter output = new(), error = new Watching("checkpoint 2 of 5", interruption.Cancel);
        var code = LambdaHatCommand.Run([.. $"track {Model} {Small} --threads 1 --out {cut}".Split(' ')], Terminal.Plain(output, error), interruption.Token);
        Assert.Equal((ExitCode.Interrupted, ""), (code, output.ToString()));
        Assert.Contains($"2 of 5 checkpoints are in {Path.Combine(cut, "track.json")}; lambdahat resume {cut} goes on", error.ToString(), StringComparison.Ordinal);
        Assert.False(JsonNode.Parse(File.ReadAllText(Path.Combine(cut, "track.json")))!["complete"]!.GetValue<bool>());
        var rest = CommandRun.Of($"track {Model} {Small} --threads 2", "--resume", cut);
        Assert.Equal(ExitCode.Done, rest.Code);
        Assert.Contains("2 of 5 checkpoints are in ", rest.Error, StringComparison.Ordinal);
        Assert.Equal(WithoutTimes(text), WithoutTimes(File.ReadAllText(Path.Combine(cut, "track.json"))));
        Assert.Equal(Table(whole.Out), Table(rest.Out));
        Assert.Matches(@"│ +15 │ +\d[^│]* ± [^│]+│", whole.Out);

        static string WithoutTimes(string json) => Regex.Replace(Regex.Replace(json, @"(?<=""seconds"": )[\d.eE-]+", "…"), @"(?<=""(command|started)"": )""[^\n]*""", "…");
        static string Table(string all) => all[..all.IndexOf("report:", StringComparison.Ordinal)];
    }

    [Fact]
    public void Every_chain_diverged_at_every_checkpoint_is_exit_code_3()
    {
        Train(2);
        var run = CommandRun.Of($"track {Model} --sampler sgld --metric none --steps 100 --burn-in 0.5 --step-size 1e9 --json", "--out", Out);
        Assert.Equal(ExitCode.AllChainsDiverged, run.Code);
        Assert.Equal("diverged", run.Json["points"]![0]!["verdict"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("track", "CHECKPOINTS_DIR is needed: folder whose subfolders each have config.json and model.safetensors, or what train wrote with --checkpoints")]
    [InlineData("track nowhere", "CHECKPOINTS_DIR: there is no folder \"nowhere\"; expected one whose subfolders are checkpoints")]
    [InlineData("track . --localisation relative", "--localisation: localisation must be plain in a series: relative to the weights γ would move with training")]
    [InlineData("track . --two-temperatures", "--two-temperatures goes with estimate")]
    [InlineData("track . --false-alarms 2", "--false-alarms: false alarms must be a number in (0, 1), got 2")]
    [InlineData("track . --resume nowhere", "--resume: there is no track.json in \"nowhere\"; expected the folder of a track, or --out to begin one")]
    [InlineData("track . --resume a --out b", "--resume: it names the folder, and so does --out; expected one of them")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string line, string expected)
    {
        var run = CommandRun.Of(line);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal([expected], run.Problems);
    }

    [Fact]
    public void A_terminal_shows_one_bar_over_the_checkpoints()
    {
        using var console = new TestConsole().Width(120).Interactive();
        TrackBar.Show(new Terminal(TextWriter.Null, TextWriter.Null, console, console, Live: true), points: 8, before: 1, progress =>
        {
            progress.Report(new(3, 8, 1, null));
            progress.Report(new(5, 8, 1, null));
            return 0;
        });
        Assert.Matches(@"^1 of 8 checkpoints .* 75% ", console.Lines.Last(line => line.Contains("checkpoints", StringComparison.Ordinal)));
    }

    private sealed class Watching(string awaited, Action then) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(awaited, StringComparison.Ordinal) == true) then();
        }
    }
}
