using System.Text.Json.Nodes;
using LambdaHat.Numerics;
using LambdaHat.Theory;

namespace LambdaHat.Experiments.Linear;

/// <summary>Aoyagi's λ and m of random deep linear networks: 2 to 800 hidden layers, widths 100 to 2000, the product's rank uniform up to the smallest width.</summary>
public sealed class DeepLinearTheory : Experiment
{
    private const int FewestLayers = 2, MostLayers = 800, LeastWidth = 100, GreatestWidth = 2000, Groups = 10;

    /// <inheritdoc/>
    public override string Name => "dln-theory";

    /// <inheritdoc/>
    public override string Title => "The exact learning coefficient falls with the depth of a linear network";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Appendix B and Figure 7; Aoyagi 2024, Figure 1";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size == ExperimentSize.Full ? "10 s" : "1 s";

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var networks = size switch { ExperimentSize.Smoke => 200, ExperimentSize.Default => 1000, _ => 10_000 };
        return [.. Enumerable.Range(0, Groups).Select(g => new ExperimentJob($"networks {(g * networks / Groups) + 1}–{(g + 1) * networks / Groups}", _ => Draw(g * networks / Groups, networks / Groups, seed)))];
    }

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        var networks = rows.All.SelectMany(r => r.Numbers("layers").Select((layers, i) => (Layers: layers, Lambda: r.Numbers("lambda")[i], Multiplicity: r.Numbers("multiplicity")[i], HalfDimension: r.Numbers("half_dimension")[i], Rank: r.Numbers("rank")[i], Outer: r.Numbers("outer")[i]))).ToArray();
        if (networks.Length == 0) return new ExperimentResult();
        // What is left of λ beyond the rank's own r(H₁ + H_out − r)/2 is the part that depth changes.
        var shallow = networks.Where(n => n.Layers <= 100).Select(n => n.Lambda - n.Outer);
        var deep = networks.Where(n => n.Layers > 400).Select(n => n.Lambda - n.Outer);
        var below = networks.Count(n => n.Lambda <= n.HalfDimension);
        var correlation = MathNet.Numerics.Statistics.Correlation.Spearman([.. networks.Select(n => n.Layers)], [.. networks.Select(n => n.Lambda - n.Outer)]);
        return new ExperimentResult
        {
            Comparisons =
            [
                new("λ against depth", "“decreases with network depth”", $"rank correlation {Words.Number(correlation, 2)}; median beyond the rank's part {Words.Number(Words.Median(shallow), 4)} up to 100 layers, {Words.Number(Words.Median(deep), 4)} above 400", correlation < -0.3 && Words.Median(deep) < Words.Median(shallow),
                    "λ itself varies mostly with widths and rank; r(H₁ + H_out − r)/2, which depth does not change, is taken off"),
                new("λ ≤ d/2", "of every model", $"{below} of {networks.Length}", below == networks.Length),
                new("multiplicity", "(figure)", $"1 to {Words.Count((long)networks.Max(n => n.Multiplicity))}, median {Words.Number(Words.Median(networks.Select(n => n.Multiplicity)))}", null, "m = a(ℓ − a) + 1 may be as large as ℓ²/4 + 1 with ℓ up to the number of layers"),
            ],
            Charts =
            [
                new("lambda", "Exact λ of random deep linear networks", "hidden layers", "λ", [Series.Of("λ", SeriesStyle.Points, networks.Select(n => (n.Layers, n.Lambda)))]),
                new("beyond-rank", "What depth changes of it", "hidden layers", "λ − r(H₁ + H_out − r)/2", [Series.Of("λ beyond the rank's part", SeriesStyle.Points, networks.Select(n => (n.Layers, n.Lambda - n.Outer)))]) { LogY = true },
                new("multiplicity", "Multiplicity", "hidden layers", "m", [Series.Of("m", SeriesStyle.Points, networks.Select(n => (n.Layers, n.Multiplicity)))]) { LogY = true },
            ],
            Findings = ["All values are exact, in rational arithmetic."],
        };
    }

    private static JsonObject Draw(int first, int count, ulong seed)
    {
        double[] layers = new double[count], lambdas = new double[count], multiplicities = new double[count], halves = new double[count], ranks = new double[count], outers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var uniform = new float[MostLayers + 4];
            new RandomStream(seed, RandomPurpose.Probe, 0, first + i).FillUniform(uniform);
            var hidden = FewestLayers + (int)(uniform[0] * (MostLayers - FewestLayers + 1));
            int[] widths = [.. uniform.AsSpan(2, hidden + 2).ToArray().Select(u => LeastWidth + (int)(u * (GreatestWidth - LeastWidth + 1)))];
            var rank = (int)(uniform[1] * (widths.Min() + 1));
            var exact = DeepLinear.Coefficient(widths, rank);
            var dimension = 0L;
            for (var l = 0; l + 1 < widths.Length; l++) dimension += (long)widths[l] * widths[l + 1];
            (layers[i], lambdas[i], multiplicities[i], halves[i], ranks[i]) = (hidden, (double)exact.Lambda, exact.Multiplicity, dimension / 2.0, rank);
            outers[i] = rank * (widths[0] + widths[^1] - rank) / 2.0;
        }
        return new JsonObject { ["layers"] = EstimateRow.Numbers(layers), ["lambda"] = EstimateRow.Numbers(lambdas), ["multiplicity"] = EstimateRow.Numbers(multiplicities), ["half_dimension"] = EstimateRow.Numbers(halves), ["rank"] = EstimateRow.Numbers(ranks), ["outer"] = EstimateRow.Numbers(outers) };
    }
}
