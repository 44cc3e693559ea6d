namespace LambdaHat.Numerics;

/// <summary>
/// C (m×n) ← A·B for dense row-major float64 matrices, the rows of C shared among the threads of a team. The parts are whole tiles of rows, so that the result does not depend on
/// their number.
/// </summary>
internal sealed class SharedDoubleProduct : ITeamWork
{
    private const int TileRows = 96;

    private readonly WorkTeam? _team;
    private readonly DoubleProduct[] _products;
    private (int M, int N, int K, double[] A, double[] B, double[] C) _task;

    public SharedDoubleProduct(WorkTeam? team)
    {
        _team = team;
        _products = new DoubleProduct[team?.Size ?? 1];
        for (var i = 0; i < _products.Length; i++) _products[i] = new();
    }

    /// <summary>C ← A·B; C must be neither of them.</summary>
    public void Multiply(int m, int n, int k, double[] a, double[] b, double[] c)
    {
        _task = (m, n, k, a, b, c);
        if (_team is null) Execute(0, 1);
        else _team.Run(this);
        _task = default;
    }

    public void Execute(int part, int parts)
    {
        var (m, n, k, a, b, c) = _task;
        long tiles = Tiling.Count(m, TileRows);
        for (var tile = (int)(tiles * part / parts); tile < (int)(tiles * (part + 1) / parts); tile++)
        {
            var row = tile * TileRows;
            var rows = Math.Min(TileRows, m - row);
            _products[part].Multiply(rows, n, k, a.AsSpan(row * k, rows * k), false, b, false, c.AsSpan(row * n, rows * n));
        }
    }
}
