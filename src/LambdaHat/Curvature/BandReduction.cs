using LambdaHat.Lapack;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// A dense symmetric matrix turned into a band with the same eigenvalues, b columns at a time (Bischof, Lang and Sun 2000): what lies below the band there is Q·R, Q = I − V·T·Vᵀ; R stays, and what follows becomes
/// QᵀAQ = A − V·Yᵀ − Y·Vᵀ with Y = W − ½·V·(V·T)ᵀ·W and W = A·V·T. 4/3·d³ operations, nearly all of them products of matrices, in place; between two panels the work can be ended, and its state kept.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class BandReduction<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>b: the products of LAPACK are slow with fewer columns, and the band costs b·d² operations afterwards.</summary>
    public const int Width = 64;

    private readonly PanelRoutines<T> _routines;
    private readonly T* _matrix;
    private readonly int _dimension;
    private readonly long _stride;
    private readonly NativeBlock _buffers, _small;

    /// <summary>Begins with the column-major lower triangle of an n×n matrix, whose columns are <paramref name="stride"/> apart.</summary>
    public BandReduction(LapackLibrary library, int threads, T* matrix, int dimension, long stride)
    {
        (_routines, _dimension, _stride) = (new(library, threads), dimension, stride);
        _matrix = matrix;
        _buffers = new(3L * Width * dimension * sizeof(T));
        _small = new(((2L * Width * Width) + Width + Room) * sizeof(T));
    }

    /// <summary>The columns that are done, a multiple of <see cref="Width"/>.</summary>
    public int Column { get; private set; }

    /// <summary>Whether all is band.</summary>
    public bool IsDone => Column + Width >= _dimension;

    /// <summary>The share of the operations that is done.</summary>
    public double Share => 1 - Math.Pow(1 - ((double)Math.Min(Column, _dimension) / _dimension), 3);

    private static long Room => 64L * Width;

    /// <summary>Makes the next panel.</summary>
    public void Advance()
    {
        long m = _dimension - Column - Width, k = Math.Min(Width, m);
        T* panel = Element(Column + Width, Column), rest = Element(Column + Width, Column + Width);
        // Side by side, so that V and Y are two factors of one product, and after a copy Y and V are.
        T* v = (T*)_buffers.Pointer, w = v + (k * m), vt = w + (k * m);
        T* triangle = (T*)_small.Pointer, product = triangle + (Width * Width), scales = product + (Width * Width), work = scales + Width;
        using var scope = _routines.Enter();
        _routines.Factorise(panel, m, Width, _stride, scales, work, Room);
        _routines.Triangle(panel, m, k, _stride, scales, triangle, Width);
        for (long j = 0; j < k; j++)
        {
            // V with its ones and zeros, T with its zeros.
            T* column = v + (j * m);
            new Span<T>(column, (int)j).Clear();
            column[j] = T.One;
            new ReadOnlySpan<T>(panel + (j * _stride) + j + 1, (int)(m - j - 1)).CopyTo(new(column + j + 1, (int)(m - j - 1)));
            new Span<T>(triangle + (j * Width) + j + 1, (int)(Width - j - 1)).Clear();
        }
        _routines.Multiply(false, false, m, k, k, T.One, v, m, triangle, Width, T.Zero, vt, m);
        _routines.MultiplySymmetric(rest, m, _stride, vt, k, m, w, m);
        _routines.Multiply(true, false, k, k, m, T.One, vt, m, w, m, T.Zero, product, Width);
        _routines.Multiply(false, false, m, k, k, T.CreateChecked(-0.5), v, m, product, Width, T.One, w, m);
        new ReadOnlySpan<T>(v, (int)(k * m)).CopyTo(new(vt, (int)(k * m)));
        _routines.Subtract(rest, m, _stride, v, k);
        Column += Width;
    }

    /// <summary>The band of a matrix that is done: element (i, j), i − j ≤ <see cref="Width"/>.</summary>
    public BandMatrix Band()
    {
        var band = new BandMatrix(_dimension, Math.Min(Width, _dimension - 1));
        for (var j = 0; j < _dimension; j++)
            for (var i = j; i < Math.Min(_dimension, j + band.Width + 1); i++)
                band[i, j] = double.CreateChecked(*Element(i, j));
        return band;
    }

    /// <summary>Writes or reads where the work stands: the band so far and what follows it.</summary>
    public void Transfer(StateTransfer state)
    {
        Column = state.Value(Column);
        if (Column < 0 || Column > _dimension || Column % Width != 0) throw new InvalidInputException($"the saved reduction stands at column {Column}; expected a multiple of {Width}, up to {_dimension}");
        for (var j = 0; j < _dimension; j++)
            state.Values(new Span<T>(Element(j, j), Math.Min(j < Column ? Width + 1 : int.MaxValue, _dimension - j)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffers.Dispose();
        _small.Dispose();
    }

    private T* Element(long row, long column) => _matrix + (column * _stride) + row;
}
