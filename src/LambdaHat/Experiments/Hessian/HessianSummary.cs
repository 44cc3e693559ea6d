using LambdaHat.Spectra;

namespace LambdaHat.Experiments.Hessian;

/// <summary>The tables and figures of the paper with ours beside them.</summary>
internal sealed class HessianSummary(PublishedBounds published, Cutoff cutoff, ExperimentRows rows)
{
    private bool ByAccuracy => cutoff.Kind == CutoffKind.Accuracy;

    /// <summary>Whether a k was found at which the cut-off is reached.</summary>
    public static bool Reached(ExperimentRow row) => row.Json["reached"]!.GetValue<bool>();

    /// <summary>k at the cut-off, as people read it.</summary>
    public static string Cut(ExperimentRow row) => Reached(row) ? Words.Number(row.Number("cutoff_rank"), 6) : $"not reached at {Words.Number(row.Number("cutoff_rank"), 6)}";

    /// <summary>The k whose projection keeps most of the training accuracy, what it has, and its share of it; null where there are no accuracies.</summary>
    public static (double K, double Accuracy, double Share)? Best(ExperimentRow row)
    {
        var accuracy = row.Numbers("accuracy");
        if (!accuracy.Any(double.IsFinite)) return null;
        var best = Enumerable.Range(0, accuracy.Length).MaxBy(i => double.IsFinite(accuracy[i]) ? accuracy[i] : double.NegativeInfinity);
        return (row.Numbers("k")[best], accuracy[best], accuracy[best] / row.Number("train_accuracy"));
    }

    /// <summary>What d₁ lies in: one number where eigenvalues were counted.</summary>
    public static RankRange RangeOf(ExperimentRow row) => double.IsNaN(row.Number("rank_least")) ? RankRange.Exactly(row.Number("rank")) : new(row.Number("rank_least"), row.Number("rank_most"));

    /// <summary>d₁ where it was counted, NaN where random probes give a range.</summary>
    public static double CountedRank(ExperimentRow row) => RangeOf(row) is { IsExact: true, Most: var rank } ? rank : double.NaN;

    /// <summary>d₁, or its range, as people read it.</summary>
    public static string RankText(ExperimentRow row) => RangeOf(row) is { IsExact: false } range ? $"{Words.Number(Math.Floor(range.Least), 6)} to {Words.Number(Math.Ceiling(range.Most), 6)}" : Words.Number(RangeOf(row).Most, 6);

    public IReadOnlyList<ResultTable> Tables()
    {
        List<ResultTable> tables = [];
        ExperimentRow? rank = rows.Find(HessianExperiment.Rank), cut = rows.Find(HessianExperiment.CutoffJob), pairs = rows.Find(HessianExperiment.PairsJob);
        if (cut is not null) tables.Add(Performance(cut, pairs));
        if (rank is not null) tables.Add(BoundsTable(rank, cut));
        ExperimentRow[] variants = [.. rows.Beginning(HessianExperiment.Variant)];
        if (cut is not null && variants.Length > 0) tables.Add(VariantTable([cut, .. variants]));
        return tables;
    }

    public IReadOnlyList<Chart> Charts()
    {
        List<Chart> charts = [];
        if (rows.Find(HessianExperiment.CutoffJob) is { } cut)
        {
            charts.Add(Projection("projection", cut, $"{published.Model}: {(ByAccuracy ? "accuracy" : "squared error")} when projected into the top k eigenvectors", double.PositiveInfinity));
            // The second figure of the paper is the first near its cut-off.
            if (ByAccuracy && Reached(cut)) charts.Add(Projection("threshold", cut, $"{published.Model}: where the threshold is reached", 0.1));
        }
        if (rows.Find(HessianExperiment.Rank) is { } rank)
        {
            double[] tau = rank.Numbers("tau"), ranks = rank.Numbers("ranks");
            Series Curve(string name, SeriesStyle style, double[] values) => Series.Of(name, style, tau.Zip(values, (t, r) => (t / rank.Number("largest"), r)));
            var probed = double.IsNaN(CountedRank(rank));
            IReadOnlyList<Series> range = probed ? [Curve("at least", SeriesStyle.Exact, rank.Numbers("ranks_least")), Curve("at most", SeriesStyle.Exact, rank.Numbers("ranks_most"))] : [];
            charts.Add(new("rank", "d₁(τ)", "τ/λ₁", "d₁", [Curve("eigenvalues above τ", SeriesStyle.Line, ranks), .. range])
            {
                LogX = true,
                Caption = probed ? "As random probes count: between two nodes of their rules the count is level, whatever the spectrum; it lies between the dashed lines." : "Level where d₁ does not depend on the cut-off.",
            });
        }
        if (Temperatures() is { } temperatures) charts.Add(temperatures);
        ExperimentRow[] all = [.. rows.Beginning(HessianExperiment.Variant).Prepend(rows.Find(HessianExperiment.CutoffJob)).OfType<ExperimentRow>()];
        if (all.Length > 1)
        {
            IReadOnlyList<Series> curves = [.. all.Select(r => Series.Of(r.Text("variant"), SeriesStyle.Line, r.Numbers("k").Zip(r.Numbers(ByAccuracy ? "accuracy" : "loss"))))];
            charts.Add(new("variants", "The same curve after other trainings", "k", ByAccuracy ? "accuracy, training" : "squared error, training", curves) { LogY = !ByAccuracy });
        }
        return charts;
    }

