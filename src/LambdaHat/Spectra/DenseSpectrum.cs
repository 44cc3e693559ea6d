using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;

namespace LambdaHat.Spectra;

/// <summary>The whole matrix in float32: exact counts from its inertia at every threshold, or all eigenvalues; what counts do not say comes from random probes.</summary>
internal static class DenseSpectrum
{
    // Up to this dimension an inertia takes seconds.
    private const int QuickDimension = 10_000;

    private const double LargestBuffers = 1 << 30;

    // A Gauss–Newton matrix is positive semidefinite, so that its most negative eigenvalue is rounding; rounding above zero follows the same law, and does not reach twice as far.
    private const double MarginOfRounding = 2;

    public static SpectrumResult Find(SpectrumPoint point)
    {
        var (options, d, watch) = (point.Options, point.Dimension, point.Watch);
        var (cutoff, nBeta, gamma) = (options.Cutoff, options.NBeta!.Value, options.Gamma!.Value);
        var floor = HessianSpectrum.Floor(options, d, SpectrumMethod.Dense);
        double bytes = DenseSymmetric.Bytes(d, sizeof(float));
        SpectrumMemory.Check("dense", d, bytes + Math.Min(bytes, LargestBuffers), options);
        DenseSymmetric.CheckDimension(d);
        using var network = point.Operator();
        using var curvature = new KeptProducts(network, options.Store, "spectrum");
        // Released here unless LAPACK is left behind at work on it.
        var matrix = new DenseSymmetric<float>(d, point.Team?.Size ?? 1);
        using var search = options.AllEigenvalues ? matrix.Search(options.Store) : null;
        if (search?.IsResumed != true) Fill(point, curvature, matrix);
        ProbedSpectrum? probed = null;
        CountedSpectrum? counted = null;
        double[] values = [];
        double largest, trace;
        if (search is not null)
        {
            watch.Report("eigenvalues", 0);
            values = search.Run(point.Team, share => watch.Tell("eigenvalues", share), watch.Cancellation);
            Array.Reverse(values);
            trace = search.Trace;
            largest = Math.Max(values[0], 0);
            if (options.Matrix == CurvatureMatrix.GaussNewton && largest > 0)
            {
                floor = Math.Max(HessianSpectrum.SingleFloor, MarginOfRounding * -values[^1] / largest);
                if (cutoff.Kind == CutoffKind.Precision) cutoff = cutoff with { Value = floor };
            }
            counted = new(values, floor * largest);
        }
        else
        {
            probed = ProbedSpectrum.Find(point, curvature);
            largest = Math.Max(probed.Largest, 0);
            trace = matrix.Trace();
        }
        double[] taus = [.. HessianSpectrum.Taus(largest, floor, counted is not null || d <= QuickDimension ? HessianSpectrum.PointsPerDecade : 1)];
        var curve = taus.Select((tau, i) => Count(tau, (double)i / taus.Length)).ToArray();
        var (rank, reached, points, ways) = (0.0, true, (IReadOnlyList<ProjectionPoint>)[], new List<CutoffRank>());
        ProjectionPoint? least = null;
        if (options.Projections == ProjectionMethod.Filter) (points, least) = FilterProjection.Find(point, curvature, largest, floor, counted is null ? tau => probed!.At(tau, new(0, point.MostCurved)) : counted.At);
        if (cutoff.Projects)
        {
            reached = least is not null;
            rank = Count(least?.Tau ?? (floor * largest), 1).Rank;
            ways.Add(new("filter", new(d, rank), reached));
        }
        else rank = Count(cutoff.Value * largest, 1).Rank;
        Func<double, double, (double Value, double Error)> quadratic = counted is null ? probed!.QuadraticCoefficient : counted.QuadraticCoefficient;
        var atOwn = quadratic(nBeta, gamma);
        var negative = counted?.Below(-floor * largest) ?? (options.Matrix == CurvatureMatrix.Hessian && largest > 0 ? Inertia(-floor * largest, 1).Below : double.NaN);
        matrix.Dispose();
        return new SpectrumResult
        {
            Bounds = new(d, rank),
            RankError = 0,
            Cutoff = cutoff,
            CutoffRanks = ways,
            Reached = reached,
            Matrix = options.Matrix,
            Method = "dense",
            Floor = floor,
            Negative = negative,
            Trace = trace,
            TraceError = 0,
            LargestEigenvalue = largest,
            Eigenvalues = [.. values.Where(v => Math.Abs(v) > floor * largest)],
            PairsWanted = 0,
            LargestResidual = double.NaN,
            Curve = curve,
            Projections = points,
            Blocks = options.PerBlock ? BlockSpectra.Each(point) : [],
            NBeta = nBeta,
            Gamma = gamma,
            QuadraticCoefficient = atOwn.Value,
            QuadraticError = atOwn.Error,
            QuadraticAt = quadratic,
            Seconds = 0,
        };

        RankPoint Count(double tau, double share) => counted is not null ? counted.At(tau) : probed!.Effective(tau) with { Rank = Inertia(tau, share).Above };

        Inertia Inertia(double tau, double share)
        {
            watch.Report("inertia", share);
            return watch.Wait(() => matrix.InertiaAt(tau)[0]);
        }
    }

    private static void Fill(SpectrumPoint point, SymmetricOperator curvature, DenseSymmetric<float> matrix)
    {
        var (objective, watch) = (point.Objective, point.Watch);
        void Progress(double share) => watch.Tell("assembling", share);
        if (point.Options.Matrix == CurvatureMatrix.Hessian) ProductAssembly.Assemble(curvature, matrix.LowerRow, Progress, watch.Cancellation);
        else if (point.Options.Store is { } store && GaussNewtonAssembly.Supports(objective.Network, point.Selection)) FillInParts(point, matrix, store, Progress);
        else GaussNewtonAssembly.Assemble(objective.Network, point.Loss, objective.Data, objective.Center, matrix.LowerRow, point.Selection, team: point.Team, progress: Progress, cancellation: watch.Cancellation);
    }

    // A matrix takes about as long to save as a part of it to make: it is saved when the work is ended.
    private static void FillInParts(SpectrumPoint point, DenseSymmetric<float> matrix, StateStore store, Action<double> progress)
    {
        var (objective, state) = (point.Objective, new AssemblyState());
        var section = new StateSection("assembly", transfer =>
        {
            state.Samples = transfer.Value(state.Samples);
            if (state.Samples < 0 || state.Samples > objective.SampleCount) throw new InvalidInputException($"the saved matrix holds {state.Samples} samples; expected 0 to {objective.SampleCount}");
            for (var i = 0; i < matrix.Dimension; i++) transfer.Values(matrix.LowerRow(i));
        });
        if (store.Load() is { } saved && saved.Has(section.Name)) saved.Read([section]);
        try
        {
            GaussNewtonAssembly.Assemble(objective.Network, point.Loss, objective.Data, objective.Center, matrix.LowerRow, state, point.Selection, point.Team, progress, point.Watch.Cancellation);
        }
        catch (OperationCanceledException) when (state.IsWhole && state.Samples > 0)
        {
            store.Save([section]);
            throw;
        }
    }
}
