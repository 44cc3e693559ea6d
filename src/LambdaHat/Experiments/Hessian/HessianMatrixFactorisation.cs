using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Spectra;
using LambdaHat.Theory;
using LambdaHat.Training;

namespace LambdaHat.Experiments.Hessian;

/// <summary>y = Ax learned as a product of two 20 × 20 matrices: 800 parameters, rank 400, λ = 200 exactly.</summary>
public sealed class HessianMatrixFactorisation : HessianExperiment
{
    private const double PaperError = 0.011;

    /// <inheritdoc/>
    public override string Name => "hessian-matrix-factorisation";

    /// <inheritdoc/>
    public override string Title => "Matrix factorisation between bounds by the rank of the Hessian";

    /// <inheritdoc/>
    public override string Source => base.Source + ", Section 3.3, Figure 4, Tables 3 and 4";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size == ExperimentSize.Smoke ? "3 s" : "20 s";

    private protected override PublishedBounds Published { get; } = new("Matrix Factorization MLP", 800, 700, 400, "λ = 400") { SquaredError = (0, PaperError) };

    private protected override Cutoff Cutoff { get; } = new(CutoffKind.Loss, PaperError);

    // The n inputs are a basis, so that their loss is that of any number of samples: nβ as of some million, at which γ hides little.
    private protected override double? NBeta => 1e5;

    private protected override IReadOnlyList<double> Factors(ExperimentSize size) => [];

    private protected override int OwnDimension => TrainingTask.MatrixFactorisation().Network.Dimension;

    private protected override HessianTask Task(ExperimentSize size, ulong seed)
    {
        var n = Side(size);
        var task = TrainingTask.MatrixFactorisation(n);
        var options = task.Options with { Seed = seed };
        if (size == ExperimentSize.Smoke) options = options with { Epochs = 5000 };
        return new(task with { Options = options }, MatrixFactorisation.Create(n, seed), null);
    }

    private protected override IReadOnlyList<TrainingVariant> Variants(ExperimentSize size)
    {
        var adam = TrainingTask.MatrixFactorisation().Optimizer;
        TrainingVariant Descent(double scale) => TrainingVariant.Descent(0.02) with { Name = $"SGD, initial scale × {Words.Number(scale)}", InitialScale = scale };
        if (size == ExperimentSize.Smoke) return [Descent(0.1), Descent(1)];
        return
        [
            .. from scale in (double[])[0.01, 0.1, 0.3, 0.5, 2] select TrainingVariant.Scale(scale),
            .. from decay in (double[])[0.001, 0.01, 0.1] select TrainingVariant.Decay(decay, adam),
            .. from scale in (double[])[0.01, 0.1, 0.3, 0.5, 1, 1.5] select Descent(scale),
            TrainingVariant.PyTorch, TrainingVariant.Descent(0.02) with { Name = "SGD, PyTorch's initialisation", Scheme = InitialisationScheme.PyTorch }, TrainingVariant.With(SquaredError.Sum),
        ];
    }

    private protected override (IReadOnlyList<Comparison> Comparisons, IReadOnlyList<string> Findings) Known(ExperimentSize size, ExperimentRows rows)
    {
        if (rows.Find(Rank) is not { } row) return ([], []);
        var n = Side(size);
        var exact = DeepLinear.Coefficient([n, n, n], n).Lambda.ToDouble();
        List<Comparison> comparisons =
        [
            new($"d₁ of two {n} × {n} matrices of full rank: n²", Words.Count((long)n * n), Words.Number(row.Number("rank"), 6), row.Number("rank") == n * n, "all of the other half of the directions are symmetries: d_flat = n²"),
            new("λ", $"{Words.Number(exact)} exactly (Aoyagi); the paper's Table 4 says 400 of its network", Bounds(row), row.Number("lower") == exact && row.Number("upper") == exact,
                "a slip there: with d = 800 and d₁ = 400 its own formula gives 200 ≤ λ ≤ 300, and λ is exactly 200; 400 is the rank"),
        ];
        ExperimentRow[] descents = [.. rows.Beginning(Variant + "SGD, initial scale").OrderBy(r => r.Number("imbalance"))];
        if (descents.Length < 2) return (comparisons, []);
        var (balanced, unbalanced) = (descents[0], descents[^1]);
        comparisons.Add(new("squared error on the top n² eigenvectors, balanced matrices against unbalanced ones", "0.011", $"{Words.Number(balanced.Number("loss_at_rank"), 3)} at imbalance {Words.Number(balanced.Number("imbalance"), 2)}, {Words.Number(unbalanced.Number("loss_at_rank"), 3)} at {Words.Number(unbalanced.Number("imbalance"), 2)}",
            balanced.Number("loss_at_rank") < unbalanced.Number("loss_at_rank"), "gradient descent keeps W₁W₁ᵀ − W₂ᵀW₂ at its first value, so that a small start leaves w* orthogonal to the symmetries, and projecting it on curved directions takes nothing away"));
        return (comparisons,
        [
            "The level that the paper's curve reaches at k = 400 is no property of the rank, which is 400 whatever the training: it is what the projection takes off w* along the symmetries, tr[X(W₁W₁ᵀ − W₂ᵀW₂)], and so measures how unbalanced training has left the two matrices. "
            + $"{(Crossing(descents) is var at && double.IsNaN(at) ? "None of our starts of gradient descent brackets its 0.011." : $"Gradient descent from {Words.Number(at, 2)} times our initial scale would give its 0.011.")}"
            + $"{(rows.Find(Variant + "SGD, PyTorch's initialisation") is { } usual ? $" PyTorch's own initialisation, 0.58 times our scale, gives {Words.Number(usual.Number("loss_at_rank"), 2)} by gradient descent and {Words.Number(rows.Find(Variant + TrainingVariant.PyTorch.Name)?.Number("loss_at_rank") ?? double.NaN, 2)} by Adam: its 0.011 lies between, where usual training leads." : "")}",
        ]);
    }

    private static string Bounds(ExperimentRow row) => row.Number("lower") == row.Number("upper") ? Words.Number(row.Number("lower"), 6) : $"{Words.Number(row.Number("lower"), 6)} ≤ λ ≤ {Words.Number(row.Number("upper"), 6)}";

    private static int Side(ExperimentSize size) => size == ExperimentSize.Smoke ? 5 : 20;

    // The initial scale at which the error on the top n² eigenvectors crosses the paper's, on a line between logarithms.
    private static double Crossing(ExperimentRow[] descents)
    {
        (double Scale, double Error)[] points = [.. descents.Select(r => (double.Parse(r.Key[(r.Key.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture), r.Number("loss_at_rank"))).OrderBy(p => p.Item1)];
        for (var i = 0; i + 1 < points.Length; i++)
        {
            if ((points[i].Error < PaperError) == (points[i + 1].Error < PaperError) || !(points[i].Error > 0)) continue;
            var part = Math.Log(PaperError / points[i].Error) / Math.Log(points[i + 1].Error / points[i].Error);
            return points[i].Scale * Math.Pow(points[i + 1].Scale / points[i].Scale, part);
        }
        return double.NaN;
    }
}
