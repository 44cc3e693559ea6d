using System.Globalization;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The end of a page on a record: the command that repeats it, what version made it and when.</summary>
internal static class PageFoot
{
    /// <summary>Writes it and closes what <see cref="PageHead"/> left open.</summary>
    public static void Write(TextWriter writer, CommandRecord record, string what) => writer.Write(
        $"<section id=\"origin\" aria-labelledby=\"origin-title\">\n<h2 id=\"origin-title\">How to repeat this {what}</h2>\n"
        + $"<pre tabindex=\"0\" aria-label=\"Command\"><code>{Markup.Escape(record.Command)}</code></pre>\n"
        + $"<p class=\"under\">LambdaHat {Markup.Escape(record.Version)}, begun {Date(record.Started)}</p>\n</section>\n</main>\n</body>\n</html>\n");

    /// <summary>A date as pages show it.</summary>
    public static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
