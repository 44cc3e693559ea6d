using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// The part of a vector w in the eigenspaces above τ, for every τ at once and without eigenvectors: P_{&gt;τ}·w ≈ ‖w‖·Q·Σ_{θ_i &gt; τ} s_i·(s_i)_1, with Q the basis of the Krylov space that
/// starts at w (fully orthogonalised) and θ_i, s_i the eigenpairs of QᵀGQ. Components of w converge together, far sooner than eigenvectors do: a few hundred products serve for thousands of eigenspaces.
/// </summary>
public sealed class SpectralFilter : IDisposable
{
    /// <summary>The share of the columns that <see cref="Change"/> compares with.</summary>
    private const double Earlier = 0.8;

    /// <summary>A residual of this share of the largest product comes from the rounding of earlier basis vectors to float32, 1e-7, over the shares that were left of them.</summary>
    private const double Exhausted = 1e-5;

    private const int ThresholdsAtOnce = 32;

    private readonly BasisRows _basis;
    private readonly double _norm;
    private readonly (double[] Values, double[] Vectors) _ritz;
    private readonly (double[] Values, double[] Vectors) _earlier;

    private SpectralFilter(BlockLanczosState state, double norm, SymmetricSolver solver)
    {
        (_basis, _norm) = (state.Basis, norm);
        var m = Columns;
        var t = state.Assemble();
        var fewer = Math.Max(1, (int)(Earlier * m));
        var leading = new double[fewer * fewer];
        for (var i = 0; i < fewer; i++) t.AsSpan(i * m, fewer).CopyTo(leading.AsSpan(i * fewer));
        (_ritz, _earlier) = ((new double[m], t), (new double[fewer], leading));
        solver.Decompose(t, m, _ritz.Values);
        solver.Decompose(leading, fewer, _earlier.Values);
    }

    /// <summary>The dimension of the Krylov space, and the products that it cost.</summary>
    public int Columns => _basis.Count;

    /// <summary>True when the Krylov space of w ended by itself, up to 1e-5 of the largest product: nothing is missing.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>θ_i, ascending.</summary>
    public IReadOnlyList<double> RitzValues => _ritz.Values;

    /// <summary>Builds the Krylov space of <paramref name="operation"/> from <paramref name="w"/>.</summary>
    /// <param name="operation">G.</param>
    /// <param name="w">The start, of length d, not zero.</param>
    /// <param name="columns">The most columns; three digits took 300 to 600 on networks of 86,197 parameters.</param>
    /// <param name="team">The threads that share the orthogonalisation, or null.</param>
    /// <param name="progress">Called with the columns after every product.</param>
    /// <param name="cancellation">Ends the work between two products.</param>
    /// <exception cref="InvalidInputException">w is zero, not finite or of another length, or there are no columns.</exception>
    public static SpectralFilter Build(
        SymmetricOperator operation, ReadOnlySpan<float> w, int columns = 600, WorkTeam? team = null, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var d = operation.Dimension;
        var norm = Math.Sqrt(WideSum.Squares(w));
        if (w.Length != d || !(norm > 0 && double.IsFinite(norm))) throw new InvalidInputException($"start of a spectral filter: expected {d} finite numbers, not all zero; got {w.Length} of norm {norm}");
        if (columns < 1) throw new InvalidInputException($"columns of a spectral filter: expected 1 or more, got {columns}");
        var state = new BlockLanczosState(new(d, team));
        try
        {
            using var orthogonaliser = new BlockOrthogonaliser(state.Basis, 1, 0, team);
            var candidate = orthogonaliser.Block(1);
            for (var i = 0; i < d; i++) candidate.Data[i] = (float)(w[i] / norm);
            state.Basis.Append(candidate);
            var product = new double[d];
            var remainder = new double[1];
            var complete = false;
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                operation.MultiplyBlock(state.Basis.Row(state.Columns), product, 1);
                candidate = orthogonaliser.Block(1);
                for (var i = 0; i < d; i++) candidate.Data[i] = (float)product[i];
                var projected = new double[state.Basis.Count];
                state.Basis.Project(candidate, projected);
                state.Projected.Add(projected);
                state.Scale = Math.Max(state.Scale, Math.Sqrt(WideSum.Squares(candidate.Row(0))));
                state.Columns++;
                progress?.Invoke(state.Columns);
                complete = state.Columns == d || orthogonaliser.Orthonormalise(1, Exhausted * state.Scale, projected, remainder) == 1;
                if (complete || state.Columns >= columns) break;
                state.Basis.Append(orthogonaliser.Block(1));
            }
            return new(state, norm, new(team?.Size ?? 1, useNative: true)) { IsComplete = complete };
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>results[t·d … (t + 1)·d) ← P_{&gt;τ_t}·w.</summary>
    /// <exception cref="ArgumentException">There is no room for a vector a threshold.</exception>
    public void Project(ReadOnlySpan<double> thresholds, Span<float> results)
    {
        var d = _basis.Dimension;
        if (results.Length != (long)thresholds.Length * d) throw new ArgumentException($"expected room for {thresholds.Length} vectors of {d} numbers, got {results.Length}");
        using AlignedMemory factors = new(ThresholdsAtOnce * Columns), vectors = new(ThresholdsAtOnce * _basis.Stride);
        var coefficients = new double[Columns];
        for (var start = 0; start < thresholds.Length; start += ThresholdsAtOnce)
        {
            var count = Math.Min(ThresholdsAtOnce, thresholds.Length - start);
            for (var t = 0; t < count; t++)
            {
                Coefficients(_ritz, thresholds[start + t], coefficients);
                for (var j = 0; j < Columns; j++) factors.Span[(t * Columns) + j] = (float)(_norm * coefficients[j]);
            }
            var found = new Matrix(vectors.Span, count, d, _basis.Stride);
            _basis.Combine(factors, found);
            for (var t = 0; t < count; t++) found.Row(t).CopyTo(results.Slice((start + t) * d, d));
        }
    }

    /// <summary>‖P_{&gt;τ}·w‖².</summary>
    public double SquaredNorm(double threshold)
    {
        var sum = 0.0;
        for (var i = 0; i < Columns; i++)
            if (_ritz.Values[i] > threshold) sum += _ritz.Vectors[i * Columns] * _ritz.Vectors[i * Columns];
        return _norm * _norm * sum;
    }

    /// <summary>
    /// ‖P·w − P′·w‖/‖w‖ at τ, P′ from the first four fifths of the columns: how far the filter has converged there. It falls with the columns but where w has weight at τ
    /// itself, on which the sides of τ do not agree.
    /// </summary>
    public double Change(double threshold)
    {
        double[] now = new double[Columns], before = new double[Columns];
        Coefficients(_ritz, threshold, now);
        Coefficients(_earlier, threshold, before);
        var sum = 0.0;
        for (var j = 0; j < Columns; j++) sum += (now[j] - before[j]) * (now[j] - before[j]);
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public void Dispose() => _basis.Dispose();

    // Σ_{θ_i > τ} s_i·(s_i)_1, s_i the rows.
    private static void Coefficients((double[] Values, double[] Vectors) pairs, double threshold, Span<double> result)
    {
        var m = pairs.Values.Length;
        result.Clear();
        for (var i = m - 1; i >= 0 && pairs.Values[i] > threshold; i--)
        {
            var row = pairs.Vectors.AsSpan(i * m, m);
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(row, row[0], result[..m], result[..m]);
        }
    }
}
