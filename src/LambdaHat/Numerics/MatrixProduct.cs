namespace LambdaHat.Numerics;

/// <summary>
/// C = op(A)·op(B) in float32, where op is the identity or the transpose. Owns the packing buffers of one thread of
/// control (one chain); not safe for concurrent calls on the same instance.
/// </summary>
public sealed unsafe class MatrixProduct : IDisposable
{
    private readonly ProductEngine _engine;
    private bool _disposed;

    /// <summary>Creates an engine whose large products are shared among the threads of <paramref name="team"/>, when given.</summary>
    public MatrixProduct(WorkTeam? team = null) : this(team, 0) { }

    /// <summary>The same with registers of <paramref name="bits"/> bits, or with the widest for 0.</summary>
    internal MatrixProduct(WorkTeam? team, int bits)
    {
        Team = team;
        _engine = ProductEngine.Create(bits);
    }

    /// <summary>The threads that share large products, or null for the calling thread alone.</summary>
    public WorkTeam? Team { get; }

    /// <summary>
    /// C ← op(A)·op(B), or C ← C + op(A)·op(B) with <paramref name="accumulate"/>. op(A) is M×K, op(B) is K×N, C is M×N.
    /// C must not overlap A or B. Memory outside the columns of C is not written. The result does not depend on the number of
    /// threads; each element is within K·2⁻²³·Σ|a||b| of the exact one (to first order), and may differ in the last bits between processors.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public void Multiply(ReadOnlyMatrix a, bool transposeA, ReadOnlyMatrix b, bool transposeB, Matrix c, bool accumulate = false)
    {
        int m = transposeA ? a.Columns : a.Rows, k = transposeA ? a.Rows : a.Columns;
        int n = transposeB ? b.Rows : b.Columns, kb = transposeB ? b.Columns : b.Rows;
        if (k != kb || c.Rows != m || c.Columns != n)
            throw new ArgumentException($"expected an m×k and a k×n matrix into an m×n matrix, got {m}×{k} and {kb}×{n} into {c.Rows}×{c.Columns}");
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (m == 0 || n == 0) return;
        if (k == 0)
        {
            if (!accumulate) c.Fill(0f);
            return;
        }
        fixed (float* pa = a.Data, pb = b.Data, pc = c.Data)
            _engine.Multiply(ProductTask.Of(m, n, k, sizeof(float), pa, a.Stride, transposeA, pb, b.Stride, transposeB, pc, c.Stride, accumulate), Team);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _engine.Dispose();
    }
}
