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
        Assert.Equal(["hessian.html", "hessian.json", "hessian.npz"], Directory.GetFiles(Out).Select(Path.GetFileName).Order());
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
        Assert.Equal(["figure-rank", "figure-projection"], page.Descendants().Where(e => e.Name.LocalName == "figure").Select(e => e.Attribute("id")!.Value));
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
    [InlineData("hessian", "expected either MODEL_DIR or --dln WIDTHS")]
    [InlineData(Small + " --cutoff rank=4", "--cutoff: expected precision, eigenvalue=SHARE, accuracy=SHARE or loss=VALUE, got \"rank=4\"")]
    [InlineData(Small + " --cutoff accuracy=0.9", "cutoff accuracy goes with the loss cross-entropy, got mse; expected precision, eigenvalue=SHARE or loss=VALUE")]
    [InlineData("hessian --dln 90,80,60 --n 100 --cutoff loss=1", "projections need eigenvectors, which are found without asking for up to 5000 parameters, got 12000; expected a number of pairs")]
    public void Bad_input_is_named(string line, string message)
    {
        var run = CommandRun.Of(line, "--out", Out);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal([message], run.Problems);
    }
}
