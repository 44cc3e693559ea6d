using LambdaHat.Experiments;

namespace LambdaHat.Reporting;

/// <summary>A run of an experiment as one HTML page that needs nothing but itself: ours beside theirs, what was found, figures, tables, and how to repeat it.</summary>
public static class ExperimentReport
{
    /// <summary>Writes the page, well-formed XML without scripts.</summary>
    /// <param name="record">The run, complete or not.</param>
    /// <param name="writer">Receives the page; its encoding should be UTF-8. It is not closed.</param>
    public static void Write(ExperimentRecord record, TextWriter writer)
    {
        var (experiment, result) = (record.Experiment, record.Result);
        PageHead.Write(writer, "experiment", experiment.Title, experiment.Source, $"{experiment.Name}, size {record.Size.ToString().ToLowerInvariant()}{(record.IsComplete ? "" : ", not complete")}");
        writer.Write("<section id=\"findings\" aria-label=\"Findings\">\n<div class=\"result\">\n<ul class=\"reasons\">\n");
        foreach (var finding in result.Findings) writer.Write($"<li>{Markup.Escape(finding)}</li>\n");
        writer.Write("</ul>\n</div>\n</section>\n");
        WriteTable(writer, "comparisons", "Ours beside theirs", ["quantity", "theirs or exact", "ours", "agrees", "remark"],
            [.. result.Comparisons.Select(c => (string[])[c.Quantity, c.Theirs, c.Ours, c.Agrees switch { true => "yes", false => "no", _ => "" }, c.Remark])]);
        writer.Write("<section id=\"figures\" aria-labelledby=\"figures-title\">\n<h2 id=\"figures-title\">Figures</h2>\n<div class=\"figures\">\n");
        foreach (var chart in result.Charts) ExperimentFigures.Create(chart).Write(writer);
        writer.Write("</div>\n</section>\n");
        for (var i = 0; i < result.Tables.Count; i++) WriteTable(writer, $"table-{i + 1}", result.Tables[i].Caption, result.Tables[i].Columns, result.Tables[i].Rows);
        writer.Write("<section id=\"origin\" aria-labelledby=\"origin-title\">\n<h2 id=\"origin-title\">How to repeat this</h2>\n"
            + $"<pre tabindex=\"0\" aria-label=\"Command\"><code>{Markup.Escape(record.Command)}</code></pre>\n<p class=\"under\">LambdaHat {Markup.Escape(record.Version)}</p>\n</section>\n</main>\n</body>\n</html>\n");
    }

    private static void WriteTable(TextWriter writer, string id, string caption, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        writer.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{Markup.Escape(caption)}</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"{id}-title\">\n<table class=\"texts\">\n<thead><tr>");
        foreach (var column in columns) writer.Write($"<th scope=\"col\" class=\"words\">{Markup.Escape(column)}</th>");
        writer.Write("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            writer.Write($"<tr><th scope=\"row\">{Markup.Escape(row[0])}</th>");
            foreach (var cell in row.Skip(1)) writer.Write($"<td class=\"words\">{Markup.Escape(cell)}</td>");
            writer.Write("</tr>\n");
        }
        writer.Write("</tbody>\n</table>\n</div>\n</section>\n");
    }
}
