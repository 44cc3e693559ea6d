using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>A spectrum from products with the matrix only: counts by random probes, pairs from the top by block Lanczos.</summary>
internal static class KrylovSpectrum
{
    private const int Probes = 10, Depth = 250, ColumnsPerPair = 4;

    public static SpectrumResult Find(SpectrumPoint point, Action<BlockLanczosProgress>? progress)
    {
        var (objective, options, d) = (point.Objective, point.Options, point.Dimension);
        var (cutoff, nBeta, gamma) = (options.Cutoff, options.NBeta!.Value, options.Gamma!.Value);
        // The behavioural loss takes no targets from the data.
        using var curvature = point.Loss == SquaredError.Behavioural
            ? GaussNewtonOperator.Behavioural(objective.Network, objective.Data, objective.Center, point.Selection, team: point.Team)
            : new GaussNewtonOperator(objective.Network, point.Loss, objective.Data, objective.Center, point.Selection, team: point.Team);
        RequireFinite(curvature, options.Seed);
        using var pairs = options.Pairs == 0 ? null : BlockLanczos.Run(curvature, new BlockLanczosOptions
        {
            Wanted = options.Pairs,
            Tolerance = options.PairTolerance,
            MaxColumns = (int)Math.Min(d, options.MaxColumns ?? ((ColumnsPerPair * (long)options.Pairs) + 256)),
            Seed = options.Seed,
            CheckpointPath = options.CheckpointPath,
            CheckpointInterval = TimeSpan.FromMinutes(1),
        }, point.Team, progress, point.Cancellation);
        // Lanczos goes on until h/(h + τ) at the cut-off is resolved as well, which parts what lies above it from zero.
        var scale = pairs is { Values.Count: > 0 } ? pairs.Values[0] : LargestEigenvalue.Find(curvature, options.Seed);
        var floor = Math.Max(cutoff.Projects ? HessianSpectrum.SingleFloor : cutoff.Value, HessianSpectrum.SingleFloor);
        // Without curvature there is nothing to part from zero.
        var coefficient = QuadraticCoefficient.Stochastic(curvature, floor * scale > 0 ? [gamma / nBeta, floor * scale] : [gamma / nBeta], new QuadratureOptions
        {
            MaximumProbes = Probes,
            MaximumDepth = Math.Min(Depth, d),
            RelativeStandardError = 0.001,
            RelativeQuadratureError = 1e-4,
            Seed = options.Seed,
        });
        point.Cancellation.ThrowIfCancellationRequested();
        var quadrature = coefficient.Quadrature!;
        var largest = Math.Max(quadrature.LargestNode, scale);
        double[] values = [.. pairs?.Values.Take(pairs.Converged) ?? []];
        // Pairs count where they reach below τ, or where there were no more to find: no others lie above their last.
        var all = pairs is { IsComplete: true } && (values.Length < options.Pairs || values.Length == d);
        RankPoint Count(double tau)
        {
            if (values.Length > 0 && (values[^1] <= tau || all)) return new(tau, values.Count(v => v > tau), 0);
            var trace = quadrature.Trace(h => h > tau ? 1 : 0);
            return new(tau, Math.Clamp(trace.Value, values.Length, d), trace.StandardError + trace.QuadratureError);
        }
        var rank = cutoff.Projects ? default : Count(cutoff.Value * largest);
        IReadOnlyList<ProjectionPoint> points = [];
        var reached = true;
        if (values.Length > 0 && (cutoff.Projects || options.Projections))
        {
            (points, var least) = point.Project(values.Length, (i, vector) => TensorPrimitives.ConvertTruncating<float, double>(pairs!.Vector(i), vector));
            if (cutoff.Projects) (rank, reached) = (new(double.NaN, least ?? values.Length, 0), least is not null);
        }
        var value = coefficient.At(nBeta, gamma);
        return new SpectrumResult
        {
            Bounds = new(d, rank.Rank),
            RankError = rank.StandardError,
            Cutoff = cutoff,
            Reached = reached,
            Method = pairs is null ? "stochastic-lanczos" : "block-lanczos",
            LargestEigenvalue = largest,
            Eigenvalues = values,
            PairsWanted = options.Pairs,
            LargestResidual = pairs is null ? double.NaN : pairs.Residuals.Take(values.Length).DefaultIfEmpty(double.NaN).Max(),
            Curve = [.. HessianSpectrum.Taus(largest, HessianSpectrum.SingleFloor).Select(Count)],
            Projections = points,
            NBeta = nBeta,
            Gamma = gamma,
            QuadraticCoefficient = value.Value,
            QuadraticError = value.StandardError + value.QuadratureError,
            Seconds = 0,
        };
    }

    // Products are float32: weights and inputs whose products leave its range have no curvature here.
    private static void RequireFinite(SymmetricOperator curvature, ulong seed)
    {
        var probe = new float[curvature.Dimension];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Probe, 0, 0), probe);
        double[] vector = Array.ConvertAll(probe, x => (double)x), product = new double[vector.Length];
        curvature.Multiply(vector, product);
        if (!TensorPrimitives.IsFiniteAll<double>(product))
            throw new InvalidInputException($"the curvature at w* is not finite: its products leave float32 (up to {float.MaxValue:G2}); expected smaller weights or inputs, or at most {nameof(SpectrumOptions.ExactDimension)} parameters, for which it is found in float64");
    }
}
