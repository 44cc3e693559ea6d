using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>How far a run of block Lanczos has come.</summary>
internal enum BlockLanczosPhase
{
    /// <summary>The basis grows.</summary>
    Search,

    /// <summary>The basis has been turned into Ritz vectors of T; T is gone.</summary>
    Turned,

    /// <summary>These have gone through the final pass.</summary>
    Refined,
}

/// <summary>
/// All that a run of block Lanczos knows between two blocks: the basis, of which the last block has not been multiplied yet, and the projected matrix, by block columns. Saved
/// and read again it goes on with the same bits.
/// </summary>
internal sealed class BlockLanczosState(BasisRows basis) : IDisposable
{
    /// <summary>The basis.</summary>
    public BasisRows Basis { get; } = basis;

    /// <summary>Block column j of T, all rows down to the end of block j, dense; the upper triangle of T.</summary>
    public List<double[]> Projected { get; } = [];

    /// <summary>The columns of T: those of the basis without its last block.</summary>
    public int Columns { get; set; }

    /// <summary>True when the last block of the basis is random.</summary>
    public bool LastIsFresh { get; set; } = true;

    /// <summary>The largest ‖G·q‖ so far.</summary>
    public double Scale { get; set; }

    /// <summary>The columns at which convergence is looked at next.</summary>
    public int NextCheck { get; set; }

    /// <summary>The columns at which it was looked at last; 0 for never.</summary>
    public int LastCheck { get; set; }

    /// <summary>What the last check found.</summary>
    public int Converged { get; set; }

    /// <summary>How far the run has come.</summary>
    public BlockLanczosPhase Phase { get; set; }

    /// <summary>Whether the basis held the whole range when the search ended.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The values of the pairs, once they are refined.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Their residuals, as shares of the largest.</summary>
    public List<double> Residuals { get; } = [];

    /// <summary>T, dense and symmetric.</summary>
    public double[] Assemble()
    {
        var matrix = new double[(long)Columns * Columns];
        var start = 0;
        foreach (var column in Projected)
        {
            var width = Width(column, start);
            for (var i = 0; i < start + width; i++)
            {
                for (var j = 0; j < width; j++)
                {
                    var value = i < start ? column[(i * width) + j] : (column[(i * width) + j] + column[((start + j) * width) + i - start]) / 2;
                    matrix[((long)i * Columns) + start + j] = value;
                    matrix[((long)(start + j) * Columns) + i] = value;
                }
            }
            start += width;
        }
        return matrix;
    }

    /// <summary>Writes or reads all of it.</summary>
    public void Transfer(StateTransfer state)
    {
        var rows = state.Value(Basis.Count);
        var blocks = state.Value(Projected.Count);
        if (rows < 0 || rows > Basis.Dimension || blocks < 0 || blocks > rows) throw new InvalidInputException($"the saved state has {rows} vectors in {blocks} blocks; expected {Basis.Dimension} at most");
        for (var j = 0; j < blocks; j++)
        {
            if (state.IsReading) Projected.Add([]);
            List<double> column = [.. Projected[j]];
            state.Values(column);
            if (state.IsReading) Projected[j] = [.. column];
        }
        if (state.IsReading) Basis.Resize(rows);
        for (var i = 0; i < rows; i++) state.Values(Basis.Row(i));
        (Columns, LastIsFresh, Scale) = (state.Value(Columns), state.Value(LastIsFresh), state.Value(Scale));
        (NextCheck, LastCheck, Converged) = (state.Value(NextCheck), state.Value(LastCheck), state.Value(Converged));
        (Phase, IsComplete) = (state.Value(Phase), state.Value(IsComplete));
        state.Values(Values);
        state.Values(Residuals);
    }

    /// <inheritdoc/>
    public void Dispose() => Basis.Dispose();

    // (start + width)·width elements.
    private static int Width(double[] column, int start) => (int)Math.Round((Math.Sqrt(((double)start * start) + (4.0 * column.Length)) - start) / 2);
}
