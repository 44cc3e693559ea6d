using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Tests.Data;
using LambdaHat.Tests.Docs;

namespace LambdaHat.Tests.Reporting;

public class SweepReportTests
{
    private static SweepRecord Create(int points = 6, string title = "deep linear network 4-3-2")
    {
        double[] nBetas = [100, 1000], gammas = [0.1, 1, 30];
        var options = new SweepOptions { NBetas = nBetas, Gammas = gammas, Estimation = new EstimationOptions { Seed = 5, NBeta = 100, Gamma = 1, Threads = 2 } };
        var all = nBetas.SelectMany((nBeta, r) => gammas.Select((gamma, c) => new SweepPoint
        {
            NBeta = nBeta,
            Gamma = gamma,
            LambdaHat = r == 1 && c == 2 ? double.NaN : 10 - (r == 0 ? 0.1 : 3) * c,
            StandardError = r == 1 && c == 2 ? double.NaN : 0.125,
            Verdict = r == 1 && c == 2 ? Verdict.Diverged : r == 1 && c == 1 ? Verdict.OverLocalised : Verdict.Converged,
            Reasons = ["λ < 1 & \"so on\""],
            Quadratic = 9.5 - c,
            QuadraticError = 0,
            Sensitivity = 0.25,
            RHat = 1.0078125,
            EffectiveSampleSize = 400,
            Sampler = "gibbs",
            StepSize = 1,
            Steps = 64,
            Seed = ulong.MaxValue - (ulong)((3 * r) + c),
            Seconds = 1.5,
        })).Take(points);
        return new SweepRecord
        {
            Title = title,
            Command = $"lambdahat sweep {title}",
            Version = "0.1.0",
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Network = "4 → 3 → 2",
            Loss = "mse",
            Data = "data",
            SampleCount = 1000,
            Dimension = 18,
            BaselineLoss = 0.1,
            Inputs = new("sha256:a", "sha256:b"),
            Theory = new KnownCoefficient { Lambda = 4, Multiplicity = 1 },
            Options = options,
            Result = new SweepResult(nBetas, gammas, all),
        };
    }

