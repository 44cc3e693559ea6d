using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Tests.Data;
using LambdaHat.Tests.Docs;
using LambdaHat.Tracking;

namespace LambdaHat.Tests.Reporting;

public class TrackReportTests
{
    private static TrackRecord Create(int points = 8, string title = "model/checkpoints")
    {
        SeriesCheckpoint[] series = [.. Enumerable.Range(0, 8).Select(i => new SeriesCheckpoint($"step-{100 * i}", "", 100 * i, 0xDEADBEEF + (uint)i, 2))];
        var options = new TrackOptions { Estimation = new EstimationOptions { Seed = 5, NBeta = 100, Gamma = 3, Threads = 2 } };
        var all = series.Select((c, i) => new TrackPoint
        {
            Name = c.Name,
            Step = c.Step,
            Checksum = c.Checksum,
            Norm = 2.5,
            LambdaHat = i == 7 ? double.NaN : i < 3 ? 10 : 20,
            StandardError = i == 7 ? double.NaN : 0.5,
            Verdict = i == 7 ? Verdict.Diverged : i == 1 ? Verdict.NotAMinimum : Verdict.Converged,
            Reasons = ["λ < 1 & \"so on\""],
            Quadratic = 9,
            QuadraticError = 0,
            Losses = new(1.0 / (i + 1), 0.5, 1.25, 0.25),
            RHat = 1.0078125,
            EffectiveSampleSize = 400,
            Sampler = "langevin",
            StepSize = 1,
            Steps = 64,
            Seed = 5 + (ulong)i,
            Seconds = 1.5,
        }).Take(points);
        return new TrackRecord
        {
            Title = title,
            Command = $"lambdahat track {title}",
            Version = "0.1.0",
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Network = "4 → 3 → 2",
            Loss = "behavioural",
            TrainingLoss = "cross-entropy",
            Data = "data",
            SampleCount = 1000,
            Dimension = 18,
            FirstTrainLoss = 0.1,
            Inputs = new("sha256:a", "sha256:b"),
            Options = options,
            Result = new TrackResult(series, all, options.FalseAlarms),
        };
    }

