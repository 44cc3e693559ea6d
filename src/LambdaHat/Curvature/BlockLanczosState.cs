using System.Runtime.InteropServices;

namespace LambdaHat.Curvature;

/// <summary>
/// All that a run of block Lanczos knows between two blocks: the basis, of which the last block has not been multiplied yet, and the projected matrix, by block columns. Written to a file
/// and read again it goes on with the same bits.
/// </summary>
internal sealed class BlockLanczosState(BasisRows basis) : IDisposable
{
    private const ulong Magic = 0x3130_5A4E_414C_484CUL;

    /// <summary>The basis.</summary>
    public BasisRows Basis { get; } = basis;

    /// <summary>Block column j of T, all rows down to the end of block j, dense; the upper triangle of T.</summary>
    public List<double[]> Projected { get; } = [];

    /// <summary>The columns of T: those of the basis without its last block.</summary>
    public int Columns { get; set; }

    /// <summary>The random vectors drawn.</summary>
    public long Drawn { get; set; }

    /// <summary>True when the last block of the basis is random.</summary>
    public bool LastIsFresh { get; set; } = true;

    /// <summary>The largest ‖G·q‖ so far.</summary>
    public double Scale { get; set; }

    /// <summary>The columns at which convergence is looked at next.</summary>
    public int NextCheck { get; set; }

    /// <summary>What the last check found.</summary>
    public int Converged { get; set; }

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

    /// <summary>Writes the state beside <paramref name="path"/>, to the disk, and renames it: the file is whole at any time.</summary>
    public void Save(string path, ReadOnlySpan<long> identity)
    {
        var temporary = path + ".part";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            Write(stream, Magic);
            foreach (var number in identity) Write(stream, number);
            Write(stream, Basis.Count);
            Write(stream, Projected.Count);
            foreach (var column in Projected)
            {
                Write(stream, column.Length);
                stream.Write(MemoryMarshal.AsBytes<double>(column));
            }
            for (var i = 0; i < Basis.Count; i++) stream.Write(MemoryMarshal.AsBytes((ReadOnlySpan<float>)Basis.Row(i)));
            Write(stream, Columns);
            Write(stream, Drawn);
            Write(stream, LastIsFresh);
            Write(stream, Scale);
            Write(stream, NextCheck);
            Write(stream, Converged);
            Write(stream, Magic);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Takes the state from a file that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is damaged or of another run.</exception>
    public void Load(string path, ReadOnlySpan<long> identity)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        try
        {
            if (Read<ulong>(stream) != Magic) throw Refused(path, "is not a checkpoint of block Lanczos");
            foreach (var number in identity)
                if (Read<long>(stream) != number) throw Refused(path, "belongs to another operator, seed, block size or goal");
            int rows = Read<int>(stream), columns = Read<int>(stream);
            if (rows < 0 || (long)rows * Basis.Dimension * sizeof(float) > stream.Length || columns < 0 || columns > rows) throw Refused(path, "is damaged");
            for (var j = 0; j < columns; j++)
            {
                var length = Read<int>(stream);
                if (length < 0 || (long)length * sizeof(double) > stream.Length) throw Refused(path, "is damaged");
                var column = new double[length];
                stream.ReadExactly(MemoryMarshal.AsBytes(column.AsSpan()));
                Projected.Add(column);
            }
            Basis.Resize(rows);
            for (var i = 0; i < rows; i++) stream.ReadExactly(MemoryMarshal.AsBytes(Basis.Row(i)));
            Columns = Read<int>(stream);
            Drawn = Read<long>(stream);
            LastIsFresh = Read<bool>(stream);
            Scale = Read<double>(stream);
            NextCheck = Read<int>(stream);
            Converged = Read<int>(stream);
            if (Read<ulong>(stream) != Magic || stream.Position != stream.Length) throw Refused(path, "is damaged");
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidInputException($"{path} ends too early; delete it to start anew", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Basis.Dispose();

    // (start + width)·width elements.
    private static int Width(double[] column, int start) => (int)Math.Round((Math.Sqrt(((double)start * start) + (4.0 * column.Length)) - start) / 2);

    private static InvalidInputException Refused(string path, string why) => new($"{path} {why}; delete it to start anew");

    private static void Write<T>(Stream stream, T value)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private static T Read<T>(Stream stream)
        where T : unmanaged
    {
        T value = default;
        stream.ReadExactly(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }
}
