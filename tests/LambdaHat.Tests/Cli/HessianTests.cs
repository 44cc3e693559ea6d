using System.Text.Json.Nodes;
using System.Xml.Linq;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

public sealed class HessianTests : IDisposable
{
    private const string Small = "hessian --dln 8,6,5,9 --ranks 3,4,5 --n 1000";
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_json_has_rank_bounds_cutoff_and_curve()
    {
        var run = CommandRun.Of(Small + " --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal(47, run.Json["rank"]!.GetValue<double>());
        Assert.Equal(23.5, run.Json["bounds"]!["lower"]!.GetValue<double>());
        Assert.Equal(23.5 + (76 / 4.0), run.Json["rank_bounds"]!["upper"]!.GetValue<double>());
        var flat = run.Json["flat_directions"]!["count"]!.GetValue<int>();
        Assert.InRange(flat, 1, 76);
        Assert.Equal(23.5 + ((76 - flat) / 4.0), run.Json["bounds"]!["upper"]!.GetValue<double>());
        Assert.Equal((2, 2), (run.Json["order"]!.GetValue<int>(), run.Json["bounds"]!["order"]!.GetValue<int>()));
        Assert.Equal("precision", run.Json["cutoff"]!["kind"]!.GetValue<string>());
        Assert.Equal(123 * Math.ScaleB(1, -52), run.Json["cutoff"]!["value"]!.GetValue<double>());
        Assert.Equal(123, run.Json["dimension"]!.GetValue<int>());
        Assert.Equal(47, run.Json["curve"]!.AsArray()[^1]!["rank"]!.GetValue<double>());
        Assert.InRange(run.Json["lambda_quad"]!.GetValue<double>(), 15, 23.5);
        Assert.True(run.Json["seconds"]!.GetValue<double>() > 0);
        Assert.Equal(["hessian.html", "hessian.json", "hessian.npz", "run.json"], Directory.GetFiles(Out).Select(Path.GetFileName).Order());
        Assert.Equal(run.Json.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "hessian.json")))!.ToJsonString());
    }

    [Fact]
    public void The_table_says_the_bounds_and_the_page_is_well_formed()
    {
        var run = CommandRun.Of(Small + " --cutoff loss=1", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Matches(@"• [\d.]+ ≤ λ ≤ [\d.]+, from d₁ = \d+ of 123 parameters", run.Out);
        Assert.Contains("exact λ (global), multiplicity: ", run.Out, StringComparison.Ordinal);
        var page = XDocument.Load(Path.Combine(Out, "hessian.html"));
        Assert.Matches("projection .*\n.* ablation ", run.Out);
        Assert.Equal(["cutoffs", "curve", "blocks"], page.Descendants().Where(e => e.Name.LocalName == "section" && e.Descendants().Any(t => t.Name.LocalName == "table")).Select(e => e.Attribute("id")!.Value));
        Assert.Equal(["figure-rank", "figure-projection", "figure-blocks"], page.Descendants().Where(e => e.Name.LocalName == "figure").Select(e => e.Attribute("id")!.Value));
    }

    // 1-1-1 at zero is (ab)²: λ = ½ exactly, which the fourth order alone knows. A cut-off that finds no rank leaves the second order, and says why.
    [Theory]
    [InlineData("", "order 4", 0.5, 0.5)]
    [InlineData(" --cutoff eigenvalue=0.5", "order 2", 0, 0.5)]
    public void The_fourth_order_is_in_force_where_it_can_be(string cutoff, string order, double lower, double upper)
    {
        const string line = "hessian --dln 1,1,1 --ranks 0,0 --n 20 --order 4";
        var run = CommandRun.Of(line + cutoff + " --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        var bounds = run.Json["bounds"]!;
        Assert.Equal((lower, upper, order), (bounds["lower"]!.GetValue<double>(), bounds["upper"]!.GetValue<double>(), $"order {bounds["order"]!.GetValue<int>()}"));
        Assert.Equal(lower == upper, bounds["exact"]!.GetValue<bool>());
        Assert.Equal(4, run.Json["order"]!.GetValue<int>());
        var table = CommandRun.Of(line + cutoff, "--out", Out + "-table").Out;
        Assert.Contains(lower == upper ? "• the bounds meet" : "• bounds of second order: the fourth order needs the kernel itself", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "exact", "behavioural")]
    [InlineData(" --method dense --all", "dense", "behavioural")]
    [InlineData(" --method krylov --matrix gauss-newton", "stochastic-lanczos", "gauss-newton")]
    [InlineData(" --matrix hessian", "exact", "hessian")]
    public void Every_method_and_matrix_says_what_it_did(string options, string method, string matrix)
    {
        var run = CommandRun.Of("hessian --dln 8,6,5 --ranks 6,5 --n 300 --cutoff eigenvalue=1e-5 --json --per-layer" + options, "--out", Out);
        Assert.Equal((ExitCode.Done, method, matrix), (run.Code, run.Json["method"]!.GetValue<string>(), run.Json["matrix"]!.GetValue<string>()));
        // The second matrix, of rank 5, takes what the first changes to all 5·8 products; alone the first has these 40, the second 5·6.
        Assert.InRange(run.Json["rank"]!.GetValue<double>(), 40 - 0.5 - run.Json["rank_error"]!.GetValue<double>(), 40 + 0.5 + run.Json["rank_error"]!.GetValue<double>());
        Assert.Equal(["0.weight", "1.weight"], run.Json["blocks"]!.AsArray().Select(block => block!["name"]!.GetValue<string>()));
        Assert.Equal([40.0, 30], run.Json["blocks"]!.AsArray().Select(block => block!["rank"]!.GetValue<double>()));
        Assert.True(run.Json["curve"]![3]!["effective_dimension"]!.GetValue<double>() > 0);
        XDocument.Load(Path.Combine(Out, "hessian.html"));
    }

    [Fact]
    public void The_keys_of_the_docs_are_those_of_the_result()
    {
        var json = CommandRun.Of(Small + " --json --cutoff loss=1", "--out", Out).Json;
        var rows = LambdaHat.Tests.Docs.MarkdownFile.Named(Path.Combine("docs", "hessian.md")).Table("key of `hessian`");
        Assert.Equal(json.Select(pair => pair.Key).Order(StringComparer.Ordinal), rows.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        foreach (var key in (string[])["curve", "projections", "cutoffs", "blocks"])
            Assert.Equal(json[key]![0]!.AsObject().Select(pair => pair.Key), Quoted(rows.Single(row => row[0] == $"`{key}`")[1]));
    }

    // Full rank: bounds and exact λ are one, 18, and what the default γ hides of it λ_quad knows.
    [Fact]
    public void The_estimate_between_the_bounds_is_in_json_table_and_page()
    {
        const string line = "hessian --dln 6,6,6 --ranks 6,6 --n 1000 --sandwich";
        var run = CommandRun.Of(line + " --json", "--out", Out);
        Assert.Equal(ExitCode.Done, run.Code);
        var sandwich = run.Json["sandwich"]!;
        foreach (var key in (string[])["lower", "upper", "exact_local", "exact_global"]) Assert.Equal(18, sandwich[key]!.GetValue<double>());
        var rows = LambdaHat.Tests.Docs.MarkdownFile.Named(Path.Combine("docs", "hessian.md")).Table("key of `hessian`");
        Assert.Equal(sandwich.AsObject().Select(pair => pair.Key).Concat(sandwich["runs"]![0]!.AsObject().Select(pair => pair.Key)), Quoted(rows.Single(row => row[0] == "`sandwich`")[1]));
        var first = sandwich["runs"]![0]!;
        Assert.Equal(run.Json["gamma"]!.GetValue<double>(), first["gamma"]!.GetValue<double>());
        Assert.Equal(run.Json["lambda_quad"]!.GetValue<double>(), first["lambda_quad"]!.GetValue<double>(), 1e-3);
        Assert.Contains(sandwich["finding"]!.GetValue<string>(), (string[])["inside", "hidden"]);
        Assert.Equal(sandwich.ToJsonString(), JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "hessian.json")))!["sandwich"]!.ToJsonString());
        var page = XDocument.Load(Path.Combine(Out, "hessian.html"));
        Assert.Contains("sandwich", page.Descendants().Where(e => e.Name.LocalName == "section").Select(e => e.Attribute("id")!.Value));
        var table = CommandRun.Of(line, "--out", Out + "-table").Out;
        Assert.Contains(sandwich["explanation"]!.GetValue<string>(), table, StringComparison.Ordinal);
        Assert.Contains("exact λ: 18 at this point, 18 globally", table, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Quoted(string cell) => System.Text.RegularExpressions.Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);

    [Theory]
    [InlineData("hessian", "expected either MODEL_DIR or --dln WIDTHS")]
    [InlineData(Small + " --cutoff rank=4", "--cutoff: expected precision, eigenvalue=SHARE, accuracy=SHARE or loss=VALUE, got \"rank=4\"")]
    [InlineData(Small + " --cutoff accuracy=0.9", "cutoff accuracy goes with the loss cross-entropy, got mse; expected precision, eigenvalue=SHARE or loss=VALUE")]
    [InlineData("hessian --dln 90,80,60 --n 100 --projections eigenvectors", "projections on eigenvectors need some, which the method exact finds and krylov for a number of pairs, got krylov on 12000 parameters; expected one of these or projections by the filter")]
    [InlineData("hessian --dln 90,80,60 --n 100 --all", "all eigenvalues go with the methods exact and dense, got krylov on 12000 parameters")]
    [InlineData(Small + " --method dense --gamma 0", "gamma: λ_quad needs a γ above 0 with the method dense, got 0")]
    [InlineData(Small + " --sandwich --matrix hessian", "--sandwich goes with --matrix behavioural, the loss that it samples, got hessian")]
    [InlineData(Small + " --sandwich --gamma 0", "--sandwich needs a --gamma above 0: bounds are those of a neighbourhood of w*")]
    [InlineData(Small + " --method fast", "--method: expected one of auto, exact, dense, krylov, got \"fast\"")]
    public void Bad_input_is_named(string line, string message)
    {
        var run = CommandRun.Of(line, "--out", Out);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal([message], run.Problems);
    }
}
