using System.Net;
using System.Text;

namespace LambdaHat.Reporting;

/// <summary>Text made safe for an HTML page that is also well-formed XML.</summary>
internal static class Markup
{
    /// <summary>
    /// The text with &lt;, &gt;, &amp;, quotes escaped; characters that XML forbids (controls, lone surrogates, U+FFFE, U+FFFF) become U+FFFD.
    /// </summary>
    public static string Escape(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var forbidden = rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF;
            clean.Append(forbidden ? "\uFFFD" : rune.ToString());
        }
        return WebUtility.HtmlEncode(clean.ToString());
    }
}
