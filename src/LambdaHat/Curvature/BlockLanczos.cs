using System.Diagnostics;
using LambdaHat.Data;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// The eigenpairs at the top of a symmetric operator by block Lanczos with full reorthogonalisation (Golub and Underwood 1977): the block Q_j is multiplied, projected off all of Q, at least
/// twice, and what is left, made orthonormal, is Q_{j+1}. The basis is float32, T = QᵀGQ is kept whole, its sums float64. Directions that are nothing but rounding are replaced by random
/// ones, so that an invariant subspace does not end the search before the rest is known to be zero. The pairs then go through one Rayleigh–Ritz pass in float64, with true residuals.
/// </summary>
/// <remarks>
/// m columns cost m products and 8·m²·d operations for the two passes. The same seed gives the same bits for any number of threads, with two exceptions: where the
/// operator's products depend on it, and above some thousand columns, where LAPACK may be used.
/// </remarks>
public sealed class BlockLanczos : IDisposable
{
    /// <summary>Products of float32 vectors are rounding below this share of the largest.</summary>
    private const double Floor = 2.5e-7;

    // Checks cost the cube of the columns: two cheap ones, then where a line through the last two reaches the pairs wanted, and a little beyond. The pairs that have converged are nearly a linear function of the columns.
    private const double SecondCheck = 1.5;
    private const double CheckGrowth = 3;
    private const double CheckMargin = 0.02;

    private readonly SymmetricOperator _operator;
    private readonly BlockLanczosOptions _options;
    private readonly WorkTeam? _team;
    private readonly int _block;
    private readonly SymmetricSolver _solver;
    private readonly BlockLanczosState _state;
    private readonly BlockOrthogonaliser _orthogonaliser;
    private readonly float[] _vectors;
    private readonly double[] _products;
    private readonly double[] _remainder;
    private readonly Stopwatch _productTime = new();
    private readonly Stopwatch _orthogonalTime = new();
    private readonly Stopwatch _checkTime = new();
    private readonly Stopwatch _refinementTime = new();
    private readonly Stopwatch _totalTime = Stopwatch.StartNew();
    private BlockLanczosTimes _earlier;

    private BlockLanczos(SymmetricOperator operation, BlockLanczosOptions options, WorkTeam? team)
    {
        (_operator, _options, _team) = (operation, options, team);
        var d = operation.Dimension;
        _block = Math.Min(options.BlockSize, d);
        if ((long)_block * d > Array.MaxLength) throw new InvalidInputException($"block size: expected at most {Array.MaxLength / d} vectors of {d} numbers, got {_block}");
        var columns = Math.Min(options.MaxColumns ?? ((2L * options.Wanted) + 128), d);
        MaxColumns = (int)Math.Min(d, (columns + _block - 1) / _block * _block);
        _solver = new(team?.Size ?? 1, options.UseNativeLibrary);
        _state = new(new(d, team)) { NextCheck = CheckAfter(Math.Min(options.Wanted, SymmetricSolver.ManagedSize) + _block) };
        _orthogonaliser = new(_state.Basis, _block, options.Seed, team);
        _vectors = new float[_block * d];
        _products = new double[_block * d];
        _remainder = new double[_block * _block];
    }

    private int MaxColumns { get; }

    // Minutes in which nothing can be saved.
    private bool LongCheckIsNext => _state.Columns + _block >= Math.Min(_state.NextCheck, MaxColumns) && _state.Columns > SymmetricSolver.ManagedLimit;

    private StateSection Section => new("block-lanczos", Transfer);

    private BlockLanczosTimes Times => new(
        _earlier.Products + _productTime.Elapsed, _earlier.Orthogonalisation + _orthogonalTime.Elapsed, _earlier.Checks + _checkTime.Elapsed, _earlier.Refinement + _refinementTime.Elapsed, _earlier.Total + _totalTime.Elapsed);

    private long[] Identity => [3, _operator.Dimension, _block, (long)_options.Seed, _options.Wanted, BitConverter.DoubleToInt64Bits(_options.Tolerance), BitConverter.DoubleToInt64Bits(_options.Scale)];

