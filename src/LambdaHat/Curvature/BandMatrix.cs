using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// A symmetric band matrix in float64 with b diagonals below its own, and its eigenvalues: Householder reflections turn one column after another into three diagonals and chase what they push out of the band down to its end
/// (Murata and Horikoshi 1975), about 6·b·d² operations; then the rational QL iteration. Columns are chased side by side, each some blocks behind the one before it, so that the threads change no bit.
/// </summary>
internal sealed unsafe class BandMatrix : ITeamWork
{
    // A column may follow the one before it this many blocks behind: what it changes ends where that one begins.
    private const int Behind = 2;

    // Between two words of the one who waits for it.
    private const int Batch = 256;

    private readonly int _stride;
    private readonly double[] _elements;
    private readonly long[] _blocks = new long[Batch];
    private int _column, _end;
    private int? _exponent;

    /// <summary>A band of zeros.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="width">b, below d.</param>
    public BandMatrix(int dimension, int width)
    {
        (Dimension, Width, _stride) = (dimension, width, Math.Max(2 * width, 2));
        // The last columns reach beyond their own ends, to numbers that stay zero.
        _elements = GC.AllocateArray<double>(checked(((dimension + 1) * _stride) + (2 * _stride)), pinned: true);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>b.</summary>
    public int Width { get; }

    /// <summary>The element (i, j), 0 ≤ i − j ≤ b.</summary>
    public double this[int i, int j]
    {
        get => _elements[((long)j * _stride) + i - j];
        set => _elements[((long)j * _stride) + i - j] = value;
    }

    /// <summary>All eigenvalues, ascending. The band is lost, but for a run that was ended, which goes on.</summary>
    /// <param name="team">Threads.</param>
    /// <param name="progress">Hears the share that is done.</param>
    /// <param name="cancellation">Ends the work between some columns.</param>
    public double[] Eigenvalues(WorkTeam? team = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var exponent = _exponent ??= Scale();
        while (Width > 1 && _column < Dimension - 2)
        {
            cancellation.ThrowIfCancellationRequested();
            _end = Math.Min(_column + Batch, Dimension - 2);
            Array.Clear(_blocks);
            if (team is null) Execute(0, 1);
            else team.Run(this);
            _column = _end;
            progress?.Invoke(1 - Math.Pow(1 - ((double)_column / Dimension), 2));
        }
        double[] d = new double[Dimension], e = new double[Dimension];
        for (var j = 0; j < Dimension; j++) (d[j], e[j]) = (this[j, j], Width > 0 && j < Dimension - 1 ? this[j + 1, j] : 0);
        TridiagonalValues.Run(d, e);
        Array.Sort(d);
        for (var j = 0; j < Dimension; j++) d[j] = Math.ScaleB(d[j], exponent);
        return d;
    }

    /// <summary>Writes or reads where the work stands.</summary>
    public void Transfer(StateTransfer state)
    {
        _column = state.Value(_column);
        _exponent = (int?)state.Value((long?)_exponent);
        state.Values(_elements.AsSpan());
    }

    /// <inheritdoc/>
    public void Execute(int part, int parts)
    {
        double* reflector = stackalloc double[2 * Width], product = stackalloc double[Width];
        for (var column = _column + part; column < _end; column += parts) Chase(column, reflector, reflector + Width, product);
    }

    private void Chase(int column, double* v, double* next, double* product)
    {
        ref var done = ref _blocks[column - _column];
        int row = column + 1, count = Math.Min(Width, Dimension - row);
        Await(column, 0);
        var scale = Reflect(Element(row, column), count, v);
        for (var block = 1L; ; block++)
        {
            Await(column, block);
            BothSides(Element(row, row), count, v, scale, product);
            int below = row + count, left = Math.Min(Width, Dimension - below);
            if (left <= 0) break;
            var beside = Element(below, row);
            FromRight(beside, left, count, v, scale, product);
            scale = Reflect(beside, left, next);
            FromLeft(beside + _stride - 1, left, count - 1, next, scale);
            var spare = v;
            v = next;
            next = spare;
            (row, count) = (below, left);
            Volatile.Write(ref done, block);
        }
        Volatile.Write(ref done, long.MaxValue);
    }

    // To numbers whose squares float64 holds; returns the power of two that takes them back.
    private int Scale()
    {
        if (!TensorPrimitives.IsFiniteAll<double>(_elements)) throw new ArithmeticException("the matrix is not finite");
        var largest = _elements.Max(Math.Abs);
        var exponent = largest > 0 ? Math.ILogB(largest) : 0;
        for (var i = 0; i < _elements.Length; i++) _elements[i] = Math.ScaleB(_elements[i], -exponent);
        return exponent;
    }

    // Until the column before has left what this one touches next.
    private void Await(int column, long block)
    {
        if (column == _column) return;
        ref var before = ref _blocks[column - 1 - _column];
        var spin = default(SpinWait);
        while (Volatile.Read(ref before) < block + Behind) spin.SpinOnce(sleep1Threshold: -1);
    }

    // Columns of blocks are _stride − 1 apart.
    private double* Element(int row, int column) => (double*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _elements[0]) + ((long)column * (_stride - 1)) + row;

    // H = 1 − s·v·vᵀ, v₁ = 1, takes x to its length along the first axis, which takes the place of x; returns s.
    private static double Reflect(double* x, int count, double* v)
    {
        var square = 0.0;
        for (var i = 1; i < count; i++) square += x[i] * x[i];
        v[0] = 1;
        if (square == 0)
        {
            for (var i = 1; i < count; i++) v[i] = 0;
            return 0;
        }
        var first = x[0];
        var length = -Math.CopySign(Math.Sqrt((first * first) + square), first);
        var inverse = 1 / (first - length);
        for (var i = 1; i < count; i++) (v[i], x[i]) = (x[i] * inverse, 0);
        x[0] = length;
        return (length - first) / length;
    }

    // The lower triangle of D ← H·D·H: D − v·wᵀ − w·vᵀ with w = s·D·v − ½·s²·(vᵀDv)·v.
    private void BothSides(double* d, int count, double* v, double scale, double* w)
    {
        if (scale == 0) return;
        var apart = _stride - 1;
        for (var i = 0; i < count; i++) w[i] = 0;
        for (var j = 0; j < count; j++)
        {
            var column = d + ((long)j * apart);
            w[j] += column[j] * v[j];
            w[j] += ShortVectors.AddAndDot(column + j + 1, v[j], w + j + 1, v + j + 1, count - j - 1);
        }
        var form = 0.0;
        for (var i = 0; i < count; i++) form += w[i] * v[i];
        for (var i = 0; i < count; i++) w[i] = scale * (w[i] - (0.5 * scale * form * v[i]));
        for (var j = 0; j < count; j++) ShortVectors.Add(v + j, -w[j], w + j, -v[j], d + ((long)j * apart) + j, count - j);
    }

    // B ← B·H.
    private void FromRight(double* b, int rows, int columns, double* v, double scale, double* product)
    {
        if (scale == 0) return;
        var apart = _stride - 1;
        for (var i = 0; i < rows; i++) product[i] = 0;
        for (var j = 0; j < columns; j++) ShortVectors.Add(b + ((long)j * apart), v[j], product, rows);
        for (var j = 0; j < columns; j++) ShortVectors.Add(product, -scale * v[j], b + ((long)j * apart), rows);
    }

    // B ← H·B.
    private void FromLeft(double* b, int rows, int columns, double* v, double scale)
    {
        if (scale == 0) return;
        for (var j = 0; j < columns; j++)
        {
            var column = b + ((long)j * (_stride - 1));
            ShortVectors.Add(v, -scale * ShortVectors.Dot(v, column, rows), column, rows);
        }
    }
}
