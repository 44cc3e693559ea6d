using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Numerics;
using LambdaHat.Theory;

namespace LambdaHat.Experiments.Landscapes;

/// <summary>
/// The volume V(ε) = P(K(w) &lt; ε) under w uniform on [−1, 1]², by sampling, against its law V(ε) ≈ c·ε^λ·(ln 1/ε)^(m−1) (Watanabe 2009, Theorem 7.1). Coordinates are drawn log-uniformly, |w| = e^(−Λu), and weighted
/// with the density that takes that back, so that volumes of 10⁻¹⁰ are measured as well as large ones.
/// </summary>
public sealed class VolumeScaling : Experiment
{
    // |w| from e^(−Λ) = 10⁻¹⁶ up: a strip narrower than that is left out, of which 10⁻¹⁶ of the square is inside any level set.
    private const double LogRange = 36.8;
    private const int Levels = 24, SmallestExponent = -24, LargestExponent = -4;

    private static readonly Landscape2[] s_landscapes =
    [
        // The volumes are exact for ε ≤ 1: a disc of radius √ε; ∫∫ |ab| < √ε; Γ-functions; ∫ min(1, √ε/b²).
        new("regular w₁² + w₂²", new(1, 1), (x, y) => (x * x) + (y * y), e => Math.PI * e / 4),
        new("normal crossing w₁²·w₂²", Monomial.Coefficient([2, 2]), (x, y) => x * x * y * y, e => Math.Sqrt(e) * (1 - (Math.Log(e) / 2))),
        new("quartic w₁⁴ + w₂⁴", PowerSum.Coefficient([4, 4]), (x, y) => (x * x * x * x) + (y * y * y * y), e => Math.Sqrt(e) * QuarticArea),
        new("w₁²·w₂⁴", Monomial.Coefficient([2, 4]), (x, y) => x * x * y * y * y * y, e => (2 * Math.Pow(e, 0.25)) - Math.Sqrt(e)),
    ];

    // The area of x⁴ + y⁴ < 1 in the first quadrant: Γ(5/4)²/Γ(3/2).
    private static double QuarticArea => Math.Pow(MathNet.Numerics.SpecialFunctions.Gamma(1.25), 2) / MathNet.Numerics.SpecialFunctions.Gamma(1.5);

    /// <inheritdoc/>
    public override string Name => "volume-scaling";

