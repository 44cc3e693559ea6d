using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>A symmetric eigendecomposition for one width of register.</summary>
internal abstract unsafe class SymmetricEigenEngine
{
    /// <summary>See <see cref="SymmetricEigen"/>; n ≥ 1.</summary>
    public abstract void Run(double* matrix, int n, double* values, bool vectors);

    /// <summary>The engine for registers of <paramref name="bits"/> bits, or for the widest that the processor has (0).</summary>
    public static SymmetricEigenEngine Create(int bits) => RegisterWidth.Resolve(bits) switch
    {
        512 => new SymmetricEigenEngine<DoubleLanes512, Vector512<double>>(512),
        256 => new SymmetricEigenEngine<DoubleLanes256, Vector256<double>>(256),
        _ => new SymmetricEigenEngine<DoubleLanes128, Vector128<double>>(128),
    };
}

/// <summary>Scaling to a largest element of about 1, reduction to tridiagonal form, its eigenvectors, and the way back.</summary>
internal sealed unsafe class SymmetricEigenEngine<TLanes, TVector> : SymmetricEigenEngine
    where TLanes : struct, IDoubleLanes<TVector>
    where TVector : struct
{
    private readonly DoubleProduct _product;
    private readonly TridiagonalEigen<TLanes, TVector> _tridiagonal;
    private readonly ReflectorBlocks _reflectors = new();
    private readonly AlignedDoubles _matrix = new();
    private readonly AlignedDoubles _rows = new();
    private readonly AlignedDoubles _vectors = new();

    public SymmetricEigenEngine(int bits)
    {
        _product = new DoubleProduct(bits);
        _tridiagonal = new(_product);
    }

    public override void Run(double* matrix, int n, double* values, bool vectors)
    {
        double largest = 0;
        for (var i = 0; i < n; i++) largest = Math.Max(largest, Math.Abs(TensorPrimitives.MaxMagnitude(new ReadOnlySpan<double>(matrix + ((nint)i * n), i + 1))));
        if (!double.IsFinite(largest))
        {
            new Span<double>(values, n).Fill(double.NaN);
            if (vectors) new Span<double>(matrix, n * n).Fill(double.NaN);
            return;
        }
        var exponent = largest == 0 ? 0 : Math.Clamp(Math.ILogB(largest), -1000, 1000);
        // Whole cache lines, an odd number of them.
        var stride = 8 * (((n + 7) / 8) | 1);
        var a = _matrix.Reserve((long)TridiagonalReduction<TLanes, TVector>.Padded(n) * stride);
        Load(matrix, n, Math.ScaleB(1, -exponent), a, stride);
        double* d = _vectors.Reserve(6L * stride), e = d + stride, scale = e + stride;
        TridiagonalReduction<TLanes, TVector>.Run(a, n, stride, d, e, scale, scale + stride);
        var unit = Math.ScaleB(1, exponent);
        if (!vectors)
        {
            TridiagonalValues.Run(new Span<double>(d, n), new Span<double>(e, n));
            new Span<double>(d, n).Sort();
            for (var i = 0; i < n; i++) values[i] = d[i] * unit;
            GC.KeepAlive(this);
            return;
        }
        var rows = _rows.Reserve((long)n * stride);
        var order = _tridiagonal.Run(d, e, n, rows, stride);
        _reflectors.Apply(rows, a, scale, n, stride, _product);
        for (var i = 0; i < n; i++)
        {
            values[i] = d[order[i]] * unit;
            new ReadOnlySpan<double>(rows + ((nint)order[i] * stride), n).CopyTo(new Span<double>(matrix + ((nint)i * n), n));
        }
        GC.KeepAlive(this);
    }

    /// <summary>The scaled lower triangle and the mirrored diagonal blocks, zeros beyond n.</summary>
    private static void Load(double* matrix, int n, double factor, double* a, int stride)
    {
        const int block = TridiagonalReduction<TLanes, TVector>.Block;
        var padded = TridiagonalReduction<TLanes, TVector>.Padded(n);
        for (var i = 0; i < n; i++)
        {
            var row = a + ((nint)i * stride);
            TensorPrimitives.Multiply(new ReadOnlySpan<double>(matrix + ((nint)i * n), i + 1), factor, new Span<double>(row, i + 1));
            new Span<double>(row + i + 1, stride - i - 1).Clear();
            for (var j = i & ~(block - 1); j < i; j++) a[((nint)j * stride) + i] = row[j];
        }
        for (var i = n; i < padded; i++) new Span<double>(a + ((nint)i * stride), stride).Clear();
    }
}