    private Chart? Temperatures()
    {
        ExperimentRow[] colder = [.. rows.Beginning(HessianExperiment.Colder)];
        if (colder.Length == 0 || rows.Find(HessianExperiment.Rank) is not { } rank || rows.Find(HessianExperiment.Estimate) is not { } first) return null;
        var nBeta = rank.Number("nbeta");
        List<SeriesPoint> points = [new(nBeta, first.Numbers("lambda_hats")[0], first.Numbers("standard_errors")[0]), .. colder.Select(r => new SeriesPoint(r.Number("nbeta"), r.Number("lambda_hat"), r.Number("standard_error")))];
        Series Level(string name, double y) => Series.Of(name, SeriesStyle.Exact, [(points[0].X, y), (points[^1].X, y)]);
        IReadOnlyList<Series> series =
        [
            new("λ̂", SeriesStyle.Points, points), Series.Of("λ_quad", SeriesStyle.Line, [(nBeta, first.Numbers("lambda_quads")[0]), .. colder.Select(r => (r.Number("nbeta"), r.Number("lambda_quad")))]),
            Level("lower bound", rank.Number("lower")), Level("upper bound", rank.Number("upper")),
        ];
        return new Chart("temperature", "λ̂ comes to the bounds as nβ grows", "nβ", "λ̂", series) { LogX = true };
    }

    private Chart Projection(string id, ExperimentRow row, string title, double around)
    {
        var k = row.Numbers("k");
        var at = row.Number("cutoff_rank");
        var (low, high) = double.IsInfinity(around) ? (0, double.PositiveInfinity) : (at * (1 - around), at * (1 + around));
        IEnumerable<(double, double)> Near(double[] y) => k.Zip(y).Where(p => p.First >= low && p.First <= high && double.IsFinite(p.Second));
        List<Series> series = ByAccuracy
            ? [Series.Of("training", SeriesStyle.Line, Near(row.Numbers("accuracy"))), Series.Of("test", SeriesStyle.Line, Near(row.Numbers("test")))]
            : [Series.Of("training", SeriesStyle.Line, Near(row.Numbers("loss")))];
        var level = ByAccuracy ? cutoff.Value * row.Number("train_accuracy") : cutoff.Value;
        series.Add(Series.Of("the cut-off", SeriesStyle.Exact, [(Math.Max(low, k[0]), level), (Math.Min(high, k[^1]), level)]));
        return new Chart(id, title, "k", ByAccuracy ? "accuracy" : "mean squared error", series) { LogY = !ByAccuracy };
    }

    // Tables 1, 2 and 3.
    private ResultTable Performance(ExperimentRow cut, ExperimentRow? pairs)
    {
        List<IReadOnlyList<string>> table = [];
        void Add(string name, string theirs, Func<ExperimentRow, string> ours) => table.Add([name, theirs, ours(cut), .. pairs is null ? (string[])[] : [ours(pairs)]]);
        Add("parameters", Words.Count(published.Dimension), r => Words.Number(r.Number("d"), 6));
        Add("eigenvectors computed", Words.Count(published.Computed), r => r.Text("method") == "stochastic-lanczos" ? "none: by a filter" : Words.Number(r.Number("computed"), 6));
        Add("cut-off reached at k", double.IsNaN(published.CutoffReached) ? "n/a" : Words.Number(published.CutoffReached, 6), Cut);
        Add("left when taken out from the bottom", "–", r => Words.Number(r.Number("ablation"), 6));
        if (ByAccuracy)
        {
            Add("original accuracy, training", Words.Percent(published.Original.Train), r => Words.Percent(r.Number("train_accuracy")));
            Add("final accuracy, training", Words.Percent(published.Final.Train), r => Words.Percent(r.Number("final_accuracy")));
            Add("share of the original, training", Words.Percent(published.Final.Train / published.Original.Train), r => Words.Percent(r.Number("final_accuracy") / r.Number("train_accuracy")));
            Add("original accuracy, test", Words.Percent(published.Original.Test), r => Words.Percent(r.Number("test_accuracy")));
            Add("final accuracy, test", Words.Percent(published.Final.Test), r => Words.Percent(r.Number("final_test_accuracy")));
            Add("share of the original, test", Words.Percent(published.Final.Test / published.Original.Test), r => Words.Percent(r.Number("final_test_accuracy") / r.Number("test_accuracy")));
        }
        else
        {
            Add("original squared error, training", Words.Number(published.SquaredError.Original), r => Words.Number(r.Number("train_loss"), 3));
            Add("final squared error, training", Words.Number(published.SquaredError.Final), r => Words.Number(r.Number("final_loss"), 3));
            Add("squared error at k = d₁", Words.Number(published.SquaredError.Final), r => Words.Number(r.Number("loss_at_rank"), 3));
        }
        return new($"{published.Model}: original against projected", ["", "paper", "ours", .. pairs is null ? (string[])[] : ["ours, eigenpairs"]], table);
    }

