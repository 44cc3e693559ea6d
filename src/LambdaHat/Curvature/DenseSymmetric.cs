using System.Numerics;
using LambdaHat.Data;
using LambdaHat.Lapack;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>How many eigenvalues lie on each side of a number τ.</summary>
/// <param name="Above">λ &gt; τ.</param>
/// <param name="At">λ = τ, where the arithmetic meets it exactly.</param>
/// <param name="Below">λ &lt; τ.</param>
public readonly record struct Inertia(int Above, int At, int Below);

/// <summary>What holds for dense matrices of any precision.</summary>
public static class DenseSymmetric
{
    /// <summary>The largest dimension that is worked on without LAPACK: some minutes.</summary>
    public const int ManagedLimit = SymmetricSolver.ManagedLimit;

    /// <summary>The bytes that a matrix takes, everything that is done with it included but for some rows.</summary>
    public static long Bytes(int dimension, int elementSize) => (dimension + 1) * Stride(dimension, elementSize) * elementSize;

    /// <summary>Whether the dimension can be worked on, to be asked before a matrix is filled.</summary>
    /// <exception cref="InvalidInputException">The dimension needs LAPACK, and there is none.</exception>
    public static void CheckDimension(int dimension)
    {
        if (dimension > ManagedLimit) LapackLibrary.Require($"a dense matrix of dimension {dimension} (above {ManagedLimit})");
    }

    // Whole cache lines, an odd number of them.
    internal static long Stride(int dimension, int elementSize)
    {
        var line = 64 / elementSize;
        return line * (((dimension + line - 1L) / line) | 1);
    }
}

