using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LambdaHat.Reporting;

namespace LambdaHat.Tests.Reporting;

public sealed class BrowserTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lambdahat-report-");

    public void Dispose() => folder.Delete(recursive: true);

    [BrowserFact]
    public async Task The_page_opens_without_a_word_on_the_console()
    {
        var page = Save("report.html", Report());
        var (document, log) = await Chromium.Open(page, 1280, 900, dark: false);
        Assert.Contains("figure-autocorrelation", document);
        Assert.DoesNotContain("CONSOLE", log);
        Assert.DoesNotContain("Refused", log);
    }

    [BrowserFact]
    public async Task Light_pages_fit_a_phone_and_a_desk() => await Measure(dark: false);

    [BrowserFact]
    public async Task Dark_pages_fit_a_phone_and_a_desk() => await Measure(dark: true);

    private async Task Measure(bool dark)
    {
        var outer = Save("measure.html", MeasuringPage(Report()));
        var (document, log) = await Chromium.Open(outer, 1400, 900, dark);
        // The same channel that has to be silent for the page itself does speak when there is something to say.
        Assert.Contains("CONSOLE", log);
        var json = WebUtility.HtmlDecode(Regex.Match(document, "<pre id=\"measured\">(.*?)</pre>", RegexOptions.Singleline).Groups[1].Value);
        using var measured = JsonDocument.Parse(json);
        var views = measured.RootElement.EnumerateArray().ToArray();
        Assert.Equal([390, 1280], views.Select(v => v.GetProperty("width").GetInt32()));
        foreach (var view in views)
        {
            var width = view.GetProperty("width").GetInt32();
            Assert.InRange(view.GetProperty("document").GetInt32(), 1, width);
            Assert.Equal(dark, view.GetProperty("dark").GetBoolean());
            var charts = view.GetProperty("charts").EnumerateArray().ToArray();
            Assert.Equal(4, charts.Length);
            foreach (var chart in charts)
            {
                Assert.InRange(chart.GetProperty("width").GetDouble(), 300, width);
                Assert.InRange(chart.GetProperty("height").GetDouble(), 150, width);
                // No text is cut off by the frame of the chart, no two labels of an axis touch, none is smaller than 9 px.
                Assert.Equal(0, chart.GetProperty("outside").GetInt32());
                Assert.Equal(0, chart.GetProperty("overlaps").GetInt32());
                Assert.InRange(chart.GetProperty("font").GetDouble(), 9, 20);
                Assert.NotEqual("none", chart.GetProperty("stroke").GetString());
            }
            var (paper, ink) = (Lightness(view, "paper"), Lightness(view, "ink"));
            if (dark) Assert.True(paper < 60 && ink > 180, $"dark paper {paper}, ink {ink}");
            else Assert.True(paper > 220 && ink < 80, $"light paper {paper}, ink {ink}");
        }
    }

    private static double Lightness(JsonElement view, string name) =>
        Regex.Matches(view.GetProperty(name).GetString()!, @"\d+").Take(3).Average(m => int.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A page that shows the report in frames of two widths (a window cannot be as narrow as a phone) and writes down what it finds there.</summary>
    private static string MeasuringPage(string report)
    {
        var framed = WebUtility.HtmlEncode(report);
        return $$"""
            <!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
            <iframe width="390" height="844" style="border:0" srcdoc="{{framed}}"></iframe>
            <iframe width="1280" height="900" style="border:0" srcdoc="{{framed}}"></iframe>
            <pre id="measured"></pre>
            <script>
            function meet(a, b) { return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }
            function chart(svg, view) {
              const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
              const series = svg.querySelector('.series');
              let overlaps = 0;
              texts.forEach((a, i) => texts.slice(i + 1).forEach(b => { if (meet(a, b)) overlaps++; }));
              return { width: box.width, height: box.height, overlaps,
                outside: texts.filter(t => t.left < box.left - 1 || t.right > box.right + 1 || t.top < box.top - 1 || t.bottom > box.bottom + 1).length,
                font: parseFloat(view.getComputedStyle(svg.querySelector('text')).fontSize) * box.width / svg.viewBox.baseVal.width,
                stroke: view.getComputedStyle(series).stroke };
            }
            window.addEventListener('load', () => {
              console.error('the measuring page speaks');
              document.getElementById('measured').textContent = JSON.stringify([...document.querySelectorAll('iframe')].map(f => {
                const view = f.contentWindow, page = f.contentDocument;
                return { width: view.innerWidth, document: page.documentElement.scrollWidth,
                  dark: view.matchMedia('(prefers-color-scheme: dark)').matches,
                  paper: view.getComputedStyle(page.body).backgroundColor, ink: view.getComputedStyle(page.body).color,
                  charts: [...page.querySelectorAll('figure svg')].map(s => chart(s, view)) };
              }));
            });
            </script></body></html>
            """;
    }

    private static string Report()
    {
        using var writer = new StringWriter();
        HtmlReport.Write(SyntheticRun.Create(diverged: [2]), writer);
        return writer.ToString();
    }

    private string Save(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
