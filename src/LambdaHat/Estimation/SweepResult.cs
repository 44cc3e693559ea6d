using System.Globalization;

namespace LambdaHat.Estimation;

/// <summary>The surface λ̂(nβ, γ) as far as it was measured, and where it is flat.</summary>
public sealed record SweepResult
{
    /// <summary>The result of a grid and the points that were measured of it, in any order; points off the grid are left out.</summary>
    public SweepResult(IReadOnlyList<double> nBetas, IReadOnlyList<double> gammas, IEnumerable<SweepPoint> points)
    {
        (NBetas, Gammas) = (nBetas, gammas);
        var found = points.GroupBy(p => (p.NBeta, p.Gamma)).ToDictionary(same => same.Key, same => same.Last());
        Rows = [.. nBetas.Select((nBeta, i) => (IReadOnlyList<SweepPoint?>)[.. gammas.Select(gamma =>
            found.GetValueOrDefault((nBeta, gamma)) is not { } point ? null
            : i + 1 < nBetas.Count && found.GetValueOrDefault((nBetas[i + 1], gamma)) is { } next ? point.Beside(next)
            : point with { TwoTemperatures = double.NaN, TwoTemperaturesError = double.NaN })])];
        Points = [.. Rows.SelectMany(row => row).OfType<SweepPoint>()];
        var whole = Rows.Where(row => row.All(p => p is not null)).ToArray();
        Flat = [.. whole.Select(FlatRange.Of).OfType<FlatRange>()];
        Findings = [.. whole.Select(Words)];
    }

    /// <summary>The values of nβ, ascending.</summary>
    public IReadOnlyList<double> NBetas { get; }

    /// <summary>The values of γ, ascending.</summary>
    public IReadOnlyList<double> Gammas { get; }

    /// <summary>One row an nβ, one place a γ; null where nothing was measured yet.</summary>
    public IReadOnlyList<IReadOnlyList<SweepPoint?>> Rows { get; }

    /// <summary>The points that were measured, nβ by nβ.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>Whether every point of the grid was measured.</summary>
    public bool IsComplete => Points.Count == NBetas.Count * Gammas.Count;

    /// <summary>The flat range of every nβ that has one and all of whose points were measured.</summary>
    public IReadOnlyList<FlatRange> Flat { get; }

    /// <summary>Where λ̂ is flat in words, a sentence for every nβ all of whose points were measured.</summary>
    public IReadOnlyList<string> Findings { get; }

    private static string Words(IReadOnlyList<SweepPoint?> row)
    {
        var at = $"at nβ = {Short(row[0]!.NBeta, 4)}";
        if (FlatRange.Of(row) is { } flat)
            return $"{at} λ̂ is flat from γ = {Short(flat.GammaFrom, 3)} to {Short(flat.GammaTo, 3)} ({flat.Points} points): {flat.LambdaHat:G4} ± {flat.StandardError:G2}, {100 * flat.Change:+0.#;−0.#;0} % from end to end";
        if (row.Count == 1) return $"{at} there is one γ only, and nothing to compare it with";
        for (var i = 1; i < row.Count; i++)
            if (row[i - 1]!.Verdict == Verdict.Converged && row[i]!.Verdict == Verdict.Converged)
                return $"{at} λ̂ is flat nowhere: there is no gap in the curvature, and λ̂ is a value at a scale, to be compared at the same γ and nβ only";
        return $"{at} no two neighbouring points converged: whether λ̂ is flat is not known";
    }

    // Without an exponent as far as a reader counts digits.
    private static string Short(double value, int digits)
    {
        var rounded = double.Parse(value.ToString($"G{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return rounded.ToString(Math.Abs(rounded) is >= 1e-4 and < 1e7 ? "0.#######" : "0.###e0", CultureInfo.InvariantCulture);
    }
}
