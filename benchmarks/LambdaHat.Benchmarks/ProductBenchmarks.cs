using BenchmarkDotNet.Attributes;
using LambdaHat.Numerics;

namespace LambdaHat.Benchmarks;

/// <summary>Every <see cref="ProductShape"/> on the calling thread: our product, and OpenBLAS where installed.</summary>
[MemoryDiagnoser]
public class ProductBenchmarks : IDisposable
{
    private MatrixProduct? _product;
    private ProductOperands? _operands;
    private OpenBlas? _blas;

    /// <summary>The product to time.</summary>
    [ParamsSource(nameof(Shapes))]
    public ProductShape Shape { get; set; } = null!;

    /// <summary>All shapes.</summary>
    public static IEnumerable<ProductShape> Shapes => ProductShape.All();

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _product = new();
        _operands = new(Shape);
        _blas = OpenBlas.TryLoad();
        _blas?.SetThreads(1);
    }

    /// <summary>Frees the operands.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _operands?.Dispose();
        _product?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Our product.</summary>
    [Benchmark]
    public void Ours() => _product!.Multiply(_operands!.A, Shape.TransposeA, _operands!.B, Shape.TransposeB, _operands!.C);

    /// <summary>The sgemm of OpenBLAS.</summary>
    [Benchmark(Baseline = true)]
    public void OpenBlasGemm()
    {
        if (_blas is null) throw new InvalidOperationException("libopenblas.so.0 is not installed");
        _blas.Multiply(_operands!.A, Shape.TransposeA, _operands!.B, Shape.TransposeB, _operands!.C);
    }
}
