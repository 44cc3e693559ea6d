using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>C (rows × b) ← Q·Yᵀ for the first rows of a basis, every operation in float64, shared among a team by whole tiles of rows.</summary>
internal sealed class WideProjection : ITeamWork
{
    private const int TileRows = 64;
    private const int TileColumns = 512;

    private readonly BasisRows _basis;
    private readonly WorkTeam? _team;
    private readonly (DoubleProduct Product, double[] Tile)[] _workers;
    private (int Rows, double[] Y, int Block, double[] C) _task;

    public WideProjection(BasisRows basis, WorkTeam? team)
    {
        (_basis, _team) = (basis, team);
        _workers = new (DoubleProduct, double[])[team?.Size ?? 1];
        for (var i = 0; i < _workers.Length; i++) _workers[i] = (new(), new double[TileRows * TileColumns]);
    }

    /// <summary>Y holds <paramref name="block"/> vectors of length d, each contiguous; C is dense.</summary>
    public void Project(int rows, double[] y, int block, double[] c)
    {
        _task = (rows, y, block, c);
        if (_team is null) Execute(0, 1);
        else _team.Run(this);
        _task = default;
    }

    public void Execute(int part, int parts)
    {
        var (count, y, block, c) = _task;
        var dimension = _basis.Dimension;
        var (product, tile) = _workers[part];
        long tiles = Tiling.Count(count, TileRows);
        for (var t = (int)(tiles * part / parts); t < (int)(tiles * (part + 1) / parts); t++)
        {
            var row = t * TileRows;
            var rows = Math.Min(TileRows, count - row);
            for (var column = 0; column < dimension; column += TileColumns)
            {
                var columns = Math.Min(TileColumns, dimension - column);
                for (var i = 0; i < rows; i++)
                    System.Numerics.Tensors.TensorPrimitives.ConvertSaturating<float, double>(_basis.Row(row + i).Slice(column, columns), tile.AsSpan(i * TileColumns, columns));
                product.Multiply(
                    rows, block, columns, tile, TileColumns, false, y.AsSpan(column), dimension, true, c.AsSpan(row * block, rows * block), block, column > 0);
            }
        }
    }
}