    private static XElement Page(SweepRecord sweep)
    {
        using var writer = new StringWriter();
        SweepReport.Write(sweep, writer);
        using var reader = XmlReader.Create(new StringReader(writer.ToString()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    [Fact]
    public void The_figure_has_a_line_a_temperature_with_bars_and_marks()
    {
        var sweep = Create();
        var svg = Page(sweep).Descendants(Reporting.Page.Svg + "svg").Single();
        var chart = new ChartReader(svg);
        var lines = chart.Paths("series").Where(path => path.Length == 3 || path.Length == 2).ToArray();
        Assert.Equal([10, 9.9, 9.8], lines[0].Select(p => Math.Round(p.Y, 1)));
        Assert.Equal(10, lines[0][0].Y, chart.YResolution);
        var marks = svg.Descendants().Select(e => ((string?)e.Attribute("class") ?? "").Split(' ')).Where(names => names[0] == "mark").Select(names => (names[1], names[2])).ToArray();
        Assert.Equal([("converged", "c1"), ("converged", "c1"), ("converged", "c1"), ("converged", "c2"), ("over-localised", "c2")], marks);
        Assert.Equal([9.5, 8.5, 7.5], chart.Paths("dashed")[0].Select(p => Math.Round(p.Y, 1)));
        Assert.Equal(2, chart.Paths("dashed").Length);
        // Three points within 5 % of each other at the first nβ: their common value as a broad line.
        Assert.Equal(9.9, Assert.Single(chart.Paths("flat"))[0].Y, chart.YResolution);
        // A logarithmic axis: 0.1, 1 and 10 stand at equal distances.
        var ticks = Reporting.Page.OfClass(svg, "tick").Where(e => ((string)e.Attribute("class")!).EndsWith('x')).ToDictionary(e => e.Value, e => (double)e.Attribute("x")!);
        Assert.Equal(["0.1", "1", "10"], ticks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ticks["10"] - ticks["1"], ticks["1"] - ticks["0.1"], 0.02);
        Assert.Equal(ticks["1"], ticks["0.1"] + (Math.Log10(1 / 0.1) * (ticks["10"] - ticks["0.1"]) / 2), 0.02);
    }

    // One decade or more: powers; less: their multiples; less still: the ends.
    [Theory]
    [InlineData(-2, 3, "0.01,0.1,1,10,100,1,000")]
    [InlineData(-6, 6, "1e-6,0.001,1,1,000,1,000,000")]
    [InlineData(0.1, 0.8, "2,5")]
    [InlineData(0.45, 0.65, "3,4")]
    [InlineData(0.5, 0.55, "3.16,3.55")]
    public void Logarithmic_axes_have_round_ticks(double least, double greatest, string expected) =>
        Assert.Equal(expected, string.Join(',', AxisTicks.Powers(least, greatest, 6).Select(tick => tick.Label)));

    [Fact]
    public void The_page_has_every_point_and_survives_hostile_text_and_nothing_measured()
    {
        var page = Page(Create(title: "<script>&\0"));
        Assert.Equal("<script>&\uFFFD", page.Descendants(Reporting.Page.Html + "h1").Single().Value);
        Assert.Equal(6, page.Descendants(Reporting.Page.Html + "tbody").Single().Elements().Count());
        Assert.Contains("at nβ = 100 λ̂ is flat from γ = 0.1 to 30 (3 points)", page.Value, StringComparison.Ordinal);
        Assert.Contains("0 of 6 points", Page(Create(points: 0)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_is_read_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        using var output = RunFolder.Create(Path.Combine(folder.Path, "run"));
        var sweep = Create(points: 5);
        output.Write(sweep);
        Assert.False(File.Exists(output.SweepReport));
        var text = File.ReadAllText(output.Sweep);
        var saved = SavedSweep.Read(output.Sweep);
        var resumed = saved.Resume(Create(points: 0) with { Command = "another", Started = default });
        output.Write(resumed);
        Assert.Equal(text, File.ReadAllText(output.Sweep));
        output.Write(Create());
        Assert.True(File.Exists(output.SweepReport));
    }

    [Fact]
    public void Another_sweep_is_not_taken_up_and_every_difference_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("sweep.json", SweepJson.Of(Create()).ToJsonString());
        var other = Create() with { Dimension = 19, Inputs = new("sha256:c", "sha256:b") };
        other = other with { Options = other.Options with { Gammas = [0.5], Estimation = other.Options.Estimation with { Tolerance = 0.25, Threads = 7 } } };
        Assert.Equal($"\"{path}\" is another sweep: dimension is 18 there and 19 here, parameters is \"sha256:a\" there and \"sha256:c\" here, gammas is [0.1,1,30] there and [0.5] here, "
            + "tolerance is 0.05 there and 0.25 here; expected the same options to go on with it, or another folder", Assert.Throws<InvalidInputException>(() => SavedSweep.Read(path).Resume(other)).Message);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{}", "\"points\" is needed: an array")]
    [InlineData("""{"started":"2026-01-01","points":[3]}""", "points[0]: expected an object")]
    [InlineData("""{"started":"2026-01-01","points":[{"nbeta":-1,"gamma":1,"verdict":"fine"}]}""", "points[0]: \"nbeta\" must be a number > 0")]
    [InlineData("""{"started":"2026-01-01","points":[{"nbeta":1,"gamma":1,"verdict":"fine"}]}""", "points[0]: unknown verdict \"fine\"")]
    [InlineData("""{"started":"2026-01-01","points":[{"nbeta":1,"gamma":1,"verdict":"converged","lambda_hat":"x"}]}""", "points[0]: \"lambda_hat\" must be a finite number")]
    [InlineData("""{"started":"soon","points":[]}""", "\"started\" must be a date")]
    public void A_damaged_file_is_one_message(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("sweep.json", text);
        var message = Assert.Throws<InvalidInputException>(() => SavedSweep.Read(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_of_the_sweep_page_are_those_of_the_result()
    {
        var rows = MarkdownFile.Named(Path.Combine("docs", "sweep.md")).Table("key");
        var json = SweepJson.Of(Create());
        Assert.Equal(Keys(json), rows.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        foreach (var key in new[] { "flat", "points" })
            Assert.Equal(Keys(json[key]![0]!.AsObject()), Quoted(rows.Single(row => row[0] == $"`{key}`")[1]).Order(StringComparer.Ordinal));

        static IEnumerable<string> Keys(JsonObject part) => part.Select(pair => pair.Key).Order(StringComparer.Ordinal);
        static IEnumerable<string> Quoted(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_null()
    {
        var point = SweepJson.Of(Create())["points"]!.AsArray()[5]!.AsObject();
        Assert.True(point.ContainsKey("lambda_hat") && point["lambda_hat"] is null && point["two_temperatures"] is null);
        Assert.Equal("diverged", point["verdict"]!.GetValue<string>());
        Assert.Equal(ulong.MaxValue - 5, point["seed"]!.GetValue<ulong>());
        Assert.Equal("100", SweepJson.Of(Create())["flat"]![0]!["nbeta"]!.GetValue<double>().ToString(CultureInfo.InvariantCulture));
    }
}
