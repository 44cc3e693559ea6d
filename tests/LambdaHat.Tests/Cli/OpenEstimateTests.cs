using System.Text.Json.Nodes;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>The command line's options for runs that find their own sampler, step size and length.</summary>
public sealed class OpenEstimateTests : IDisposable
{
    private const string Network = "estimate --dln 4,3,2 --ranks 3,2 --n 500 --json ";
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_given_reach_the_run()
    {
        var run = CommandRun.Of(Network + "--sampler mala --metric none --tolerance 0.25 --max-minutes 2.5 --max-steps 3000 --localisation relative --box 5", "--out", Out);
        Assert.True(run.Code == ExitCode.Done, run.Error);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "config.json")))!.AsObject();
        var expected = JsonNode.Parse("""{ "sampler": "mala", "metric": "none", "tolerance": 0.25, "max_minutes": 2.5, "max_steps": 3000, "localisation": "relative", "box": 5, "gamma": 10 }""")!.AsObject();
        foreach (var (key, value) in expected) Assert.Equal((key, value!.ToJsonString()), (key, config[key]?.ToJsonString()));
    }

    [Fact]
    public void Nothing_given_is_an_exact_run_that_meets_its_tolerance()
    {
        var json = CommandRun.Of(Network, "--out", Out).Json;
        Assert.Equal(("gibbs", "none", "converged"), (Text(json, "sampler"), Text(json, "metric"), Text(json, "verdict")));
        Assert.InRange(Number(json, "standard_error") / Number(json, "lambda_hat"), 0.001, 0.05);
        // γ = 10·d/‖w*‖² keeps flat directions near w*.
        var strict = CommandRun.Of(Network + "--tolerance 0.02", "--out", Out).Json;
        Assert.InRange(Number(strict, "standard_error") / Number(strict, "lambda_hat"), 0.001, 0.02);
        Assert.True(Number(strict, "steps") > Number(json, "steps"));
        Assert.Equal(Number(json, "gamma"), Number(strict, "gamma"));
        var looser = CommandRun.Of(Network + "--gamma 1", "--out", Out).Json;
        Assert.Equal(1, Number(looser, "gamma"));
        Assert.Equal(1 < Number(json, "gamma"), Quadratic(looser) > Quadratic(json));
    }

    [Fact]
    public void A_budget_of_steps_ends_a_run_and_is_said()
    {
        var json = CommandRun.Of(Network + "--tolerance 0.0001 --max-steps 700", "--out", Out).Json;
        Assert.InRange(Number(json, "steps"), 600, 700);
        Assert.Equal("not-equilibrated", Text(json, "verdict"));
        Assert.Contains(json["reasons"]!.AsArray(), reason => reason!.GetValue<string>().Contains("the budget of steps or minutes was spent", StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_of_minutes_ends_a_run()
    {
        // A thousandth of a second is over before the first look; a tolerance of 1e-6 takes 10¹¹ sweeps.
        var json = CommandRun.Of(Network + "--tolerance 0.000001 --max-minutes 0.00002", "--out", Out).Json;
        Assert.Equal("not-equilibrated", Text(json, "verdict"));
        Assert.InRange(Number(json, "steps"), 1, 100_000);
    }

    [Fact]
    public void A_second_temperature_is_asked_for_by_name()
    {
        Assert.Null(CommandRun.Of(Network, "--out", Out).Json["evidence"]!["two_temperatures"]);
        var evidence = CommandRun.Of(Network + "--two-temperatures --gamma 0.001", "--out", Out).Json["evidence"]!;
        var (value, error) = (Number(evidence, "two_temperatures"), Number(evidence, "two_temperatures_error"));
        // A regular point with λ = ½·(2·4) = 4, where γ takes nothing.
        Assert.InRange(value, 4 - (4 * error), 4 + (4 * error));
        Assert.True(error < 2, $"the error {error} is too large to tell");
    }

    [Theory]
    [InlineData("--metric fisher", "--metric: expected one of none, learned, kronecker, got \"fisher\"")]
    [InlineData("--localisation both", "--localisation: expected one of plain, relative, got \"both\"")]
    [InlineData("--tolerance 0", "--tolerance: tolerance must be a number in (0, 1), got 0")]
    [InlineData("--tolerance 1", "--tolerance: tolerance must be a number in (0, 1), got 1")]
    [InlineData("--tolerance few", "--tolerance: expected a number, got \"few\"")]
    [InlineData("--max-minutes 0", "--max-minutes: max-minutes must be a finite number > 0, got 0")]
    [InlineData("--max-minutes nan", "--max-minutes: max-minutes must be a finite number > 0, got NaN")]
    [InlineData("--max-steps 15", "--max-steps: expected a whole number from 16 to 2147483647, got \"15\"")]
    [InlineData("--max-steps 1e3", "--max-steps: expected a whole number from 16 to 2147483647, got \"1e3\"")]
    [InlineData("--box 0", "--box: box must be a number > 0, got 0")]
    [InlineData("--box wide", "--box: expected a number, got \"wide\"")]
    // What does not go together shows once the network is known.
    [InlineData("--sampler gibbs --box 5", "sampler gibbs has no bounding box, got box 5")]
    [InlineData("--sampler gibbs --metric kronecker", "sampler gibbs has no metric, got kronecker")]
    [InlineData("--sampler langevin --metric none", "sampler langevin has the metric kronecker, got none; expected sgld for the metric none")]
    [InlineData("--sampler rmsprop-sgld --metric none", "sampler rmsprop-sgld has the metric learned, got none")]
    [InlineData("--sampler mala --preconditioner *=2", "a preconditioner by hand goes with the metric none, got kronecker")]
    public void What_is_out_of_range_is_refused_with_the_legal_range(string options, string expected)
    {
        var run = CommandRun.Of(Network + options, "--out", Out);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal([expected], run.Problems);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void Everything_out_of_range_is_said_at_once()
    {
        var run = CommandRun.Of(Network + "--sampler nuts --metric fisher --localisation both --tolerance 2 --max-minutes -1 --max-steps 3 --box -1", "--out", Out);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(["--sampler", "--metric", "--localisation", "--box", "--tolerance", "--max-minutes", "--max-steps"], run.Problems.Select(problem => problem.Split(':')[0]));
    }

    private static string Text(JsonNode json, string key) => json[key]!.GetValue<string>();

    private static double Number(JsonNode json, string key) => json[key]!.GetValue<double>();

    private static double Quadratic(JsonNode json) => Number(json["evidence"]!["quadratic"]!, "lambda_quad");
}
