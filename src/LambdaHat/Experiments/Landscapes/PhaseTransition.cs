using System.Text.Json.Nodes;
using MathNet.Numerics;
using MathNet.Numerics.Integration;

namespace LambdaHat.Experiments.Landscapes;

/// <summary>
/// Two minima in one landscape, L(w) = h + (w + 1)⁸ around −1 and (w − 1)² around 1, whichever is lower: the left one has the higher loss and the smaller λ, 1/8 against 1/2. The Bayesian posterior exp(−nL) sits in the
/// left one for small n and goes over to the right one where the free energies cross,
/// <code>
///     F₁ = n·h + λ₁·ln n − ln(2Γ(1 + λ₁)),   F₂ = λ₂·ln n − ln(2Γ(1 + λ₂))
/// </code>
/// (of ∫exp(−n·u^(1/λ))du = 2Γ(1 + λ)·n^(−λ)). The share is integrated numerically and compared with the crossing.
/// </summary>
public sealed class PhaseTransition : Experiment
{
    private const double LeftCoefficient = 0.125, RightCoefficient = 0.5;
    private static readonly double[] s_heights = [0.03, 0.003, 0.0003, 0.00003];

    /// <inheritdoc/>
    public override string Name => "phase-transition";

    /// <inheritdoc/>
    public override string Title => "The posterior goes over from a simple to an accurate solution as data grow";

