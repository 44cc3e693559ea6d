using LambdaHat.Numerics;

namespace LambdaHat.Benchmarks;

/// <summary>One product to time: op(A) is M×K, op(B) K×N.</summary>
/// <param name="Orientation">NN, NT, TN or TT: whether A, B are transposed.</param>
/// <param name="Activations">Whether the wide operands are strided as the activations of a network are, or dense.</param>
public sealed record ProductShape(string Orientation, int M, int K, int N, bool Activations)
{
    /// <summary>Whether A is stored as K×M.</summary>
    public bool TransposeA => Orientation[0] == 'T';

    /// <summary>Whether B is stored as N×K.</summary>
    public bool TransposeB => Orientation[1] == 'T';

    /// <summary>The arithmetic of one product.</summary>
    public double Operations => 2.0 * M * K * N;

    /// <summary>The shapes of dense layers at a minibatch of 512, small awkward ones, and a large square.</summary>
    public static IEnumerable<ProductShape> All()
    {
        const int batch = 512;
        (int Out, int In)[] layers = [(10, 10), (20, 10), (20, 20), (50, 50), (51, 37), (160, 160), (300, 300), (900, 900), (50, 784), (1, 50)];
        foreach (var (o, i) in layers)
        {
            yield return new("NN", o, i, batch, true);
            yield return new("TN", i, o, batch, true);
            yield return new("NT", o, batch, i, true);
        }
        (int M, int K, int N)[] general = [(500, 20, 20), (20, 500, 20), (500, 784, 50), (1024, 1024, 1024), (1000, 1000, 1000)];
        foreach (var (m, k, n) in general)
        {
            foreach (var orientation in (string[])["NN", "TN", "NT", "TT"]) yield return new(orientation, m, k, n, false);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Orientation} {M}×{K}×{N}";
}

/// <summary>The operands of a <see cref="ProductShape"/>, filled with numbers in [−1, 1).</summary>
internal sealed class ProductOperands : IDisposable
{
    private readonly ProductShape _shape;
    private readonly AlignedMemory _a, _b, _c;
    private readonly int _strideA, _strideB, _strideC;

    public ProductOperands(ProductShape shape)
    {
        _shape = shape;
        var (rowsA, columnsA) = shape.TransposeA ? (shape.K, shape.M) : (shape.M, shape.K);
        var (rowsB, columnsB) = shape.TransposeB ? (shape.N, shape.K) : (shape.K, shape.N);
        _strideA = Stride(columnsA, shape.Activations && shape.TransposeB);
        _strideB = Stride(columnsB, shape.Activations);
        _strideC = Stride(shape.N, shape.Activations && !shape.TransposeB);
        var random = new Random(1);
        _a = Filled(rowsA * _strideA, random);
        _b = Filled(rowsB * _strideB, random);
        _c = new(shape.M * _strideC);
        RowsA = rowsA;
        ColumnsA = columnsA;
        RowsB = rowsB;
        ColumnsB = columnsB;
    }

    public ReadOnlyMatrix A => new(_a.Span, RowsA, ColumnsA, _strideA);

    public ReadOnlyMatrix B => new(_b.Span, RowsB, ColumnsB, _strideB);

    public Matrix C => new(_c.Span, _shape.M, _shape.N, _strideC);

    private int RowsA { get; }

    private int ColumnsA { get; }

    private int RowsB { get; }

    private int ColumnsB { get; }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }

    private static int Stride(int columns, bool activations) => activations ? AlignedMemory.RowStride(columns) : columns;

    private static AlignedMemory Filled(int length, Random random)
    {
        var memory = new AlignedMemory(length);
        foreach (ref var x in memory.Span) x = (2 * random.NextSingle()) - 1;
        return memory;
    }
}
