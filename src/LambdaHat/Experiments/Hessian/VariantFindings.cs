using MathNet.Numerics.Statistics;

namespace LambdaHat.Experiments.Hessian;

/// <summary>What moved the cut-off, in sentences from the rows of the variants.</summary>
internal static class VariantFindings
{
    // Fewer say nothing; a rank correlation of 0.8 over eight has a probability of 2 % by chance.
    private const int Fewest = 5;
    private const double Strong = 0.8;

    public static IEnumerable<string> Of(PublishedBounds published, ExperimentRows rows)
    {
        if (rows.Find(HessianExperiment.CutoffJob) is not { } own) yield break;
        ExperimentRow[] variants = [.. rows.Beginning(HessianExperiment.Variant)];
        foreach (var factor in variants.GroupBy(r => r.Text("factor")))
        {
            var shown = string.Join("; ", factor.Select(r => $"{r.Text("variant")}: {Effect(r)}"));
            yield return $"By {factor.Key}: as it is {Effect(own)}; {shown}.";
        }
        ExperimentRow[] all = [own, .. variants];
        ExperimentRow[] reached = [.. all.Where(HessianSummary.Reached)];
        if (reached.Length > 1 && reached.Max(r => r.Number("cutoff_rank")) > reached.Min(r => r.Number("cutoff_rank")))
        {
            var (low, high) = (reached.MinBy(r => r.Number("cutoff_rank"))!, reached.MaxBy(r => r.Number("cutoff_rank"))!);
            var (least, most) = (Math.Floor(all.Min(r => HessianSummary.RangeOf(r).Least)), Math.Ceiling(all.Max(r => HessianSummary.RangeOf(r).Most)));
            yield return $"Over all trainings k runs from {HessianSummary.Cut(low)} ({low.Text("variant")}) to {HessianSummary.Cut(high)} ({high.Text("variant")}){(reached.Length < all.Length ? $", and is not reached in {all.Length - reached.Length}" : "")}, "
                + $"while d₁ {(least == most ? "is" : $"lies from {Words.Number(least, 6)} to")} {Words.Number(most, 6)}: the cut-off of \"{published.Model}\" is a fact about its training, not its rank.";
        }
        if (reached.Length == 0 && all.Length > 1 && all.All(r => HessianSummary.Best(r) is not null))
        {
            double Share(ExperimentRow row) => HessianSummary.Best(row)!.Value.Share;
            var (least, most) = (all.MinBy(Share)!, all.MaxBy(Share)!);
            yield return $"No training reaches the cut-off at any k: the most that a projection keeps of the accuracy is from {Words.Percent(Share(least))} ({least.Text("variant")}) to {Words.Percent(Share(most))} ({most.Text("variant")}); the paper has {Words.Percent(published.Final.Train / published.Original.Train)} at k = {Words.Count(published.Computed)}.";
        }
        if (reached.Length < Fewest) yield break;
        (string What, string Key)[] causes = [("the share of ‖w*‖² in the span of the top d₁ eigenvectors", "share_at_rank"), ("‖w*‖", "norm"), ("the imbalance of layers", "imbalance"), ("the test accuracy", "test_accuracy")];
        // Where probes give a range for d₁, k by itself.
        var counted = reached.All(r => double.IsFinite(HessianSummary.CountedRank(r)));
        var found = causes.Select(c => (c.What, Correlation: Rank(reached, r => r.Number("cutoff_rank") / (counted ? r.Number("rank") : 1), r => r.Number(c.Key)))).Where(c => !double.IsNaN(c.Correlation)).OrderByDescending(c => Math.Abs(c.Correlation)).ToArray();
        if (found.Length == 0) yield break;
        yield return $"Rank correlations of {(counted ? "k/d₁" : "k")} over {reached.Length} trainings: {string.Join("; ", found.Select(c => $"{Words.Number(c.Correlation, 2)} with {c.What}"))}. {(Math.Abs(found[0].Correlation) >= Strong ? $"It moves most with {found[0].What}." : "None of them alone decides it.")}"
            + " What lies outside the span of the top d₁ moves no output on the data near w*, yet projecting takes it away; what lies inside may still be too soft to come early.";
    }

    /// <summary>How λ̂ comes to the bounds as nβ grows.</summary>
    public static IEnumerable<string> Colder(ExperimentRows rows)
    {
        if (rows.Find(HessianExperiment.Rank) is not { } rank) yield break;
        ExperimentRow[] colder = [.. rows.Beginning(HessianExperiment.Colder)];
        if (colder.Length == 0) yield break;
        yield return $"As nβ grows at the same γ, λ̂ rises: {string.Join("; ", colder.Select(Colder))}. At the last it {(colder[^1].Number("lambda_hat") + (3 * colder[^1].Number("standard_error")) >= rank.Number("lower") ? "has come to" : "has not come to")} "
            + $"half the rank, {Words.Number(rank.Number("lower"), 6)}, which counts directions down to {Words.Number(rank.Number("floor"), 2)} of the largest curvature.";
    }

    private static string Colder(ExperimentRow r)
    {
        var text = $"{Words.WithError(r.Number("lambda_hat"), r.Number("standard_error"))} (λ_quad {Words.Number(r.Number("lambda_quad"))}, {r.Text("verdict")}) at nβ = {Words.Number(r.Number("nbeta"))}";
        if (double.IsNaN(r.Number("closer_lambda_hat"))) return text;
        var settled = r.Number("closer_lambda_hat") + (3 * r.Number("closer_standard_error")) >= r.Number("closer_lambda_quad");
        return $"{text}, below λ_quad, and {Words.WithError(r.Number("closer_lambda_hat"), r.Number("closer_standard_error"))} (λ_quad {Words.Number(r.Number("closer_lambda_quad"))}) at ten times γ, {(settled ? "where they agree: at the smaller γ the chain reaches parameters flatter than w*" : "still below")}{Hmc(r)}";
    }

    private static string Hmc(ExperimentRow r)
    {
        double value = r.Number("hmc_lambda_hat"), error = r.Number("hmc_standard_error"), ours = r.Number("lambda_hat"), quad = r.Number("lambda_quad");
        if (double.IsNaN(value)) return "";
        var spread = 3 * Math.Sqrt((error * error) + Math.Pow(r.Number("standard_error"), 2));
        var meaning = r.Text("hmc_verdict") != "converged" ? "which settles nothing"
            : Math.Abs(value - ours) <= spread && value < quad - (3 * error) ? "the same: the landscape is flatter than its curvature at w*, or both samplers are slow in the softest directions"
            : value >= quad - (3 * error) ? "on λ_quad: the default estimate is low here, within its tolerance of 5 %"
            : "between both: part of it is the landscape, part the default estimate's tolerance of 5 %";
        return $", HMC {Words.WithError(value, error)} ({r.Text("hmc_verdict")}), {meaning}";
    }

    private static string Effect(ExperimentRow r) => HessianSummary.Reached(r) || HessianSummary.Best(r) is not var (k, _, share) ? $"k {HessianSummary.Cut(r)} of rank {HessianSummary.RankText(r)}"
        : $"at most {Words.Percent(share)} of the accuracy kept, at k = {Words.Number(k, 5)}";

    // Spearman's.
    private static double Rank(ExperimentRow[] rows, Func<ExperimentRow, double> x, Func<ExperimentRow, double> y)
    {
        ExperimentRow[] finite = [.. rows.Where(r => double.IsFinite(x(r)) && double.IsFinite(y(r)))];
        if (finite.Length < 3) return double.NaN;
        return Correlation.Spearman(finite.Select(x), finite.Select(y));
    }
}
