using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>A spectrum from products with the matrix only: counts by random probes, pairs from the top by block Lanczos.</summary>
internal static class KrylovSpectrum
{
    public static SpectrumResult Find(SpectrumPoint point)
    {
        var (options, d, watch) = (point.Options, point.Dimension, point.Watch);
        var (cutoff, nBeta, gamma) = (options.Cutoff, options.NBeta!.Value, options.Gamma!.Value);
        using var network = point.Operator();
        using var curvature = new KeptProducts(network, options.Store, "spectrum");
        RequireFinite(curvature, options.Seed);
        using var pairs = options.Pairs == 0 ? null : Pairs(point, network);
        var probed = ProbedSpectrum.Find(point, curvature);
        var largest = Math.Max(Math.Max(probed.Largest, pairs is { Values.Count: > 0 } ? pairs.Values[0] : 0), 0);
        double[] values = [.. pairs?.Values.Take(pairs.Converged) ?? []];
        // Pairs count where they reach below τ, or where there were no more to find: no others lie above their last.
        var all = pairs is { IsComplete: true } && (values.Length < options.Pairs || values.Length == d);
        RankPoint Count(double tau)
        {
            if (values.Length > 0 && (values[^1] <= tau || all)) return probed.Effective(tau) with { Rank = values.Count(v => v > tau) };
            return probed.At(tau, new(values.Length, Math.Max(values.Length, point.MostCurved)));
        }
        var (rank, reached, points, ways) = (cutoff.Projects ? default : Count(cutoff.Value * largest), true, (IReadOnlyList<ProjectionPoint>)[], new List<CutoffRank>());
        if (options.Projections == ProjectionMethod.Filter)
        {
            (points, var least) = FilterProjection.Find(point, curvature, largest, HessianSpectrum.SingleFloor, Count);
            if (cutoff.Projects) (rank, reached) = (Count(least?.Tau ?? (HessianSpectrum.SingleFloor * largest)), least is not null);
        }
        else if (options.Projections == ProjectionMethod.Eigenvectors && values.Length > 0)
        {
            var projection = new Projection(point, values, (i, vector) => TensorPrimitives.ConvertTruncating(pairs!.Vector(i), vector));
            projection.Sweep();
            var least = cutoff.Projects ? projection.Least(point.Enough()) : null;
            points = projection.Points;
            if (cutoff.Projects) (rank, reached) = (new(double.NaN, least ?? values.Length, 0), least is not null);
        }
        else if (cutoff.Projects) reached = false;
        if (cutoff.Projects) ways.Add(new(options.Projections == ProjectionMethod.Filter ? "filter" : "projection", new(d, rank.Rank), reached));
        var quadratic = probed.QuadraticCoefficient(nBeta, gamma);
        return new SpectrumResult
        {
            Bounds = new(d, rank.Rank),
            RankError = rank.Error,
            RankRange = rank.Range,
            Cutoff = cutoff,
            CutoffRanks = ways,
            Reached = reached,
            Matrix = options.Matrix,
            Method = pairs is null ? "stochastic-lanczos" : "block-lanczos",
            Floor = HessianSpectrum.SingleFloor,
            Negative = double.NaN,
            Trace = probed.Trace.Value,
            TraceError = probed.Trace.StandardError,
            LargestEigenvalue = largest,
            Eigenvalues = values,
            PairsWanted = options.Pairs,
            LargestResidual = pairs is null ? double.NaN : pairs.Residuals.Take(values.Length).DefaultIfEmpty(double.NaN).Max(),
            Curve = [.. HessianSpectrum.Taus(largest, HessianSpectrum.SingleFloor).Select(Count)],
            Projections = points,
            Blocks = options.PerBlock ? BlockSpectra.Each(point) : [],
            NBeta = nBeta,
            Gamma = gamma,
            QuadraticCoefficient = quadratic.Value,
            QuadraticError = quadratic.Error,
            QuadraticAt = probed.QuadraticCoefficient,
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

    // The work of a column grows with the columns before it. Not over a watched operator: an interruption comes between two blocks, after the state is saved.
    private static TopEigenpairs Pairs(SpectrumPoint point, SymmetricOperator curvature)
    {
        var options = point.Options;
        return BlockLanczos.Run(curvature, new BlockLanczosOptions
        {
            Wanted = options.Pairs,
            Tolerance = options.PairTolerance,
            MaxColumns = SpectrumMemory.Columns(point.Dimension, options),
            Seed = options.Seed,
            Store = options.Store,
        }, point.Team, Tell, point.Watch.Cancellation);

        void Tell(BlockLanczosProgress p)
        {
            var found = $"{p.Converged} of {p.Wanted}";
            if (p.Stage == BlockLanczosStage.Refinement) point.Watch.Tell("refinement of eigenpairs", (double)p.Refined / p.Wanted, $"{p.Refined} of {p.Wanted}");
            else point.Watch.Tell("eigenpairs", Math.Pow((double)p.Columns / p.MaxColumns, 2), p.Stage == BlockLanczosStage.Check ? $"{found}, looking at {p.Columns} columns" : found);
        }
    }
}