/// <summary>
/// A dense symmetric d×d matrix G in memory of its own, of any size that fits (d = 42,310 takes 7.2 GB in float32). The caller fills the lower triangle, which nothing changes
/// afterwards; factorisations work in the other half of the memory, so that any number of thresholds and the eigenvalues can be asked for.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class DenseSymmetric<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Tile = 64;

    private readonly NativeBlock _memory;
    private readonly int _threads;
    private readonly bool _useNative;

    /// <summary>Allocates the matrix; its elements have any value.</summary>
    /// <param name="dimension">d, 1 or more.</param>
    /// <param name="threads">The threads that LAPACK uses.</param>
    /// <param name="useNativeLibrary">Whether LAPACK is used where it is installed; otherwise d may be <see cref="DenseSymmetric.ManagedLimit"/> at most.</param>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public DenseSymmetric(int dimension, int threads = 1, bool useNativeLibrary = true)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw new NotSupportedException($"expected float or double, got {typeof(T).Name}");
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (Dimension, _threads, _useNative) = (dimension, threads, useNativeLibrary);
        // One row more than d: the lower triangle lies a row below the upper one, so that both have their diagonal.
        Stride = DenseSymmetric.Stride(dimension, sizeof(T));
        _memory = new(DenseSymmetric.Bytes(dimension, sizeof(T)));
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    private long Stride { get; }

    private T* Upper => (T*)_memory.Pointer;

    private T* Lower => Upper + Stride;

    /// <summary>The elements (i, 0) … (i, i), to be filled for every i before anything is asked. Rows may be filled by different threads.</summary>
    public Span<T> LowerRow(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Dimension, nameof(i));
        return new(Lower + (i * Stride), i + 1);
    }

    /// <summary>
    /// The eigenvalues above, at and below each of <paramref name="thresholds"/>: the signs of D in G − τI = L·D·Lᵀ with Bunch–Kaufman pivoting (Sylvester's law of inertia), d³/3 operations and no memory; without
    /// LAPACK from all eigenvalues. Exact for a matrix within rounding, about √d·ε·‖G‖ (ε = 6e-8 in float32), of G: eigenvalues that close to τ may be counted on either side.
    /// </summary>
    /// <exception cref="InvalidInputException">The dimension needs LAPACK, and there is none.</exception>
    public Inertia[] InertiaAt(params ReadOnlySpan<double> thresholds)
    {
        var result = new Inertia[thresholds.Length];
        var routines = Library("the inertia") is { } library ? new SymmetricRoutines(library, _threads) : null;
        var values = routines is null ? Eigenvalues() : [];
        for (var t = 0; t < thresholds.Length; t++)
        {
            var threshold = thresholds[t];
            if (!double.IsFinite(threshold)) throw new InvalidInputException($"threshold: expected a finite number, got {threshold}");
            result[t] = routines is null ? Count(values, threshold) : Factorise(routines, threshold);
        }
        return result;
    }

    /// <summary>tr G, from the elements.</summary>
    public double Trace()
    {
        var sum = 0.0;
        for (var i = 0; i < Dimension; i++) sum += double.CreateChecked(LowerRow(i)[i]);
        return sum;
    }

    /// <summary>All eigenvalues, ascending, with errors of about √d·ε·‖G‖; for work that is to be watched, ended and resumed there is <see cref="Search"/>.</summary>
    /// <exception cref="InvalidInputException">The dimension needs LAPACK, and there is none.</exception>
    public double[] Eigenvalues()
    {
        using var search = Search();
        return search.Run();
    }

    /// <summary>The search for all eigenvalues, by LAPACK's building blocks or by the library's own routine in float64; it goes on from the state in <paramref name="store"/>, if there is one.</summary>
    /// <exception cref="InvalidInputException">The dimension needs LAPACK, and there is none.</exception>
    public EigenvalueSearch<T> Search(StateStore? store = null) => new(this, Library("all eigenvalues"), _threads, Upper, Stride, store);

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private LapackLibrary? Library(string what)
    {
        if (_useNative && LapackLibrary.Find() is { } found) return found;
        if (Dimension <= DenseSymmetric.ManagedLimit) return null;
        if (!_useNative) throw new InvalidInputException($"{what} without a native library: expected a dimension of at most {DenseSymmetric.ManagedLimit}, got {Dimension}");
        return LapackLibrary.Require($"{what} of a matrix of dimension {Dimension} (above {DenseSymmetric.ManagedLimit})");
    }

    private static Inertia Count(double[] values, double threshold)
    {
        var (above, below) = (values.Count(value => value > threshold), values.Count(value => value < threshold));
        if (above + below < values.Length && values.Any(double.IsNaN)) throw new ArithmeticException("the matrix is not finite");
        return new(above, values.Length - above - below, below);
    }

    private Inertia Factorise(SymmetricRoutines routines, double threshold)
    {
        Copy(threshold);
        var pivots = typeof(T) == typeof(float) ? routines.Factorise((float*)Upper, Dimension, Stride) : routines.Factorise((double*)Upper, Dimension, Stride);
        int above = 0, at = 0, below = 0;
        for (var i = 0; i < Dimension; i++)
        {
            var first = Element(i, i);
            if (pivots[i] > 0)
            {
                Sort(first);
                continue;
            }
            double off = Element(i, i + 1), second = Element(i + 1, i + 1), middle = (first + second) / 2, radius = double.Hypot((first - second) / 2, off);
            Sort(middle + radius);
            Sort(middle - radius);
            i++;
        }
        return new(above, at, below);

        void Sort(double pivot)
        {
            if (pivot > 0) above++;
            else if (pivot < 0) below++;
            else if (pivot == 0) at++;
            else throw new ArithmeticException("the matrix is not finite");
        }
    }

    private double Element(int row, int column) => double.CreateChecked(Upper[(row * Stride) + column]);

    /// <summary>Upper ← (Lower − τI)ᵀ, a tile at a time.</summary>
    internal void Copy(double threshold) =>
        Parallel.For(0, Tiling.Count(Dimension, Tile), new() { MaxDegreeOfParallelism = _threads }, tile =>
        {
            int start = tile * Tile, end = Math.Min(start + Tile, Dimension);
            T* lower = Lower, upper = Upper;
            for (var column = 0; column < end; column += Tile)
            {
                for (var i = start; i < end; i++)
                {
                    var last = Math.Min(column + Tile - 1, i);
                    for (var j = column; j <= last; j++) upper[(j * Stride) + i] = lower[(i * Stride) + j];
                }
            }
            for (var i = start; i < end; i++) upper[(i * Stride) + i] = T.CreateChecked(double.CreateChecked(lower[(i * Stride) + i]) - threshold);
        });
}