    private static XElement Page(TrackRecord track)
    {
        using var writer = new StringWriter();
        TrackReport.Write(track, writer);
        using var reader = XmlReader.Create(new StringReader(writer.ToString()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    [Fact]
    public void The_figure_has_a_mark_a_checkpoint_and_the_changes()
    {
        var svg = Page(Create()).Descendants(Reporting.Page.Svg + "svg").First();
        var chart = new ChartReader(svg);
        var marks = svg.Descendants().Select(e => ((string?)e.Attribute("class") ?? "").Split(' ')).Where(names => names[0] == "mark").Select(names => names[1]);
        // Hollow but where it converged, by the style sheet; the last has no place.
        Assert.Equal(["converged", "not-a-minimum", "converged", "converged", "converged", "converged", "converged"], marks);
        var flat = chart.Paths("flat");
        Assert.Equal([10, 10, 20, 20], flat.SelectMany(path => path.Select(p => Math.Round(p.Y, 1))));
        Assert.Equal([0, 200, 300, 600], flat.SelectMany(path => path.Select(p => Math.Round(p.X))));
        // Half-way between the two checkpoints; the posterior has nearly all its weight there.
        Assert.Equal(250, Assert.Single(chart.Paths("dashed"), path => path.Length == 1)[0].X, chart.XResolution);
        var shade = Assert.Single(svg.Descendants(Reporting.Page.Svg + "rect"), e => (string?)e.Attribute("class") == "spread change");
        Assert.True((double)shade.Attribute("width")! > 0);
    }

    [Fact]
    public void The_page_has_every_point_and_survives_hostile_text_and_nothing_measured()
    {
        var page = Page(Create(title: "<script>&\0"));
        Assert.Equal("<script>&\uFFFD", page.Descendants(Reporting.Page.Html + "h1").Single().Value);
        Assert.Equal(8, page.Descendants(Reporting.Page.Html + "tbody").Single().Elements().Count());
        Assert.Contains("between steps 200 and 300 λ̂ changes, by +10 ± 0.43", page.Value, StringComparison.Ordinal);
        Assert.Equal(2, page.Descendants(Reporting.Page.Svg + "svg").Count());
        Assert.Contains("0 of 8 checkpoints were measured", Page(Create(points: 0)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_track_is_read_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        using var output = RunFolder.Create(folder.Path);
        output.Write(Create(points: 5));
        Assert.False(File.Exists(output.TrackReport));
        var text = File.ReadAllText(output.Track);
        var resumed = SavedTrack.Read(output.Track).Resume(Create(points: 0) with { Command = "another", Started = default });
        output.Write(resumed);
        Assert.Equal(text, File.ReadAllText(output.Track));
        output.Write(Create());
        Assert.True(File.Exists(output.TrackReport));
    }

    [Fact]
    public void Another_track_is_not_taken_up_but_one_with_more_checkpoints_is()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("track.json", TrackJson.Of(Create()).ToJsonString());
        var here = Create(points: 0);
        var other = here with { Data = "others", Options = here.Options with { Estimation = here.Options.Estimation with { Gamma = 4, Threads = 7 } } };
        Assert.Equal($"\"{path}\" is another track: data is \"data\" there and \"others\" here, gamma is 3 there and 4 here; expected the same checkpoints and options to go on with it, or another folder",
            Assert.Throws<InvalidInputException>(() => SavedTrack.Read(path).Resume(other)).Message);
        var series = here.Result.Checkpoints;
        TrackRecord With(IEnumerable<SeriesCheckpoint> checkpoints) => here with { Result = new TrackResult([.. checkpoints], [], 0.05) };
        var longer = SavedTrack.Read(path).Resume(With(series.Append(series[^1] with { Name = "step-800", Step = 800 })));
        Assert.Equal((8, false), (longer.Result.Points.Count, longer.Result.IsComplete));
        // Another w* by the same name; a checkpoint before it, which moves the seeds.
        Assert.Contains("\"step-300\" is another checkpoint, or in another place, here", Assert.Throws<InvalidInputException>(() => SavedTrack.Read(path).Resume(With(series.Select(c => c.Step == 300 ? c with { Checksum = 1 } : c)))).Message, StringComparison.Ordinal);
        Assert.Contains("are other checkpoints", Assert.Throws<InvalidInputException>(() => SavedTrack.Read(path).Resume(With(series.Skip(1)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{}", "\"points\" is needed: an array")]
    [InlineData("""{"started":"2026-01-01","points":[3]}""", "points[0]: expected an object")]
    [InlineData("""{"started":"2026-01-01","points":[{"step":1,"verdict":"converged"}]}""", "points[0]: \"name\" is needed")]
    [InlineData("""{"started":"2026-01-01","points":[{"name":"a","step":-1,"verdict":"converged"}]}""", "points[0]: \"step\" must be a whole number")]
    [InlineData("""{"started":"2026-01-01","points":[{"name":"a","step":1,"verdict":"fine"}]}""", "points[0]: unknown verdict \"fine\"")]
    public void A_damaged_file_is_one_message(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("track.json", text);
        var message = Assert.Throws<InvalidInputException>(() => SavedTrack.Read(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keys_of_the_track_page_are_those_of_the_result()
    {
        var rows = MarkdownFile.Named(Path.Combine("docs", "track.md")).Table("key");
        var json = TrackJson.Of(Create());
        Assert.Equal(Keys(json), rows.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        foreach (var key in new[] { "change_points", "segments", "points" })
            Assert.Equal(Keys(json[key]![0]!.AsObject()), Quoted(rows.Single(row => row[0] == $"`{key}`")[1]).Order(StringComparer.Ordinal));

        static IEnumerable<string> Keys(JsonObject part) => part.Select(pair => pair.Key).Order(StringComparer.Ordinal);
        static IEnumerable<string> Quoted(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);
    }
}
