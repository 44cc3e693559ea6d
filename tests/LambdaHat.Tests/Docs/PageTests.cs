using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LambdaHat.Estimation;
using LambdaHat.Reporting;
using LambdaHat.Tests.Data;
using LambdaHat.Tests.Reporting;

namespace LambdaHat.Tests.Docs;

public class PageTests
{
    [Fact]
    public void The_readme_stays_under_150_lines() => Assert.InRange(MarkdownFile.Named("README.md").Lines.Length, 20, 149);

    [Fact]
    public void Links_lead_somewhere()
    {
        var links = MarkdownFile.All.SelectMany(file => file.Links().Select(link => (file, link.Line, link.Target))).Where(link => !link.Target.StartsWith("https://", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(links);
        foreach (var (file, line, target) in links)
        {
            var (path, anchor) = target.Split('#', 2) is [var p, var a] ? (p, a) : (target, null);
            var full = path.Length == 0 ? Path.Combine(RepositoryFolder.Root, file.Name) : Path.GetFullPath(Path.Combine(RepositoryFolder.Root, Path.GetDirectoryName(file.Name)!, path));
            Assert.True(File.Exists(full) || Directory.Exists(full), $"{file.Name}, line {line}: nothing at {target}");
            if (anchor is not null) Assert.Contains(anchor, MarkdownFile.Named(Path.GetRelativePath(RepositoryFolder.Root, full)).Anchors());
        }
    }

    [Fact]
    public void The_defaults_of_the_estimation_page_are_the_options_own()
    {
        var defaults = new EstimationOptions();
        var rows = MarkdownFile.Named(Path.Combine("docs", "estimation.md")).Table("option");
        Assert.Equal(
            typeof(EstimationOptions).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Order(StringComparer.Ordinal),
            rows.Select(row => row[1].Trim('`')).Order(StringComparer.Ordinal));
        // What stands for the values that are filled in from data and machine.
        Dictionary<string, string> words = new()
        {
            ["Metric"] = "the sampler's own",
            ["StepSize"] = "found",
            ["Gamma"] = "10·d/‖w*‖²",
            ["Box"] = "none",
            ["Chains"] = "4; 2 for a linear network of 50,000 parameters or more",
            ["NBeta"] = "n / ln n",
            ["Steps"] = "as many as it takes",
            ["TwoTemperatures"] = "no",
            ["BurnIn"] = "what the trace tells",
            ["Restrict"] = "all blocks",
            ["Preconditioner"] = "1",
            ["Threads"] = "all cores",
        };
        foreach (var row in rows)
        {
            var name = row[1].Trim('`');
            var value = Convert.ToString(typeof(EstimationOptions).GetProperty(name)!.GetValue(defaults), CultureInfo.InvariantCulture);
            Assert.Equal((name, words.GetValueOrDefault(name, value!)), (name, row[2]));
        }
        foreach (var name in new[] { "Metric", "StepSize", "Gamma", "NBeta", "Chains", "Steps", "BurnIn" }) Assert.Null(typeof(EstimationOptions).GetProperty(name)!.GetValue(defaults));
        Assert.False(defaults.TwoTemperatures);
        Assert.Equal(double.PositiveInfinity, defaults.Box);
        Assert.Empty(defaults.Restrict);
        Assert.Empty(defaults.Preconditioner);
        Assert.Equal(0, defaults.Threads);
    }

    [Fact]
    public void The_keys_of_the_estimation_page_are_those_of_the_result()
    {
        var rows = MarkdownFile.Named(Path.Combine("docs", "estimation.md")).Table("key");
        var evidence = MarkdownFile.Named(Path.Combine("docs", "estimation.md")).Table("evidence");
        var result = EstimateJson.Of(SyntheticRun.Create());
        Assert.Equal(Keys(result), rows.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        Assert.Equal(Keys(result["evidence"]!.AsObject()), evidence.SelectMany(row => Quoted(row[0])).Order(StringComparer.Ordinal));
        Assert.Equal(Keys(result["evidence"]!["quadratic"]!.AsObject()), Quoted(evidence.Single(row => row[0] == "`quadratic`")[1]).Order(StringComparer.Ordinal));
        // Below chains and theory: the keys inside them, named in the second column.
        foreach (var (key, part) in new[] { ("chains", result["chains"]![0]), ("theory", result["theory"]) })
            Assert.Equal(Keys(part!.AsObject()), Quoted(rows.Single(row => row[0] == $"`{key}`")[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_figure_is_a_drawing_with_a_description()
    {
        var svg = XDocument.Load(Path.Combine(RepositoryFolder.Root, "docs", "figures", "demo.svg")).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.Contains("estimate", svg.Attribute("aria-label")!.Value, StringComparison.Ordinal);
        Assert.True(svg.Descendants().Count(element => element.Name.LocalName == "path") > 5);
    }

    private static IEnumerable<string> Keys(JsonObject json) => json.Select(pair => pair.Key).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Quoted(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(match => match.Groups[1].Value);
}
