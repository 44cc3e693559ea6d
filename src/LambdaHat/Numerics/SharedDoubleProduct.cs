namespace LambdaHat.Numerics;

/// <summary>A float64 matrix within an array, row-major, its rows <paramref name="Stride"/> elements apart; or the transpose of what is stored so.</summary>
internal readonly record struct DoubleView(double[] Data, int Offset, int Stride, bool Transposed = false)
{
    /// <summary>The part that begins at row <paramref name="row"/> of the matrix as it is meant.</summary>
    public DoubleView From(int row) => this with { Offset = Offset + (Transposed ? row : row * Stride) };

    public Span<double> Span => Data.AsSpan(Offset);
}

/// <summary>
/// C (m×n) ← A·B of float64 matrices, the rows of C shared among the threads of a team. The parts are whole tiles of rows, so that the result does not depend on their number.
/// </summary>
internal sealed class SharedDoubleProduct : ITeamWork
{
    private const int TileRows = 96;

    private readonly WorkTeam? _team;
    private readonly DoubleProduct[] _products;
    private (int M, int N, int K, DoubleView A, DoubleView B, DoubleView C, bool Accumulate) _task;

    public SharedDoubleProduct(WorkTeam? team)
    {
        _team = team;
        _products = new DoubleProduct[team?.Size ?? 1];
        for (var i = 0; i < _products.Length; i++) _products[i] = new();
    }

    /// <summary>C ← A·B of dense matrices; C must be neither of them.</summary>
    public void Multiply(int m, int n, int k, double[] a, double[] b, double[] c) => Multiply(m, n, k, new(a, 0, k), new(b, 0, n), new DoubleView(c, 0, n));

    /// <summary>C ← A·B, or C ← C + A·B with <paramref name="accumulate"/>; C must not overlap A or B.</summary>
    public void Multiply(int m, int n, int k, DoubleView a, DoubleView b, DoubleView c, bool accumulate = false)
    {
        _task = (m, n, k, a, b, c, accumulate);
        if (_team is null) Execute(0, 1);
        else _team.Run(this);
        _task = default;
    }

    public void Execute(int part, int parts)
    {
        var (m, n, k, whole, b, result, accumulate) = _task;
        long tiles = Tiling.Count(m, TileRows);
        for (var tile = (int)(tiles * part / parts); tile < (int)(tiles * (part + 1) / parts); tile++)
        {
            var row = tile * TileRows;
            var (a, c) = (whole.From(row), result.From(row));
            _products[part].Multiply(Math.Min(TileRows, m - row), n, k, a.Span, a.Stride, a.Transposed, b.Span, b.Stride, b.Transposed, c.Span, c.Stride, accumulate);
        }
    }
}
