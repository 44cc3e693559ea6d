using System.Text.Json.Nodes;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;
using MathNet.Numerics.Distributions;

namespace LambdaHat.Tests.Cli;

public sealed class CompareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string In(string name) => Path.Combine(_folder.Path, name);

    // Two networks of one task, from other first parameters; trained for so few steps that the behavioural loss is the one to take.
    private void Train()
    {
        foreach (var seed in new[] { 1, 2 })
            Assert.Equal(ExitCode.Done, CommandRun.Of($"train matrix-factorisation --data matrix-factorisation:4 --steps 60 --seed {seed}", "--out", In($"model-{seed}")).Code);
    }

    [Fact]
    public void Two_networks_are_estimated_at_the_gamma_of_the_first()
    {
        Train();
        var run = CommandRun.Of($"compare {In("model-1")} {In("model-2")} --loss behavioural --steps 256 --seed 3 --json", "--out", In("out"));
        Assert.Equal(ExitCode.Done, run.Code);
        var (json, a, b) = (run.Json, run.Json["a"]!, run.Json["b"]!);
        double Of(JsonNode node, string key) => node[key]!.GetValue<double>();
        Assert.Equal(Of(a, "lambda_hat") - Of(b, "lambda_hat"), Of(json, "difference"), 1e-12);
        Assert.Equal(Math.Sqrt(Math.Pow(Of(a, "standard_error"), 2) + Math.Pow(Of(b, "standard_error"), 2)), Of(json, "standard_error"), 1e-12);
        Assert.Equal(Normal.CDF(0, 1, Of(json, "difference") / Of(json, "standard_error")), Of(json, "probability_a_larger"), 1e-12);
        Assert.Equal((3, 4), (Of(a, "seed"), Of(b, "seed")));
        // Each half is the estimate of its network, and γ the default of A.
        var first = JsonNode.Parse(File.ReadAllText(Path.Combine(In("out"), "a", "result.json")))!;
        var own = CommandRun.Of($"estimate {In("model-1")} --loss behavioural --steps 256 --seed 3 --json", "--out", In("own"));
        Assert.Equal(Of(own.Json, "lambda_hat"), Of(a, "lambda_hat"));
        Assert.Equal(Of(own.Json, "gamma"), Of(json, "gamma"));
        Assert.Equal(Of(json, "gamma"), Of(JsonNode.Parse(File.ReadAllText(Path.Combine(In("out"), "b", "result.json")))!, "gamma"));
        Assert.Equal(Of(first, "lambda_hat"), Of(a, "lambda_hat"));
        Assert.Equal(json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(In("out"), "compare.json")))!.ToJsonString());

        // Runs in place of networks give the same numbers; a run beside a network gives that its γ.
        var again = CommandRun.Of($"compare {In("out/a")} {In("out/b")} --json", "--out", In("again"));
        Assert.Equal(Of(json, "probability_a_larger"), Of(again.Json, "probability_a_larger"));
        var mixed = CommandRun.Of($"compare {In("model-2")} {In("out/a")} --steps 256 --seed 3", "--out", In("mixed"));
        Assert.Equal(ExitCode.Done, mixed.Code);
        var read = JsonNode.Parse(File.ReadAllText(Path.Combine(In("mixed"), "compare.json")))!;
        // The seed of the run is 3, so that the network gets another: that of B above, with its result.
        Assert.Equal((Of(json, "gamma"), 4, Of(b, "lambda_hat")), (Of(read, "gamma"), Of(read["a"]!, "seed"), Of(read["a"]!, "lambda_hat")));
        Assert.Contains("probability that λ_A > λ_B: ", mixed.Out, StringComparison.Ordinal);
        Assert.Contains("• the probability knows the Monte-Carlo errors alone", mixed.Out, StringComparison.Ordinal);
        Assert.Contains("loss behavioural", mixed.Out, StringComparison.Ordinal);

        // A γ of its own is refused before anything is sampled.
        var other = CommandRun.Of($"compare {In("out/a")} {In("model-2")} --gamma 1", "--out", In("other"));
        Assert.Equal((ExitCode.BadInput, ""), (other.Code, other.Out));
        Assert.Contains("gamma is ", Assert.Single(other.Problems), StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("other")));
    }

    [Fact]
    public void A_diverged_network_is_exit_code_3_and_not_believed()
    {
        Train();
        var run = CommandRun.Of($"compare {In("model-1")} {In("model-2")} --sampler sgld --metric none --steps 100 --burn-in 0.5 --step-size 1e9 --json", "--out", In("out"));
        Assert.Equal(ExitCode.AllChainsDiverged, run.Code);
        Assert.False(run.Json["believable"]!.GetValue<bool>());
        Assert.Null(run.Json["probability_a_larger"]);
        Assert.Equal(2, run.Json["warnings"]!.AsArray().Count(w => w!.GetValue<string>().StartsWith("not to be believed: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("compare .", "B is needed: another")]
    [InlineData("compare . nowhere", "B: there is no folder \"nowhere\"; expected that of a network or of a run")]
    [InlineData("compare . . --two-temperatures", "--two-temperatures goes with estimate")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string line, string expected)
    {
        var run = CommandRun.Of(line);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal([expected], run.Problems);
    }
}
