using LambdaHat.Spectra;

namespace LambdaHat.Experiments.Hessian;

/// <summary>Our numbers beside the paper's, whatever the network.</summary>
internal static class HessianComparisons
{
    // Two trainings of one network: what d₁ by accuracy may differ by and still be called the same.
    private const double SameCutoff = 0.1;

    // Of the default estimate.
    private const double Tolerance = 0.05;

    public static IEnumerable<Comparison> Of(PublishedBounds published, int ownDimension, ExperimentSize size, ExperimentRows rows)
    {
        yield return new("d of the paper's network", Words.Count(published.Dimension), Words.Count(ownDimension), ownDimension == published.Dimension, "our network of that task");
        if (!double.IsNaN(published.CutoffReached))
        {
            var bounds = new RankBounds(published.Dimension, published.CutoffReached);
            yield return new("bounds from the paper's d and k by its formula", published.Bound, $"{Words.Number(bounds.Lower, 7)} ≤ λ ≤ {Words.Number(bounds.Upper, 7)}", published.Bound.Contains('≤', StringComparison.Ordinal) ? true : null);
        }
        if (rows.Find(HessianExperiment.CutoffJob) is { } cut)
        {
            var same = cut.Number("d") == published.Dimension;
            var k = cut.Number("cutoff_rank");
            bool? agrees = !same || double.IsNaN(published.CutoffReached) ? null : HessianSummary.Reached(cut) && Math.Abs(k - published.CutoffReached) <= SameCutoff * published.CutoffReached ? true : size == ExperimentSize.Full ? false : null;
            yield return new("k at the cut-off", double.IsNaN(published.CutoffReached) ? $"not reached at {Words.Count(published.Computed)}" : Words.Count((long)published.CutoffReached), HessianSummary.Cut(cut), agrees,
                $"{(same ? "" : $"ours has d = {Words.Count((long)cut.Number("d"))}; ")}no rank but what the network needs counted from the origin: see what moves it{Seeds(cut, rows)}");
        }
        if (rows.Find(HessianExperiment.Estimate) is { } estimate) yield return Between(estimate);
    }

    // The same training from other starts.
    private static string Seeds(ExperimentRow own, ExperimentRows rows)
    {
        double[] k = [.. rows.Beginning($"{HessianExperiment.Variant}seed").Append(own).Where(HessianSummary.Reached).Select(r => r.Number("cutoff_rank"))];
        return k.Length < 2 ? "" : $"; the seed of the training alone moves it from {Words.Number(k.Min(), 5)} to {Words.Number(k.Max(), 5)}";
    }

    private static Comparison Between(ExperimentRow row)
    {
        double[] values = row.Numbers("lambda_hats"), errors = row.Numbers("standard_errors"), quads = row.Numbers("lambda_quads"), gammas = row.Numbers("gammas");
        var finding = row.Text("finding");
        var reruns = values.Length > 1 ? $"; again at γ = {string.Join(", ", gammas[1..].Select(g => Words.Number(g, 3)))}: {string.Join(", ", values[1..].Select((v, i) => $"{Words.WithError(v, errors[i + 1])} (λ_quad {Words.Number(quads[i + 1])})"))}" : "";
        return new("λ̂ between our bounds, at the same w*", $"{Words.Number(row.Number("lower"), 6)} to {Words.Number(row.Number("upper"), 6)}", $"{Words.WithError(values[0], errors[0])}, λ_quad {Words.Number(quads[0])}, γ {Words.Number(gammas[0], 3)}, {Verdict(row)}",
            finding switch { "inside" => true, "bounds-wrong" or "estimate-wrong" => false, _ => null }, finding switch
            {
                "inside" => "inside",
                "hidden" => $"below the lower bound, and not below λ_quad at its nβ and γ{reruns}: both are right, γ/nβ hides the softest of the d₁ curved directions, and λ̂ is no estimate of λ itself",
                "stratum" => $"below the lower bound and λ_quad, no longer at larger γ{reruns}: the chain reaches parameters flatter than the curvature at w* says{(values[0] > (1 - Tolerance) * quads[0] ? ", or it is the estimate's own tolerance of 5 %" : "")}",
                "steeper" => $"above the upper bound, no longer at larger γ{reruns}: the chain reaches parameters where the loss grows faster than near w*",
                "bounds-wrong" => "above the upper bound, as is λ_quad, which knows no cut-off: the bounds are wrong",
                "estimate-wrong" => $"outside bounds and λ_quad at every γ{reruns}: the estimate is wrong",
                _ => $"outside, by estimates that are not to be believed{reruns}: nothing follows",
            });
    }

    private static string Verdict(ExperimentRow row) => row.Json["verdicts"]![0]!.GetValue<string>();
}