    /// <inheritdoc/>
    public override string Source => "You're measuring model complexity wrong, intuition for phase transitions; Watanabe's free energy formula";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => "1 s";

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed) => [.. s_heights.Select(h => new ExperimentJob($"h={Words.Number(h)}", _ => Run(h)))];

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        List<Series> shares = [], energies = [];
        foreach (var h in s_heights)
        {
            if (rows.Find($"h={Words.Number(h)}") is not { } row) continue;
            double[] n = row.Numbers("n"), share = row.Numbers("share");
            var (measured, predicted, leading) = (row.Number("crossing"), row.Number("predicted"), row.Number("leading"));
            comparisons.Add(new($"height {Words.Number(h)}: n at which half of the posterior has gone over", $"{Words.Number(predicted)} (free energies cross)", Words.Number(measured), Math.Abs(measured / predicted - 1) < 0.15,
                $"n·h = (λ₂ − λ₁)·ln n alone, without the constants, would say {Words.Number(leading)}"));
            shares.Add(Series.Of($"h = {Words.Number(h)}", SeriesStyle.Line, n.Zip(share)));
            if (h == s_heights[1])
            {
                energies.Add(Series.Of("−ln Z of the left minimum", SeriesStyle.Line, n.Zip(row.Numbers("left_energy"))));
                energies.Add(Series.Of("n·h + λ₁·ln n + constant", SeriesStyle.Exact, n.Select(v => (v, Energy(v, h, LeftCoefficient)))));
                energies.Add(Series.Of("−ln Z of the right minimum", SeriesStyle.Line, n.Zip(row.Numbers("right_energy"))));
                energies.Add(Series.Of("λ₂·ln n + constant", SeriesStyle.Exact, n.Select(v => (v, Energy(v, 0, RightCoefficient)))));
            }
        }
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = shares.Count == 0 ? [] :
            [
                new("share", "Share of the posterior around the accurate, complex minimum", "n", "share", shares) { LogX = true, Caption = "The lower the simple minimum lies, the later the transition. Over ln n it takes place within a factor of about ten in n." },
                new("energies", $"Free energies at h = {Words.Number(s_heights[1])}", "n", "free energy", energies) { LogX = true, Caption = "Lines: integrated numerically. Dashed: Watanabe's formula with the constants of these wells." },
            ],
            Findings = comparisons.Count == 0 ? [] : ["The posterior prefers the minimum of higher loss and smaller λ until n·h outweighs (λ₂ − λ₁)·ln n. The formula locates the transition, as soon as its constants are kept; without them it is wrong by a factor, since the logarithm changes slowly."],
        };
    }

    private static double Energy(double n, double height, double coefficient) => (n * height) + (coefficient * Math.Log(n)) - Math.Log(2 * SpecialFunctions.Gamma(1 + coefficient));

    private static JsonObject Run(double h)
    {
        double[] sizes = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, 1 + (i / 10.0)))];
        var wells = sizes.Select(n => Wells(n, h)).ToArray();
        // Between neighbouring sizes the logit of the share is close to linear in ln n.
        var crossing = double.NaN;
        for (var i = 0; i + 1 < sizes.Length && double.IsNaN(crossing); i++)
        {
            var (a, b) = (wells[i].Left - wells[i].Right, wells[i + 1].Left - wells[i + 1].Right);
            if (a < 0 && b >= 0) crossing = Math.Exp(Math.Log(sizes[i]) + (-a / (b - a) * Math.Log(sizes[i + 1] / sizes[i])));
        }
        return new JsonObject
        {
            ["height"] = h,
            ["n"] = EstimateRow.Numbers(sizes),
            ["share"] = EstimateRow.Numbers(wells.Select(w => 1 / (1 + Math.Exp(w.Right - w.Left)))),
            ["left_energy"] = EstimateRow.Numbers(wells.Select(w => w.Left)),
            ["right_energy"] = EstimateRow.Numbers(wells.Select(w => w.Right)),
            ["crossing"] = EstimateRow.Number(crossing),
            ["predicted"] = Crossing(n => Energy(n, h, LeftCoefficient) - Energy(n, 0, RightCoefficient)),
            ["leading"] = Crossing(n => (n * h) - ((RightCoefficient - LeftCoefficient) * Math.Log(n))),
        };
    }

    // The last n at which the difference of free energies goes from negative to positive.
    private static double Crossing(Func<double, double> difference)
    {
        double low = 1, high = 1e9;
        // Beyond its minimum the difference rises.
        for (var n = 1e9; n > 2 && difference(n) > 0; n /= 1.1) (low, high) = (n / 1.1, n);
        for (var i = 0; i < 60; i++)
        {
            var middle = Math.Sqrt(low * high);
            if (difference(middle) > 0) high = middle;
            else low = middle;
        }
        return high;
    }

    // −ln ∫exp(−nL) over the part of the line where either well is the lower one, in float64.
    private static (double Left, double Right) Wells(double n, double h)
    {
        // The boundary, where h + (w + 1)⁸ = (w − 1)²: the left side rises, the right side falls between −1 and 1.
        double low = -1, high = 1;
        for (var i = 0; i < 80; i++)
        {
            var middle = (low + high) / 2;
            if (h + Math.Pow(middle + 1, 8) < Math.Pow(middle - 1, 2)) low = middle;
            else high = middle;
        }
        var left = Integral(w => Math.Exp(-n * Math.Pow(w + 1, 8)), -1, low, Math.Pow(n, -0.125));
        var right = Integral(w => Math.Exp(-n * (w - 1) * (w - 1)), 1, low, Math.Pow(n, -0.5));
        // Outside the boundary each goes on to infinity: by symmetry half of the whole integral.
        return ((n * h) - Math.Log(left + (SpecialFunctions.Gamma(1.125) * Math.Pow(n, -0.125))), -Math.Log(right + (SpecialFunctions.Gamma(1.5) * Math.Pow(n, -0.5))));
    }

    // ∫ between the bottom and the boundary, cut where the integrand is below exp(−400), on panels of half a width.
    private static double Integral(Func<double, double> density, double bottom, double boundary, double width)
    {
        var length = Math.Min(Math.Abs(boundary - bottom), 25 * width);
        var panels = Math.Max(4, (int)Math.Ceiling(length / (width / 2)));
        var direction = Math.Sign(boundary - bottom);
        var sum = 0.0;
        for (var p = 0; p < panels; p++) sum += Math.Abs(GaussLegendreRule.Integrate(density, bottom + (direction * length * p / panels), bottom + (direction * length * (p + 1) / panels), 16));
        return sum;
    }
}
