using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LambdaHat.Cli;
using LambdaHat.Data;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

public sealed class EstimateTests : IDisposable
{
    private const string Small = "estimate --dln 4,5,3 --ranks 3,2 --n 1000 --sampler sgld --steps 400 --burn-in 0.5 --step-size 1e-4 --batch-size 100 --seed 7";
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_json_has_the_agreed_keys_and_types()
    {
        var run = CommandRun.Of(Small + " --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Single(run.Out.TrimEnd('\n').Split('\n'));
        var json = run.Json;
        foreach (var key in new[] { "lambda_hat", "standard_error", "r_hat", "ess", "acceptance", "nbeta", "baseline_loss", "seconds" })
            Assert.True(double.IsFinite(json[key]!.GetValue<double>()), key);
        Assert.Equal((1000, 35, 400, 7), (Whole("n"), Whole("dimension"), Whole("steps"), Whole("seed")));
        Assert.Equal(1000 / Math.Log(1000), json["nbeta"]!.GetValue<double>(), 1e-9);
        // At this step size quadratic directions are inflated by a fifth: λ_quad is 5.50, and the closed form of SGLD's law gives 6.68.
        Assert.Equal("step-too-large", json["verdict"]!.GetValue<string>());
        Assert.InRange(json["evidence"]!["quadratic"]!["expected"]!.GetValue<double>() / json["evidence"]!["quadratic"]!["lambda_quad"]!.GetValue<double>(), 1.1, 1.3);
        Assert.All(json["reasons"]!.AsArray(), reason => Assert.Equal(JsonValueKind.String, reason!.GetValueKind()));
        Assert.Equal(4, json["chains"]!.AsArray().Count);
        foreach (var chain in json["chains"]!.AsArray())
        {
            Assert.True(chain!["lambda_hat"]!.GetValue<double>() > 0);
            Assert.True(chain["standard_error"]!.GetValue<double>() > 0);
            Assert.False(chain["diverged"]!.GetValue<bool>());
        }
        // Widths 4-5-3 at rank 2: Aoyagi & Watanabe's (2005) case 1 gives (2·(5+2)·(4+3) − (4−3)² − (5+2)²)/8 = 6, with an even sum of widths and rank, multiplicity 1.
        var theory = json["theory"]!;
        Assert.Equal((6, 1), (theory["lambda"]!.GetValue<double>(), theory["multiplicity"]!.GetValue<int>()));
        Assert.Equal(JsonValueKind.Number, theory["local"]!.GetValueKind());
        // The Hessian's rank: tangent directions B·dA + dB·A, 3·4 − (3−2)·(4−3) = 11.
        Assert.Equal(5.5, theory["local_lower_bound"]!.GetValue<double>());

        long Whole(string key) => json[key]!.GetValue<long>();
    }

    [Fact]
    public void Theory_is_silent_about_a_part_of_the_parameters()
    {
        var json = CommandRun.Of(Small + " --json --restrict 0.*", "--out", Out).Json;
        Assert.Equal(20, json["sampled_dimension"]!.GetValue<int>());
        Assert.True(json.ContainsKey("theory"));
        Assert.Null(json["theory"]);
    }

    [Fact]
    public void Same_seed_same_result_for_any_number_of_threads()
    {
        var results = new[] { 1, 1, 2, 3, 5 }.Select((threads, i) =>
        {
            var json = CommandRun.Of($"{Small} --json --chains 3 --threads {threads}", "--out", Out + i).Json;
            json.Remove("seconds");
            return json.ToJsonString();
        }).ToArray();
        Assert.All(results, result => Assert.Equal(results[0], result));
        Assert.All(Enumerable.Range(1, 4), i => Assert.Equal(File.ReadAllBytes(Path.Combine(Out + 0, "trace.npz")), File.ReadAllBytes(Path.Combine(Out + i, "trace.npz"))));
        var other = CommandRun.Of($"{Small} --json --chains 3 --seed 8".Replace("--seed 7 ", ""), "--out", Out).Json;
        Assert.NotEqual(JsonNode.Parse(results[0])!["lambda_hat"]!.GetValue<double>(), other["lambda_hat"]!.GetValue<double>());
    }

    [Fact]
    public void The_table_is_plain_text()
    {
        var run = CommandRun.Of(Small, "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.DoesNotContain('\u001b', run.Out + run.Error);
        var text = run.Out.Replace(_folder.Path, "FOLDER");
        // Close to its threshold in this run.
        text = Regex.Replace(text, "• the variance estimator .*\n", "");
        // Digits depend on the processor's vector width; their places and all words do not.
        Golden.Check("estimate-table", Regex.Replace(Regex.Replace(text, @"(?<=│ (λ̂ ± standard error|λ_quad|λ̂ corrected for step size and burn-in|λ̂ corrected for γ|variance estimator|drift|the prior alone|Newton decrement|WBIC|R̂|effective sample size|acceptance|seconds) +│ ).*?(?= +│)", m => Regex.Replace(m.Value, @"−?\d+([.,]\d+)*(e-?\d+)?", "…")), @" +│\n|─+", m => m.Value[^1] == '\n' ? " │\n" : "─"));
    }

    [Fact]
    public void Every_chain_diverged_is_exit_code_3_with_nulls()
    {
        var run = CommandRun.Of("estimate --dln 4,5,3 --n 1000 --sampler sgld --steps 400 --burn-in 0.5 --step-size 1e9 --json", "--out", Out);
        Assert.Equal(ExitCode.AllChainsDiverged, run.Code);
        foreach (var key in new[] { "lambda_hat", "standard_error", "r_hat", "ess", "acceptance" }) Assert.True(run.Json.ContainsKey(key) && run.Json[key] is null, key);
        Assert.All(run.Json["chains"]!.AsArray(), chain => Assert.True(chain!["diverged"]!.GetValue<bool>() && chain["lambda_hat"] is null));
        Assert.Equal("diverged", run.Json["verdict"]!.GetValue<string>());
        Assert.StartsWith("every chain diverged, the first at step ", Assert.Single(run.Problems));
        Assert.True(File.Exists(Path.Combine(Out, "report.html")));
    }

    [Fact]
    public void The_run_folder_holds_the_result_the_options_the_traces_and_the_report()
    {
        var run = CommandRun.Of(Small.Replace("0.5", "100") + " --json --thinning 2 --acceptance-every 20 --threads 2", "--out", Out, "--preconditioner", "1.*=0.5");
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(["config.json", "report.html", "result.json", "run.json", "trace.npz"], Directory.GetFiles(Out).Select(Path.GetFileName).Order());
        Assert.Equal(run.Json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "result.json")))!.ToJsonString());

