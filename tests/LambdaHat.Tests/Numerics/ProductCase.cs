using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

/// <summary>
/// The operands of one product in memory that is larger than they are, everything outside them set to NaN (read where it must
/// not be, it spoils the result) or, around C, to a mark (written where it must not be, it shows).
/// </summary>
internal sealed class ProductCase
{
    private const float Mark = 12345.25f;
    private readonly float[] _a, _b, _c, _start;
    private readonly int _strideA, _strideB, _strideC, _offset;

    public ProductCase(int m, int k, int n, bool transposeA, bool transposeB, bool accumulate, int seed, int padding = 3)
    {
        (M, K, N, TransposeA, TransposeB, Accumulate) = (m, k, n, transposeA, transposeB, accumulate);
        var random = new Random(seed);
        _offset = random.Next(4);
        (RowsA, ColumnsA) = transposeA ? (k, m) : (m, k);
        (RowsB, ColumnsB) = transposeB ? (n, k) : (k, n);
        (_strideA, _strideB, _strideC) = (ColumnsA + padding, ColumnsB + (2 * padding), n + padding);
        _a = Operand(RowsA, ColumnsA, _strideA, random);
        _b = Operand(RowsB, ColumnsB, _strideB, random);
        _start = Operand(m, n, _strideC, random);
        for (var i = 0; i < _start.Length; i++)
        {
            if (float.IsNaN(_start[i])) _start[i] = Mark;
        }
        if (!accumulate)
        {
            // What C held before must not matter, not even when it is not a number.
            for (var i = 0; i < m; i++) _start.AsSpan(_offset + (i * _strideC), n).Fill(float.NaN);
        }
        _c = (float[])_start.Clone();
    }

    public int M { get; }

    public int K { get; }

    public int N { get; }

    public bool TransposeA { get; }

    public bool TransposeB { get; }

    public bool Accumulate { get; }

    private int RowsA { get; }

    private int ColumnsA { get; }

    private int RowsB { get; }

    private int ColumnsB { get; }

    /// <summary>Computes C afresh and returns its memory, padding included.</summary>
    public float[] Multiply(MatrixProduct product)
    {
        _start.CopyTo(_c, 0);
        product.Multiply(
            new ReadOnlyMatrix(_a.AsSpan(_offset), RowsA, ColumnsA, _strideA), TransposeA,
            new ReadOnlyMatrix(_b.AsSpan(_offset), RowsB, ColumnsB, _strideB), TransposeB,
            new Matrix(_c.AsSpan(_offset), M, N, _strideC), Accumulate);
        return (float[])_c.Clone();
    }

    /// <summary>
    /// Checks a result against sums in float64. A sum of K products and one addend, in any order and with or without fused operations,
    /// is off by at most γ·Σ|terms|, γ = (K + 2)u / (1 − (K + 2)u), u = 2⁻²⁴.
    /// </summary>
    public void Check(float[] result)
    {
        var gamma = (K + 2) * Math.Pow(2, -24) / (1 - ((K + 2) * Math.Pow(2, -24)));
        var inside = new bool[result.Length];
        for (var i = 0; i < M; i++)
        {
            for (var j = 0; j < N; j++)
            {
                var at = _offset + (i * _strideC) + j;
                inside[at] = true;
                double sum = Accumulate ? _start[at] : 0, size = Math.Abs(sum);
                for (var p = 0; p < K; p++)
                {
                    var term = (double)_a[_offset + (TransposeA ? (p * _strideA) + i : (i * _strideA) + p)]
                        * _b[_offset + (TransposeB ? (j * _strideB) + p : (p * _strideB) + j)];
                    sum += term;
                    size += Math.Abs(term);
                }
                Assert.True(Math.Abs(result[at] - sum) <= gamma * size, $"{this}: element ({i}, {j}) is {result[at]}, expected {sum} ± {gamma * size}");
            }
        }
        for (var at = 0; at < result.Length; at++)
            Assert.True(inside[at] || result[at] == Mark, $"{this}: memory outside C was written at {at}");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{M}×{K}×{N}{(TransposeA ? " Aᵀ" : "")}{(TransposeB ? " Bᵀ" : "")}{(Accumulate ? " added" : "")}";

    private float[] Operand(int rows, int columns, int stride, Random random)
    {
        var data = new float[_offset + (rows * stride) + 8];
        Array.Fill(data, float.NaN);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++) data[_offset + (i * stride) + j] = (2 * random.NextSingle()) - 1;
        }
        return data;
    }
}