    /// <summary>Finds the pairs.</summary>
    /// <param name="operation">G.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="team">The threads that share the orthogonalisation; null for the calling one. Idle while the operator multiplies, which may use the same team.</param>
    /// <param name="progress">Called after every block.</param>
    /// <param name="cancellation">
    /// Ends the run between two blocks, after a save where the state is kept. A decomposition at hand, which may take minutes, ends first, and so does what comes after the products of the final pass.
    /// </param>
    /// <exception cref="InvalidInputException">The saved state belongs to another run, or the projected matrix needs LAPACK and there is none.</exception>
    /// <exception cref="ArithmeticException">A product is not finite.</exception>
    public static TopEigenpairs Run(
        SymmetricOperator operation, BlockLanczosOptions options, WorkTeam? team = null, Action<BlockLanczosProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var run = new BlockLanczos(operation, options, team);
        return run.Run(progress, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _orthogonaliser.Dispose();

    private TopEigenpairs Run(Action<BlockLanczosProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            Begin();
            if (_state.Phase == BlockLanczosPhase.Search) Search(progress, cancellation);
            if (_state.Phase == BlockLanczosPhase.Turned) Refine(progress, cancellation);
            var k = _state.Basis.Count;
            return new(_state.Basis, [.. _state.Values], [.. _state.Residuals], _options)
            {
                Predicted = _state.IsComplete ? k : Math.Min(_state.Converged, k),
                Columns = _state.Columns,
                IsComplete = _state.IsComplete,
                Times = Times,
            };
        }
        catch
        {
            _state.Dispose();
            throw;
        }
    }

    private void Search(Action<BlockLanczosProgress>? progress, CancellationToken cancellation)
    {
        double[]? eigenvectors = null;
        while (true)
        {
            if (_options.Store is { } store && (cancellation.IsCancellationRequested || store.Left == TimeSpan.Zero || LongCheckIsNext)) store.Save([Section]);
            cancellation.ThrowIfCancellationRequested();
            _state.IsComplete = Multiply(out var projected);
            if (_state.IsComplete || Extend(projected, progress, out eigenvectors)) break;
            Tell(progress, BlockLanczosStage.Search);
        }
        Turn(eigenvectors ?? Check(known: false, progress));
        _options.Store?.Save([Section]);
    }

    private void Tell(Action<BlockLanczosProgress>? progress, BlockLanczosStage stage, int refined = 0) => progress?.Invoke(new(_state.Columns, MaxColumns, _state.Converged, _options.Wanted) { Stage = stage, Refined = refined });

    private void Begin()
    {
        if (_options.Store?.Load() is { } saved)
        {
            saved.Read([Section]);
            return;
        }
        DrawBlock(_block);
        _state.Basis.Append(_orthogonaliser.Block(_block));
    }

    private void Transfer(StateTransfer state)
    {
        foreach (var number in Identity)
            if (state.Value(number) != number) throw new InvalidInputException("the saved state belongs to another operator, seed, block size or goal; expected the same to go on with it, or none");
        _state.Transfer(state);
        _orthogonaliser.Drawn = state.Value(_orthogonaliser.Drawn);
        var times = state.Value(Times);
        if (state.IsReading) _earlier = times;
    }

    // G times the last block, and its column of T. True when there is nothing left: the basis is all of the space, or G takes a random direction to rounding.
    private bool Multiply(out double[] projected)
    {
        var basis = _state.Basis;
        int d = basis.Dimension, start = _state.Columns, count = basis.Count - start;
        _productTime.Start();
        for (var j = 0; j < count; j++) basis.Row(start + j).CopyTo(_vectors.AsSpan(j * d, d));
        _operator.MultiplyBlock(_vectors.AsSpan(0, count * d), _products.AsSpan(0, count * d), count);
        _productTime.Stop();
        _orthogonalTime.Start();
        var w = _orthogonaliser.Block(count);
        var longest = 0.0;
        for (var j = 0; j < count; j++)
        {
            var row = w.Row(j);
            for (var i = 0; i < d; i++) row[i] = (float)_products[(j * d) + i];
            var square = WideSum.Squares(row);
            if (!double.IsFinite(square)) throw new ArithmeticException($"product {start + j + 1} with the curvature is not finite");
            longest = Math.Max(longest, Math.Sqrt(square));
        }
        _state.Scale = Math.Max(_state.Scale, longest);
        projected = new double[(long)basis.Count * count];
        basis.Project(w, projected);
        _state.Projected.Add(projected);
        _state.Columns = basis.Count;
        _orthogonalTime.Stop();
        return _state.Columns == d || (_state.LastIsFresh && longest <= Floor * _state.Scale);
    }

    // The next block. True, with the eigenvectors of T, when enough pairs have converged or the columns are used up.
    private bool Extend(double[] projected, Action<BlockLanczosProgress>? progress, out double[]? eigenvectors)
    {
        eigenvectors = null;
        var basis = _state.Basis;
        int count = projected.Length / basis.Count, room = basis.Dimension - basis.Count;
        _orthogonalTime.Start();
        if (room < count)
        {
            // All that is left of the space.
            DrawBlock(room);
            _orthogonaliser.Orthonormalise(room, 0, null, _remainder);
            (count, _state.LastIsFresh) = (room, true);
        }
        else
        {
            _state.LastIsFresh = _orthogonaliser.Orthonormalise(count, Floor * _state.Scale, projected, _remainder) == count;
        }
        _orthogonalTime.Stop();
        var last = _state.Columns >= MaxColumns;
        if (last || (_state.Columns >= _state.NextCheck && room >= _block))
        {
            var converged = _state.Converged;
            var found = Check(known: room >= _block, progress);
            ScheduleCheck(_state.Converged - converged);
            if (last || _state.Converged >= _options.Wanted)
            {
                eigenvectors = found;
                return true;
            }
        }
        basis.Append(_orthogonaliser.Block(count));
        return false;
    }

    private void ScheduleCheck(int gained)
    {
        var columns = _state.Columns;
        var next = SecondCheck * columns;
        if (_state.LastCheck > 0 && gained > 0)
        {
            var rate = (double)gained / (columns - _state.LastCheck);
            next = Math.Min(CheckGrowth * columns, columns + ((_options.Wanted - _state.Converged) / rate) + (CheckMargin * columns));
        }
        (_state.LastCheck, _state.NextCheck) = (columns, CheckAfter(Math.Max(columns + _block, next)));
    }

    // None shortly before the end.
    private int CheckAfter(double columns) => columns * (1 + CheckMargin) > MaxColumns ? MaxColumns : (int)columns;

    private void DrawBlock(int count)
    {
        var block = _orthogonaliser.Block(count);
        for (var i = 0; i < count; i++) _orthogonaliser.Draw(block.Row(i));
        if (_state.Basis.Count == 0) _orthogonaliser.Orthonormalise(count, 0, null, _remainder);
    }

    // The eigenvectors of T, rows, values ascending. The residual of a Ritz pair is the length of what the first pass left of G·Q_j, combined by the last elements of the eigenvector.
    private double[] Check(bool known, Action<BlockLanczosProgress>? progress)
    {
        Tell(progress, BlockLanczosStage.Check);
        _checkTime.Start();
        int m = _state.Columns, width = _block;
        double[] matrix = _state.Assemble(), values = new double[m];
        _solver.Decompose(matrix, m, values);
        var converged = 0;
        for (; known && converged < Math.Min(m, _options.Wanted); converged++)
        {
            var last = matrix.AsSpan(((m - 1 - converged) * m) + m - width, width);
            var square = 0.0;
            for (var i = 0; i < width; i++)
                for (var j = 0; j < width; j++)
                    square += last[i] * _remainder[(i * width) + j] * last[j];
            if (Math.Sqrt(Math.Max(square, 0)) > _options.Allowed(values[m - 1 - converged], values[m - 1])) break;
        }
        _state.Converged = converged;
        _checkTime.Stop();
        return matrix;
    }

    // The basis becomes the Ritz vectors wanted.
    private void Turn(double[] eigenvectors)
    {
        _refinementTime.Start();
        int m = _state.Columns, k = Math.Min(_options.Wanted, m);
        using (var rotation = new AlignedMemory(checked(k * m)))
        {
            for (var i = 0; i < k; i++)
                for (var j = 0; j < m; j++)
                    rotation.Span[(i * m) + j] = (float)eigenvectors[((m - 1 - i) * m) + j];
            // The last block beyond T's columns, if any, goes.
            _state.Basis.Resize(m);
            _state.Basis.Replace(rotation, k);
        }
        _state.Projected.Clear();
        _state.Phase = BlockLanczosPhase.Turned;
        _refinementTime.Stop();
    }

    private void Refine(Action<BlockLanczosProgress>? progress, CancellationToken cancellation)
    {
        _refinementTime.Start();
        using var products = new KeptProducts(_operator, _options.Store, "pairs");
        var (values, residuals) = new RayleighRitz(products, _state.Basis, _team, _solver).Refine(_block, done => Tell(progress, BlockLanczosStage.Refinement, done), cancellation);
        var largest = Math.Abs(values[0]);
        _state.Values.AddRange(values);
        _state.Residuals.AddRange(residuals.Select(residual => largest == 0 ? 0 : residual / largest));
        _state.Phase = BlockLanczosPhase.Refined;
        _refinementTime.Stop();
        _options.Store?.Save([Section]);
    }
}