        using var archive = NpzFile.Open(Path.Combine(Out, "trace.npz"));
        Assert.Equal([4, 150], archive.Read("draws").Shape);
        Assert.Equal([4, 200], archive.Read("trace").Shape);
        Assert.Equal([4, 20], archive.Read("acceptance").Shape);
        for (var chain = 0; chain < 4; chain++)
            Assert.Equal(run.Json["chains"]![chain]!["lambda_hat"]!.GetValue<double>(), archive.Read("draws").Values.Skip(150 * chain).Take(150).Average(v => (double)v), 1e-4);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "config.json")))!.AsObject();
        var expected = JsonNode.Parse($$"""
            {
                "version": "{{LambdaHatCommand.Version}}", "n": 1000, "loss": "mse", "sampler": "sgld", "step_size": 0.0001, "gamma": 1, "nbeta": {{run.Json["nbeta"]}}, "batch_size": 100,
                "chains": 4, "steps": 400, "burn_in": 100, "thinning": 2, "acceptance_every": 20, "seed": 7, "threads": 2, "restrict": [], "preconditioner": [{ "pattern": "1.*", "value": 0.5 }]
            }
            """)!.AsObject();
        foreach (var (key, value) in expected) Assert.Equal(value!.ToJsonString(), config[key]!.ToJsonString());
        Assert.StartsWith("lambdahat estimate --dln 4,5,3 --ranks 3,2", config["command"]!.GetValue<string>());
        Assert.Contains("'1.*=0.5'", config["command"]!.GetValue<string>());
        Assert.True(DateTimeOffset.TryParse(config["started"]!.GetValue<string>(), out _));
    }
}
