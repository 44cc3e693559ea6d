using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Spectra;

namespace LambdaHat.Experiments.Hessian;

/// <summary>Spectra and estimates between bounds as rows of numbers.</summary>
internal static class HessianRow
{
    // A curve of projections is kept at about this many points.
    private const int Points = 250;

    private const double SameThreshold = 1e-4;

    private const string Eigenvalues = "eigenvalues";

    /// <summary>What is kept of the spectrum of a trained network.</summary>
    public static JsonObject Of(TrainedPoint trained, SpectrumResult result)
    {
        var objective = trained.Objective;
        var (projections, classifier) = (result.Projections, objective.Loss is CrossEntropy);
        var all = result.Method == "exact" || (result.Method == "dense" && result.Eigenvalues.Count > 0);
        var rank = all ? result.Eigenvalues.Count(v => v > result.Floor * result.LargestEigenvalue) : result.Curve[^1].Rank;
        var range = all ? RankRange.Exactly(rank) : result.Curve[^1].Range;
        var step = Math.Max(1, projections.Count / Points);
        ProjectionPoint[] kept = [.. projections.Where((_, i) => i % step == 0 || i == projections.Count - 1)];
        var inputs = InputHashes.Of(objective);
        var row = new JsonObject
        {
            ["d"] = objective.Dimension,
            ["n"] = objective.SampleCount,
            ["parameters_sha256"] = inputs.Parameters,
            ["data_sha256"] = inputs.Data,
            ["norm"] = EstimateRow.Number(trained.Norm),
            ["imbalance"] = EstimateRow.Number(Imbalance.Of(objective)),
            ["train_loss"] = EstimateRow.Number(objective.CenterLoss),
            ["train_accuracy"] = classifier ? EstimateRow.Number(FullPass.Accuracy(objective.Network, objective.Data, objective.Center)) : null,
            ["test_accuracy"] = classifier && trained.Test is { } test ? EstimateRow.Number(FullPass.Accuracy(objective.Network, test, objective.Center)) : null,
            ["method"] = result.Method,
            ["floor"] = EstimateRow.Number(result.Floor),
            ["largest"] = EstimateRow.Number(result.LargestEigenvalue),
            ["rank"] = EstimateRow.Number(rank),
            ["rank_least"] = EstimateRow.Number(range.Least),
            ["rank_most"] = EstimateRow.Number(range.Most),
            ["lower"] = EstimateRow.Number(result.Sharp.Lower),
            ["upper"] = EstimateRow.Number(result.Sharp.Upper),
            ["order"] = result.Sharp.Order,
            ["reason"] = result.Sharp.Reason,
            ["flat"] = EstimateRow.Number(result.Sharp.Flat.Count),
            ["cutoff_rank"] = EstimateRow.Number(result.Bounds.Rank),
            ["reached"] = result.Reached,
            ["ablation"] = result.CutoffRanks.FirstOrDefault(way => way.Way == "ablation") is { Reached: true } way ? EstimateRow.Number(way.Bounds.Rank) : null,
            ["computed"] = result.Eigenvalues.Count,
            ["lambda_quad"] = EstimateRow.Number(result.QuadraticCoefficient),
            ["lambda_quad_error"] = EstimateRow.Number(result.QuadraticError),
            ["nbeta"] = EstimateRow.Number(result.NBeta),
            ["gamma"] = EstimateRow.Number(result.Gamma),
            ["tau"] = EstimateRow.Numbers(result.Curve.Select(p => p.Tau)),
            ["ranks"] = EstimateRow.Numbers(result.Curve.Select(p => p.Rank)),
            ["ranks_least"] = EstimateRow.Numbers(result.Curve.Select(p => p.Range.Least)),
            ["ranks_most"] = EstimateRow.Numbers(result.Curve.Select(p => p.Range.Most)),
            ["k"] = EstimateRow.Numbers(kept.Select(p => p.Count)),
            ["k_tau"] = EstimateRow.Numbers(kept.Select(p => p.Tau)),
            ["loss"] = EstimateRow.Numbers(kept.Select(p => p.Loss)),
            ["accuracy"] = EstimateRow.Numbers(kept.Select(p => p.Accuracy)),
            ["test"] = EstimateRow.Numbers(kept.Select(p => p.TestAccuracy)),
        };
        // Those of a float32 matrix, which have its digits.
        if (result.Method == "dense" && result.Eigenvalues.Count > 0) row[Eigenvalues] = new JsonArray([.. result.Eigenvalues.Select(v => (JsonNode)(float)v)]);
        if (projections.Count == 0) return row;
        // At d₁, and where the cut-off is reached, or at the end.
        var atRank = projections.MinBy(p => Math.Abs(p.Count - rank));
        var final = projections.MinBy(p => Math.Abs(p.Count - result.Bounds.Rank));
        row["loss_at_rank"] = EstimateRow.Number(atRank.Loss);
        row["share_at_rank"] = EstimateRow.Number(atRank.NormShare);
        row["cutoff_tau"] = EstimateRow.Number(final.Tau);
        row["final_loss"] = EstimateRow.Number(final.Loss);
        row["final_accuracy"] = EstimateRow.Number(final.Accuracy);
        row["final_test_accuracy"] = EstimateRow.Number(final.TestAccuracy);
        return row;
    }