    /// <inheritdoc/>
    public override string Title => "The volume of almost-as-good parameters against the loss allowed";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Section 3.1 and Figure 2; You're measuring model complexity wrong, the toy landscapes";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size switch { ExperimentSize.Smoke => "1 s", ExperimentSize.Default => "10 s", _ => "2 min" };

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var draws = size switch { ExperimentSize.Smoke => 20_000, ExperimentSize.Default => 500_000, _ => 10_000_000 };
        return [.. s_landscapes.Select((landscape, i) => new ExperimentJob(landscape.Name, scope => Measure(landscape, draws, seed, i, scope.Cancellation)))];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<Chart> charts = [];
        List<Series> series = [];
        foreach (var landscape in s_landscapes)
        {
            if (rows.Find(landscape.Name) is not { } row) continue;
            double[] levels = row.Numbers("epsilon"), volumes = row.Numbers("volume"), errors = row.Numbers("error");
            var exact = landscape.Exact;
            var worst = Enumerable.Range(0, levels.Length).Max(i => Math.Abs(volumes[i] - landscape.Volume(levels[i])) / errors[i]);
            var fit = Fit(levels, volumes, errors);
            // The law's own correction terms at these ε: the same fit to the exact volumes.
            var finite = Fit(levels, [.. levels.Select(landscape.Volume)], [.. levels.Zip(volumes, (e, v) => landscape.Volume(e)).Zip(errors.Zip(volumes, (s, v) => s / v), (v, s) => v * s)]);
            comparisons.Add(new($"{landscape.Name}: volume at {levels.Length} levels, farthest from the exact one", "exact", $"{Words.Number(worst, 2)} standard errors", worst < 4, "among 24 normal values one is above 4 once in 700 times"));
            comparisons.Add(new($"{landscape.Name}: exponent λ", exact.Lambda.ToString(), Words.WithError(fit.Lambda, fit.LambdaError), Math.Abs(fit.Lambda - finite.Lambda) < 4 * fit.LambdaError,
                $"the fit to exact volumes at the same levels gives {Words.Number(finite.Lambda, 4)}: what is left is the law's correction at finite ε"));
            comparisons.Add(new($"{landscape.Name}: power of the logarithm m − 1", (exact.Multiplicity - 1).ToString(CultureInfo.InvariantCulture), Words.WithError(fit.Power, fit.PowerError), Math.Abs(fit.Power - finite.Power) < 4 * fit.PowerError,
                $"the fit to exact volumes gives {Words.Number(finite.Power, 3)}"));
            series.Add(new(landscape.Name, SeriesStyle.Points, [.. levels.Select((e, i) => new SeriesPoint(e, volumes[i], errors[i]))]));
            series.Add(Series.Of($"{landscape.Name}, exact", SeriesStyle.Exact, levels.Select(e => (e, landscape.Volume(e)))));
            charts.Add(Contours(landscape));
        }
        if (series.Count > 0) charts.Insert(0, new("volume", "Volume of parameters with loss below ε", "ε", "V(ε)", series) { LogX = true, LogY = true, Caption = "On these axes the slope is λ; the normal crossing bends by its logarithm, m = 2." });
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = charts,
            Findings = comparisons.Count == 0 ? [] : ["Two landscapes with the same Hessian at the origin, zero, have different exponents: w₁⁴ + w₂⁴ has λ = 1/2, w₁²·w₂⁴ has λ = 1/4. The exponents are found by counting volume alone."],
        };
    }

    private static JsonObject Measure(Landscape2 landscape, int draws, ulong seed, int index, CancellationToken cancellation)
    {
        double[] levels = [.. Enumerable.Range(0, Levels).Select(k => Math.Pow(10, LargestExponent + ((SmallestExponent - LargestExponent) * k / (Levels - 1.0))))];
        double[] volumes = new double[Levels], errors = new double[Levels];
        var uniform = new float[2 * 4096];
        // Every level has draws of its own, so that errors are independent.
        for (var level = 0; level < Levels; level++)
        {
            double sum = 0, squares = 0;
            for (var done = 0; done < draws; done += uniform.Length / 2)
            {
                cancellation.ThrowIfCancellationRequested();
                new RandomStream(seed, RandomPurpose.Probe, (index * Levels) + level, done).FillUniform(uniform);
                var count = Math.Min(uniform.Length / 2, draws - done);
                for (var i = 0; i < count; i++)
                {
                    double x = Math.Exp(-LogRange * uniform[2 * i]), y = Math.Exp(-LogRange * uniform[(2 * i) + 1]);
                    if (landscape.Loss(x, y) >= levels[level]) continue;
                    var weight = LogRange * LogRange * x * y;
                    sum += weight;
                    squares += weight * weight;
                }
            }
            volumes[level] = sum / draws;
            errors[level] = Math.Sqrt(((squares / draws) - (volumes[level] * volumes[level])) / draws);
        }
        return new JsonObject { ["epsilon"] = EstimateRow.Numbers(levels), ["volume"] = EstimateRow.Numbers(volumes), ["error"] = EstimateRow.Numbers(errors) };
    }

    // Weighted least squares of ln V on 1, ln ε and ln ln 1/ε.
    private static (double Lambda, double LambdaError, double Power, double PowerError) Fit(double[] levels, double[] volumes, double[] errors)
    {
        var design = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(levels.Length, 3, (i, j) => (j == 0 ? 1 : j == 1 ? Math.Log(levels[i]) : Math.Log(-Math.Log(levels[i]))) * volumes[i] / errors[i]);
        var target = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(levels.Length, i => Math.Log(volumes[i]) * volumes[i] / errors[i]);
        var covariance = design.TransposeThisAndMultiply(design).Inverse();
        var solution = covariance * design.TransposeThisAndMultiply(target);
        return (solution[1], Math.Sqrt(covariance[1, 1]), solution[2], Math.Sqrt(covariance[2, 2]));
    }

    // The level sets K = ε of the first quadrant, mirrored: y(x) by bisection, K rising in |y|.
    private static Chart Contours(Landscape2 landscape)
    {
        List<Series> lines = [];
        foreach (var level in (double[])[1e-4, 1e-3, 1e-2, 1e-1])
        {
            List<(double, double)> points = [];
            var end = Last(x => landscape.Loss(x, 0) < level);
            foreach (var (sx, sy) in ((double, double)[])[(1, 1), (-1, 1), (-1, -1), (1, -1)])
            {
                for (var k = 0; k <= 120; k++)
                {
                    // Dense at both ends, where the curves turn.
                    var x = end * Math.Pow(Math.Sin(Math.PI * k / 240), 2);
                    if (landscape.Loss(x, 1) >= level) points.Add((sx * x, sy * Last(y => landscape.Loss(x, y) < level)));
                }
                points.Add((double.NaN, double.NaN));
            }
            lines.Add(Series.Of($"K = {level.ToString("0.####", CultureInfo.InvariantCulture)}", SeriesStyle.Line, points));
        }
        return new($"contours-{landscape.Id}", landscape.Name, "w₁", "w₂", lines) { Caption = $"Level sets of {landscape.Name}, λ = {landscape.Exact.Lambda}, m = {landscape.Exact.Multiplicity}." };
    }

    // The last number in [0, 1] up to which a condition holds that does not come back, by bisection.
    private static double Last(Func<double, bool> holds)
    {
        if (holds(1)) return 1;
        double low = 0, high = 1;
        for (var halving = 0; halving < 50; halving++)
            if (holds((low + high) / 2)) low = (low + high) / 2;
            else high = (low + high) / 2;
        return low;
    }

    private sealed record Landscape2(string Name, ExactCoefficient Exact, Func<double, double, double> Loss, Func<double, double> Volume)
    {
        public string Id => string.Concat(Name.Where(char.IsAsciiLetterOrDigit));
    }
}
