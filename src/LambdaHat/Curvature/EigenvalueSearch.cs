using LambdaHat.Data;
using LambdaHat.Lapack;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// All eigenvalues of a <see cref="DenseSymmetric{T}"/>: reduced to a band by LAPACK's building blocks, in the matrix's own precision, then to its eigenvalues in float64 (<see cref="BandReduction{T}"/>,
/// <see cref="BandMatrix"/>). An interruption is heard within seconds, and the work goes on from its state.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class EigenvalueSearch<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // Of the time, about.
    private const double ReductionShare = 0.9;

    private const string SectionName = "eigenvalues";

    private readonly DenseSymmetric<T> _matrix;
    private readonly StateStore? _store;
    private readonly BandReduction<T>? _reduction;
    private readonly List<double> _values = [];
    private BandMatrix? _band;

    /// <summary>Takes up the search that <paramref name="store"/> has the state of; null keeps none.</summary>
    /// <exception cref="InvalidInputException">The state belongs to another run, or the dimension needs LAPACK and there is none.</exception>
    internal EigenvalueSearch(DenseSymmetric<T> matrix, LapackLibrary? library, int threads, T* triangle, long stride, StateStore? store)
    {
        (_matrix, _store) = (matrix, store);
        if (library is null) return;
        _reduction = new(library, threads, triangle, matrix.Dimension, stride);
        if (store?.Load() is not { } saved || !saved.Has(SectionName)) return;
        saved.Read([Section]);
        IsResumed = true;
    }

    /// <summary>Whether it goes on: the elements of the matrix need not be there then.</summary>
    public bool IsResumed { get; }

    /// <summary>The trace, once the search has begun.</summary>
    public double Trace { get; private set; }

    private StateSection Section => new(SectionName, Transfer);

    /// <summary>The eigenvalues, ascending, with errors of about √d·ε·‖G‖.</summary>
    /// <param name="team">Threads for the band.</param>
    /// <param name="progress">Hears the share of the work that is done.</param>
    /// <param name="cancellation">Ends it, after a save where the state is kept.</param>
    /// <exception cref="ArithmeticException">The matrix is not finite.</exception>
    public double[] Run(WorkTeam? team = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        if (!IsResumed)
        {
            Trace = _matrix.Trace();
            if (_reduction is not null) _matrix.Copy(0);
        }
        if (_values.Count > 0) return [.. _values];
        if (_reduction is null) return Managed();
        try
        {
            while (_band is null && !_reduction.IsDone)
            {
                cancellation.ThrowIfCancellationRequested();
                if (_store is { } store && store.Left == TimeSpan.Zero) store.Save([Section]);
                _reduction.Advance();
                progress?.Invoke(ReductionShare * _reduction.Share);
            }
            _band ??= _reduction.Band();
            _values.AddRange(_band.Eigenvalues(team, share => progress?.Invoke(ReductionShare + ((1 - ReductionShare) * share)), cancellation));
            _store?.Save([Section]);
            return [.. _values];
        }
        catch (OperationCanceledException)
        {
            _store?.Save([Section]);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reduction?.Dispose();

    private double[] Managed()
    {
        var n = _matrix.Dimension;
        double[] matrix = new double[n * n], values = new double[n];
        for (var i = 0; i < n; i++)
        {
            var row = _matrix.LowerRow(i);
            for (var j = 0; j <= i; j++) matrix[(i * n) + j] = double.CreateChecked(row[j]);
        }
        new SymmetricEigen().Values(matrix, n, values);
        return values;
    }

    private void Transfer(StateTransfer state)
    {
        if (state.Value((long)_matrix.Dimension) != _matrix.Dimension) throw new InvalidInputException($"the saved search is of another matrix; expected one of dimension {_matrix.Dimension}");
        Trace = state.Value(Trace);
        state.Values(_values);
        if (_values.Count > 0) return;
        var inBand = state.Value(_band is not null);
        if (inBand) (_band ??= new(_matrix.Dimension, Math.Min(BandReduction<T>.Width, _matrix.Dimension - 1))).Transfer(state);
        else _reduction!.Transfer(state);
    }
}
