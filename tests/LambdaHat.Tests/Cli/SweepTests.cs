using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LambdaHat.Cli;
using LambdaHat.Cli.Display;
using LambdaHat.Estimation;
using LambdaHat.Tests.Data;
using Spectre.Console.Testing;

namespace LambdaHat.Tests.Cli;

public sealed class SweepTests : IDisposable
{
    private const string Small = "sweep --dln 4,3,2 --ranks 3,2 --n 1000 --steps 64 --gammas 10,1 --nbetas 100,1000 --seed 7";
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_json_has_the_grid_its_points_and_what_is_flat()
    {
        var run = CommandRun.Of(Small + " --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Single(run.Out.TrimEnd('\n').Split('\n'));
        var points = run.Json["points"]!.AsArray();
        Assert.Equal([(100, 1), (100, 10), (1000, 1), (1000, 10)], points.Select(p => (p!["nbeta"]!.GetValue<double>(), p["gamma"]!.GetValue<double>())));
        Assert.All(points, p => Assert.True(p!["lambda_hat"]!.GetValue<double>() > 0 && p["standard_error"]!.GetValue<double>() > 0 && p["lambda_quad"]!.GetValue<double>() > 3 && p["sensitivity"]!.GetValue<double>() >= 0));
        Assert.All(points, p => Assert.Contains(p!["verdict"]!.GetValue<string>(), Enum.GetValues<Verdict>().Select(v => v.Name())));
        Assert.Equal([true, true, false, false], points.Select(p => p!["two_temperatures"] is not null));
        Assert.True(run.Json["complete"]!.GetValue<bool>());
        Assert.Equal(2, run.Json["findings"]!.AsArray().Count);
        Assert.Equal(4, run.Json["theory"]!["lambda"]!.GetValue<double>());
        Assert.Equal(["run.json", "sweep.html", "sweep.json"], Directory.GetFiles(Out).Select(Path.GetFileName).Order());
        Assert.Equal(run.Json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "sweep.json")))!.ToJsonString());
        Assert.Equal(4, run.Error.Split('\n').Count(line => Regex.IsMatch(line, @"^point \d of 4: nβ = 1(00\.0|,000), γ = 1(\.00|0\.0): λ̂ = \d.*; 00:00:\d\d left$")));
    }

    [Fact]
    public void A_sweep_goes_on_where_it_stopped_to_the_same_bytes()
    {
        var whole = CommandRun.Of(Small, "--out", Out);
        Assert.Equal(ExitCode.Done, whole.Code);
        var (path, page) = (Path.Combine(Out, "sweep.json"), File.ReadAllText(Path.Combine(Out, "sweep.html")));
        var bytes = File.ReadAllText(path);
        foreach (var (place, threads) in new[] { ("--out", "1"), ("--resume", "3") })
        {
            var json = JsonNode.Parse(bytes)!;
            json["points"]!.AsArray().RemoveRange(1, 2);
            File.WriteAllText(path, json.ToJsonString());
            var rest = CommandRun.Of($"{Small} --threads {threads}", place, Out);
            Assert.Equal(ExitCode.Done, rest.Code);
            Assert.Contains("2 of 4 points are in ", rest.Error, StringComparison.Ordinal);
            Assert.Equal(WithoutTimes(bytes), WithoutTimes(File.ReadAllText(path)));
            Assert.Equal(page, File.ReadAllText(Path.Combine(Out, "sweep.html")));
            Assert.Equal(whole.Out, rest.Out);
        }
        Assert.Matches(@"│ +1,000 │ +10\.0 │ +\d[^│]* ± [^│]+│ +\d\.\d+ │ +−?0\.\d\d │ +│ \S+ +│", whole.Out);
        Assert.Contains("exact λ (global), multiplicity: 4, 1; at this point 4", whole.Out, StringComparison.Ordinal);
        Assert.Equal(2, whole.Out.Split('\n').Count(line => line.StartsWith("• at nβ = ", StringComparison.Ordinal)));

        static string WithoutTimes(string json) => Regex.Replace(json, @"(?<=""seconds"": )[\d.e-]+", "…");
    }

    [Fact]
    public void Another_sweep_in_the_folder_is_left_alone()
    {
        Assert.Equal(ExitCode.Done, CommandRun.Of(Small, "--out", Out).Code);
        var before = File.ReadAllText(Path.Combine(Out, "sweep.json"));
        var run = CommandRun.Of(Small.Replace("--seed 7", "--seed 8").Replace("10,1 ", "10,2 "), "--out", Out);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        var problem = Assert.Single(run.Problems);
        Assert.Contains("gammas is [1,10] there and [2,10] here", problem, StringComparison.Ordinal);
        Assert.Contains("seed is 7 there and 8 here", problem, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Out, "sweep.json")));
    }

    [Fact]
    public void Every_chain_diverged_at_every_point_is_exit_code_3()
    {
        var run = CommandRun.Of("sweep --dln 4,5,3 --n 100 --sampler sgld --metric none --steps 100 --burn-in 0.5 --step-size 1e9 --gammas 1 --nbetas 20 --json", "--out", Out);
        Assert.Equal(ExitCode.AllChainsDiverged, run.Code);
        Assert.Equal("diverged", run.Json["points"]![0]!["verdict"]!.GetValue<string>());
        Assert.Null(run.Json["points"]![0]!["lambda_hat"]);
    }

    [Theory]
    [InlineData("sweep", "expected either MODEL_DIR or --dln WIDTHS")]
    [InlineData("sweep --dln 3,4 --gammas 1,x", "--gammas: expected numbers separated by commas, got \"1,x\"")]
    [InlineData("sweep --dln 3,4 --gammas 1,-2", "--gammas: gammas must be finite numbers > 0, got -2 (entry 2 of 2)")]
    [InlineData("sweep --dln 3,4 --nbetas 5,5", "--nbetas: nbetas must differ from each other, got 5 twice")]
    [InlineData("sweep --dln 3,4 --gamma 1 --gammas 1,2", "--gamma is the centre of the grid that --gammas lists; expected one of them")]
    [InlineData("sweep --dln 3,4 --nbeta 1 --nbetas 1,2", "--nbeta is the centre of the grid that --nbetas lists; expected one of them")]
    [InlineData("sweep --dln 3,4 --gamma 0", "--gamma: the centre of a sweep's grid must be a finite number > 0, got 0")]
    [InlineData("sweep --dln 3,4 --two-temperatures", "--two-temperatures goes with estimate; a sweep compares neighbouring nβ of its grid")]
    [InlineData("sweep --dln 3,4 --resume nowhere", "--resume: there is no sweep.json in \"nowhere\"; expected the folder of a sweep, or --out to begin one")]
    [InlineData("sweep --dln 3,4 --resume a --out b", "--resume: it names the folder, and so does --out; expected one of them")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string line, string expected)
    {
        var run = CommandRun.Of(line);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal([expected], run.Problems);
    }

    [Fact]
    public void A_terminal_shows_one_bar_over_the_points()
    {
        using var console = new TestConsole().Width(120).Interactive();
        SweepBar.Show(new Terminal(TextWriter.Null, TextWriter.Null, console, console, Live: true), points: 4, before: 1, progress =>
        {
            progress.Report(new(1, 4, 0.5, 1000, 2.5, null));
            progress.Report(new(3, 4, 0, 1000, 2.5, null));
            return 0;
        });
        var last = console.Lines.Last(line => line.StartsWith("point ", StringComparison.Ordinal));
        Assert.Matches(@"^point 4 of 4  nβ 1,000  γ 2\.50 .* 75% ", last);
    }
}