    // Table 4.
    private ResultTable BoundsTable(ExperimentRow rank, ExperimentRow? cut)
    {
        var d = (int)rank.Number("d");
        string Line(RankBounds bounds) => $"{Words.Number(bounds.Lower, 7)} ≤ λ ≤ {Words.Number(bounds.Upper, 7)}";
        List<IReadOnlyList<string>> table = [["paper, by the cut-off", Words.Number(double.IsNaN(published.CutoffReached) ? published.Computed : published.CutoffReached, 6), published.Bound, ""]];
        if (cut is not null) table.Add(["ours, by the cut-off", Cut(cut), Reached(cut) ? Line(new(d, cut.Number("cutoff_rank"))) : "none", "no rank"]);
        // The lower bound is of the least that d₁ may be, the upper one of the most.
        var (counted, (lower, upper)) = (RankText(rank), RankBounds.Of(d, RangeOf(rank)));
        table.Add([$"ours, eigenvalues above {Words.Number(rank.Number("floor"), 2)} of the largest", counted, $"{Words.Number(lower, 7)} ≤ λ ≤ {Words.Number(upper, 7)}", ""]);
        table.Add([$"the same, {Words.Number(rank.Number("flat"), 6)} flat directions, order {Words.Number(rank.Number("order"))}", counted, $"{Words.Number(rank.Number("lower"), 7)} ≤ λ ≤ {Words.Number(rank.Number("upper"), 7)}", rank.Text("reason")]);
        table.Add(["λ_quad at our nβ and γ", "", Words.Number(rank.Number("lambda_quad")), $"nβ {Words.Number(rank.Number("nbeta"))}, γ {Words.Number(rank.Number("gamma"), 3)}"]);
        if (rows.Find(HessianExperiment.Estimate) is { } estimate)
        {
            double[] gammas = estimate.Numbers("gammas"), values = estimate.Numbers("lambda_hats"), errors = estimate.Numbers("standard_errors");
            for (var i = 0; i < values.Length; i++)
                table.Add([$"λ̂ at γ = {Words.Number(gammas[i], 3)}", "", Words.WithError(values[i], errors[i]), $"{estimate.Json["places"]![i]!.GetValue<string>()} the bounds, {estimate.Json["verdicts"]![i]!.GetValue<string>()}"]);
        }
        return new("Bounds on λ", ["", "d₁", "bounds", "remark"], table);
    }

    private ResultTable VariantTable(ExperimentRow[] all) => new("What moves the cut-off",
        ["training", ByAccuracy ? "accuracy, training" : "squared error, training", "accuracy, test", "‖w*‖", "d₁", "k", "k/d₁", ByAccuracy ? "share of ‖w*‖² in the top d₁" : "squared error at k = d₁", ByAccuracy ? "imbalance" : "share of ‖w*‖² in the top d₁", .. ByAccuracy ? (string[])["most of the accuracy kept, at k"] : ["imbalance"]],
        [.. all.Select(r => (IReadOnlyList<string>)
        [
            r.Text("variant"), ByAccuracy ? Words.Percent(r.Number("train_accuracy")) : Words.Number(r.Number("train_loss"), 2), Words.Percent(r.Number("test_accuracy")), Words.Number(r.Number("norm"), 3), RankText(r), Cut(r),
            Words.Number(r.Number("cutoff_rank") / CountedRank(r), 3), .. ByAccuracy ? (string[])[] : [Words.Number(r.Number("loss_at_rank"), 3)], Words.Percent(r.Number("share_at_rank")), Words.Number(r.Number("imbalance"), 2),
            .. ByAccuracy && Best(r) is var (k, _, share) ? (string[])[$"{Words.Percent(share)}, {Words.Number(k, 5)}"] : [],
        ])]);
}
