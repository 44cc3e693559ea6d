namespace LambdaHat.Experiments.Hessian;

/// <summary>What moved the cut-off, in sentences from the rows of the variants.</summary>
internal static class VariantFindings
{
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
        ExperimentRow[] reached = [.. all.Where(Reached)];
        if (reached.Length > 1)
        {
            var (low, high) = (reached.MinBy(r => r.Number("cutoff_rank"))!, reached.MaxBy(r => r.Number("cutoff_rank"))!);
            yield return $"Over all trainings k runs from {HessianSummary.Cut(low)} ({low.Text("variant")}) to {HessianSummary.Cut(high)} ({high.Text("variant")}){(reached.Length < all.Length ? $", and is not reached in {all.Length - reached.Length}" : "")}, "
                + $"while d₁ runs from {Words.Number(all.Min(r => r.Number("rank")), 6)} to {Words.Number(all.Max(r => r.Number("rank")), 6)}: the cut-off of \"{published.Model}\" is a fact about its training, not its rank.";
        }
        var correlation = Rank(reached, r => r.Number("cutoff_rank") / r.Number("rank"), r => r.Number("share_at_rank"));
        if (reached.Length >= 5 && !double.IsNaN(correlation))
            yield return $"Rank correlation between k/d₁ and the share of ‖w*‖² in the span of the top d₁ eigenvectors, over {reached.Length} trainings: {Words.Number(correlation, 2)}. What lies outside that span moves no output on the data near w*, yet projecting takes it away.";
    }

    private static bool Reached(ExperimentRow row) => row.Json["reached"]!.GetValue<bool>();

    private static string Effect(ExperimentRow r) => $"k {HessianSummary.Cut(r)} of rank {Words.Number(r.Number("rank"), 6)}";

    // Spearman's, without ties.
    private static double Rank(ExperimentRow[] rows, Func<ExperimentRow, double> x, Func<ExperimentRow, double> y)
    {
        ExperimentRow[] finite = [.. rows.Where(r => double.IsFinite(x(r)) && double.IsFinite(y(r)))];
        if (finite.Length < 3) return double.NaN;
        double[] a = [.. finite.Select(r => (double)finite.Count(o => x(o) < x(r)))], b = [.. finite.Select(r => (double)finite.Count(o => y(o) < y(r)))];
        var (meanA, meanB) = (a.Average(), b.Average());
        var (covariance, varianceA, varianceB) = (a.Zip(b).Sum(p => (p.First - meanA) * (p.Second - meanB)), a.Sum(v => Math.Pow(v - meanA, 2)), b.Sum(v => Math.Pow(v - meanB, 2)));
        return varianceA * varianceB > 0 ? covariance / Math.Sqrt(varianceA * varianceB) : double.NaN;
    }
}
