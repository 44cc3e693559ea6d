using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using LambdaHat.Estimation;
using LambdaHat.Reporting;

namespace LambdaHat.Tests.Reporting;

/// <summary>A report parsed as XML, and what tests read from it.</summary>
internal sealed class Page
{
    public static readonly XNamespace Html = "http://www.w3.org/1999/xhtml", Svg = "http://www.w3.org/2000/svg";

    public Page(RunRecord run)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(run, writer);
        Text = writer.ToString();
        using var reader = XmlReader.Create(new StringReader(Text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        Root = XDocument.Load(reader).Root!;
    }

    public string Text { get; }

    public XElement Root { get; }

    public XElement ById(string id) => Root.Descendants().Single(e => (string?)e.Attribute("id") == id);

    public bool Has(string id) => Root.Descendants().Any(e => (string?)e.Attribute("id") == id);

    /// <summary>The machine-readable values below an element, in order of the document.</summary>
    public static double[] Values(XElement element) =>
        [.. element.Descendants(Html + "data").Select(e => (string)e.Attribute("value")!).Select(v => v == "n/a" ? double.NaN : double.Parse(v, CultureInfo.InvariantCulture))];

    public static IEnumerable<XElement> OfClass(XElement element, string name) =>
        element.Descendants().Where(e => ((string?)e.Attribute("class") ?? "").Split(' ').Contains(name));
}