    /// <summary>The row with counts above thresholds replaced by exact ones, as far down as the row of the same network <paramref name="whole"/> has all eigenvalues.</summary>
    public static JsonObject Counted(JsonObject row, ExperimentRow? whole)
    {
        if (whole?.Numbers(Eigenvalues) is not { Length: > 0 } values) return row;
        var read = new ExperimentRow(row);
        if (read.Text("parameters_sha256") != whole.Text("parameters_sha256")) throw new InvalidOperationException("the two rows are of different networks");
        // λ₁ of the probes is another in its last digits.
        var least = (1 - SameThreshold) * whole.Number("floor") * whole.Number("largest");
        double Exact(double tau, double probed) => tau >= least ? values.Count(v => v > tau) : probed;
        var rank = Exact(read.Number("cutoff_tau"), read.Number("cutoff_rank"));
        var bounds = SharpBounds.SecondOrder(new(read.Json["d"]!.GetValue<int>(), rank), new((long)read.Number("flat"), 0, 0, 0));
        row["probed_rank"] = read.Number("cutoff_rank");
        (row["cutoff_rank"], row["lower"], row["upper"]) = (rank, bounds.Lower, bounds.Upper);
        row["k"] = EstimateRow.Numbers(read.Numbers("k_tau").Zip(read.Numbers("k"), Exact));
        return row;
    }

    /// <summary>λ_quad of the row's spectrum: at its own nβ and γ, or from its eigenvalues, where it keeps them. Those below its floor, up to d − d_flat in all, may add what the error says.</summary>
    public static (double Value, double Error)? Quadratic(ExperimentRow row, double nBeta, double gamma)
    {
        var (own, error) = (nBeta == row.Number("nbeta") && gamma == row.Number("gamma"), row.Number("lambda_quad_error"));
        if (own && double.IsFinite(error)) return (row.Number("lambda_quad"), error);
        if (row.Numbers(Eigenvalues) is not { Length: > 0 } values) return null;
        var least = row.Number("floor") * row.Number("largest");
        var hidden = (row.Number("d") - row.Number("flat") - values.Length) / 2 * least / (least + (gamma / nBeta));
        return (own ? row.Number("lambda_quad") : new CountedSpectrum(values).QuadraticCoefficient(nBeta, gamma).Value, hidden);
    }

    /// <summary>What is kept of estimates between bounds.</summary>
    public static JsonObject Of(Sandwich sandwich) => new()
    {
        ["lower"] = sandwich.Lower,
        ["upper"] = sandwich.Upper,
        ["finding"] = sandwich.Finding.Name(),
        ["gammas"] = EstimateRow.Numbers(sandwich.Runs.Select(r => r.Gamma)),
        ["lambda_hats"] = EstimateRow.Numbers(sandwich.Runs.Select(r => r.Estimate.LambdaHat)),
        ["standard_errors"] = EstimateRow.Numbers(sandwich.Runs.Select(r => r.Estimate.StandardError)),
        ["lambda_quads"] = EstimateRow.Numbers(sandwich.Runs.Select(r => r.Quadratic)),
        ["places"] = new JsonArray([.. sandwich.Runs.Select(r => (JsonNode)r.Place.Name())]),
        ["verdicts"] = new JsonArray([.. sandwich.Runs.Select(r => (JsonNode)Estimation.VerdictNames.Name(r.Estimate.Verdict))]),
        ["first"] = EstimateRow.Of(sandwich.Runs[0].Estimate),
    };
}
