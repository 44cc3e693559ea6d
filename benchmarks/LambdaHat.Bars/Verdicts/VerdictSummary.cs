namespace LambdaHat.Bars.Verdicts;

/// <summary>A run beside its reference; a run that failed has no row.</summary>
internal sealed record Judged(VerdictSubject Subject, string Key, string How, Row? Run, Row Reference)
{
    private const double Share = 0.03, Errors = 3;

    public bool Converged => Run?.Text("verdict") == "converged";

    public double Off => (Run?.Number("lambda_hat") ?? double.NaN) / Reference.Number("reference") - 1;

    /// <summary>Within max(3 standard errors, 3 %) of the reference, to which its own error is not added.</summary>
    public bool Right => Run is not null && Math.Abs(Run.Number("lambda_hat") - Reference.Number("reference")) <= Math.Max(Errors * Run.Number("standard_error"), Share * Math.Abs(Reference.Number("reference")));
}

/// <summary>The calibration of the verdict as markdown.</summary>
internal static class VerdictSummary
{
    public static IEnumerable<string> Of(IReadOnlyList<Judged> sound, IReadOnlyList<Judged> spoiled, IReadOnlyList<string> left)
    {
        var converged = sound.Where(r => r.Converged).ToArray();
        foreach (var line in Markdown.Thresholds([
            Markdown.Held("converged runs within max(3 SE, 3 %) of the reference", ShareOf(converged, r => r.Right), 0.9, false, Markdown.Percent),
            Markdown.Held("spoiled runs not called converged", ShareOf(spoiled, r => !r.Converged), 0.95, false, Markdown.Percent)])) yield return line;

        foreach (var line in Markdown.Table(["subjects", "runs", "called converged", "of them right", "not called so, yet right"], sound.GroupBy(r => r.Subject.Kind).Select(g => new[]
        {
            g.Key, Markdown.Of(g.Count()), Markdown.Of(g.Count(r => r.Converged)), Markdown.Of(g.Count(r => r.Converged && r.Right)), Markdown.Of(g.Count(r => !r.Converged && r.Right)),
        }))) yield return line;
        foreach (var line in Markdown.Table(["spoiled by", "runs", "not called converged", "called so, yet right"], spoiled.GroupBy(r => r.How).Select(g => new[]
        {
            g.Key, Markdown.Of(g.Count()), Markdown.Of(g.Count(r => !r.Converged)), Markdown.Of(g.Count(r => r.Converged && r.Right)),
        }))) yield return line;

        foreach (var line in List("Called converged and wrong:", converged.Where(r => !r.Right))) yield return line;
        foreach (var line in List("Spoiled and called converged:", spoiled.Where(r => r.Converged))) yield return line;
        foreach (var line in List("Sound runs not called converged:", sound.Where(r => !r.Converged))) yield return line;
        foreach (var subject in left) yield return $"Left out: {subject}";
        yield return "";
    }

    private static IEnumerable<string> List(string title, IEnumerable<Judged> runs)
    {
        var rows = runs.Select(r => new[]
        {
            r.Key, r.Run is { } run ? $"{Markdown.Of(run.Number("lambda_hat"))} ± {Markdown.Of(run.Number("standard_error"), "G2")}" : "failed", Markdown.Of(r.Reference.Number("reference")), Markdown.Percent(r.Off),
            Markdown.Of(r.Reference.Number("lambda")), Markdown.Of(r.Reference.Number("lambda_quad")), r.Run?.Text("verdict") ?? "", r.Run?.Texts("reasons").FirstOrDefault() ?? "",
        }).ToArray();
        return rows.Length == 0 ? [] : [title, "", .. Markdown.Table(["run", "λ̂", "reference", "off", "λ", "λ_quad", "verdict", "first reason"], rows)];
    }

    private static double ShareOf(IReadOnlyCollection<Judged> runs, Func<Judged, bool> which) => runs.Count == 0 ? double.NaN : (double)runs.Count(which) / runs.Count;
}
