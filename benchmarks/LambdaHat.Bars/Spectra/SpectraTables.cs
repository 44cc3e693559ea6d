namespace LambdaHat.Bars.Spectra;

/// <summary>The rows as tables, by what they are about.</summary>
internal static class SpectraTables
{
    public static IEnumerable<string> Of(Rows rows)
    {
        Row[] all = [.. rows.All.Where(r => !r.Failed)];
        return [.. Pairs(all), .. Matrices(all), .. Curve(all)];
    }

    private static IEnumerable<string> Pairs(Row[] rows)
    {
        var found = rows.Where(r => r.Numbers("eigenvalues").Length > 0).ToArray();
        if (found.Length == 0) return [];
        return Markdown.Table(["eigenpairs", "seconds", "columns", "products", "orthogonalisation", "checks", "refinement", "largest residual of λ₁", "of the own λ", "converged", "last λ of λ₁", "peak MiB"], found.Select(r => new[]
        {
            r.Key, Number(r, "solve_seconds", "F1"), Number(r, "columns"), Number(r, "product_seconds", "F1"), Number(r, "orthogonalisation_seconds", "F1"), Number(r, "check_seconds", "F1"), Number(r, "refinement_seconds", "F1"),
            Number(r, "largest_residual", "G2"), Number(r, "largest_own_residual", "G2"), Number(r, "converged"), Markdown.Of(r.Number("last_eigenvalue") / r.Numbers("eigenvalues")[0], "G2"), Number(r, "peak_mib", "F0"),
        }));
    }

    private static IEnumerable<string> Matrices(Row[] rows)
    {
        var found = rows.Where(r => !double.IsNaN(r.Number("assembly_seconds"))).ToArray();
        if (found.Length == 0) return [];
        var counts = Markdown.Table(["whole matrix", "assembly, seconds", "then, seconds", "share of λ₁", "eigenvalues above", "peak MiB"], found.Select(r => new[]
        {
            r.Key, Number(r, "assembly_seconds", "F1"), Number(r, "solve_seconds", "F1"), Number(r, "share"), Number(r, r.Numbers("shares").Length > 0 ? "above_floor" : "above"), Number(r, "peak_mib", "F0"),
        }));
        if (found.FirstOrDefault(r => r.Numbers("shares").Length > 0) is not { } whole) return counts;
        // The inertia where there is one, of the very same matrix.
        string Inertia(double share) => found.FirstOrDefault(r => r != whole && Math.Abs((r.Number("share") / share) - 1) < 1e-9) is { } row ? Number(row, "above") : "";
        return [.. counts, .. Markdown.Table(["share of λ₁", "eigenvalues above, of all eigenvalues", "by inertia"], whole.Numbers("shares").Zip(whole.Numbers("above"), (share, above) => new[] { Markdown.Of(share), Markdown.Of(above), Inertia(share) }))];
    }

    private static IEnumerable<string> Curve(Row[] rows)
    {
        if (rows.FirstOrDefault(r => r.Numbers("accuracy").Length > 0) is not { } row) return [];
        double[] shares = row.Numbers("share"), counts = row.Numbers("count"), errors = row.Numbers("count_error"), accuracies = row.Numbers("accuracy"), changes = row.Numbers("change");
        return
        [
            $"{row.Key}: {string.Join(", ", Names(row).Select(n => $"{n} {Number(row, n + "_seconds", "F1")} s"))}; accuracy of w* {Markdown.Of(row.Number("full_accuracy"))}; {Number(row, "peak_mib", "F0")} MiB", "",
            .. Markdown.Table(["share of λ₁", "eigenvalues above", "accuracy", "change by the last fifth of the columns"], shares.Select((share, i) => new[]
            {
                Markdown.Of(share, "G3"), $"{Markdown.Of(counts[i], "F0")} ± {Markdown.Of(errors[i], "G2")}", Markdown.Of(accuracies[i]), Markdown.Of(changes[i], "G2"),
            })),
        ];
    }

    private static IEnumerable<string> Names(Row row) => ((string[])["filter", "counting", "trace", "projections"]).Where(n => !double.IsNaN(row.Number(n + "_seconds")));

    private static string Number(Row row, string name, string format = "G4") => Markdown.Of(row.Number(name), format);
}
