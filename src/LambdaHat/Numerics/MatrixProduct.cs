namespace LambdaHat.Numerics;

/// <summary>
/// C = op(A)·op(B) in float32, where op is the identity or the transpose. Owns the packing buffers of one thread of
/// control (one chain); not safe for concurrent calls on the same instance.
/// </summary>
public sealed class MatrixProduct : IDisposable
{
    private bool _disposed;

    /// <summary>Creates an engine whose large products are shared among the threads of <paramref name="team"/>, when given.</summary>
    public MatrixProduct(WorkTeam? team = null) => Team = team;

    /// <summary>The threads that share large products, or null for the calling thread alone.</summary>
    public WorkTeam? Team { get; }

    /// <summary>
    /// C ← op(A)·op(B), or C ← C + op(A)·op(B) with <paramref name="accumulate"/>. op(A) is M×K, op(B) is K×N, C is M×N.
    /// C must not overlap A or B. The result does not depend on the number of threads.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Multiply(ReadOnlyMatrix a, bool transposeA, ReadOnlyMatrix b, bool transposeB, Matrix c, bool accumulate = false)
    {
        int m = transposeA ? a.Columns : a.Rows, k = transposeA ? a.Rows : a.Columns;
        int n = transposeB ? b.Rows : b.Columns, kb = transposeB ? b.Columns : b.Rows;
        if (k != kb || c.Rows != m || c.Columns != n)
            throw new ArgumentException($"product of {m}×{k} and {kb}×{n} into {c.Rows}×{c.Columns}");
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0f;
                for (var p = 0; p < k; p++)
                    sum += a.Data[transposeA ? (p * a.Stride) + i : (i * a.Stride) + p] * b.Data[transposeB ? (j * b.Stride) + p : (p * b.Stride) + j];
                c.Data[(i * c.Stride) + j] = accumulate ? c.Data[(i * c.Stride) + j] + sum : sum;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
