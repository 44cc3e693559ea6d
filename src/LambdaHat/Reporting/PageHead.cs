namespace LambdaHat.Reporting;

/// <summary>The beginning that every page has: well-formed XML that loads nothing, runs no script and follows the reader's colour scheme, up to its title and what it is about.</summary>
internal static class PageHead
{
    /// <summary>Writes it, with <c>main</c> left open. All texts are escaped here.</summary>
    public static void Write(TextWriter writer, string kind, string title, string network, string about)
    {
        title = Markup.Escape(title);
        writer.Write("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n"
            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
            + $"<title>{kind} · {title}</title>\n<style>\n{ReportStyle.Sheet}</style>\n</head>\n<body>\n<main>\n"
            + $"<header>\n<h1>{title}</h1>\n<p class=\"under\">{Markup.Escape(network)}<br/>{Markup.Escape(about)}</p>\n</header>\n");
    }
}
