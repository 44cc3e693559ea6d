using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>One segment without the units that are dead on the data, and the directions within it that leave its product as it is on them.</summary>
internal sealed class ReducedSegment
{
    private const double MostOperations = 5e10;

    private readonly Layer[] _layers;
    private readonly DenseArray[] _weights;
    private readonly bool[] _biased;
    private readonly double[] _firstBias = [];

    /// <summary>Takes out the inputs and the outputs that are dead; null keeps all.</summary>
    public ReducedSegment(Network network, ReadOnlySpan<float> w, Segment segment, bool[]? inputs, bool[]? outputs)
    {
        _layers = [.. segment.Layers.Select(l => network.Layers[l].Layer)];
        _biased = [.. _layers.Select(l => l is Dense { Bias: true })];
        _weights = new DenseArray[_layers.Length];
        var (all, kept) = (0L, 0L);
        for (var i = 0; i < _layers.Length; i++)
        {
            var (rows, columns) = _layers[i] is Embedding table ? (table.Vocabulary, table.Dimension) : (_layers[i].Outputs, _layers[i].Inputs);
            var full = network.Slice(w, segment.Layers[i]);
            // An embedding alone is followed by a function of units that tokens share: none of them is taken out.
            bool[]? keptRows = i == _layers.Length - 1 && _layers[i] is Dense ? outputs : null, keptColumns = i == 0 && _layers[i] is Dense ? inputs : null;
            _weights[i] = Select(full, rows, columns, keptRows, keptColumns);
            if (i == 0 && _biased[0]) _firstBias = Select(full[(rows * columns)..], rows, 1, keptRows, null).Values;
            all += full.Length;
            kept += ((long)_weights[i].Rows * _weights[i].Columns) + (_biased[i] ? _weights[i].Rows : 0);
        }
        Removed = all - kept;
    }

    /// <summary>How many parameters went with the dead units.</summary>
    public long Removed { get; }

    /// <summary>The directions that come from the inputs and those within the product. <paramref name="first"/> is given for the first segment.</summary>
    public (long Inputs, long Products) Directions(DataActivity? first)
    {
        if (_layers[0] is Embedding embedding) return Embedded(embedding, first!);
        var (chain, inputs) = (_weights, 0L);
        var (joined, last) = (_layers.Length > 1 && _biased[0] && !_biased[^1], _biased[^1]);
        // A bias in the middle without one at the end: the product is no plain chain, and nothing is counted.
        if (_layers.Length > 1 && !last && _biased.Skip(1).Any(b => b)) return (0, 0);
        if (first is not null || joined)
        {
            if (joined) chain = [Joined(), .. _weights[1..]];
            var basis = first is null ? null : Basis(first);
            if (basis is not null)
            {
                inputs = (long)chain[0].Rows * (chain[0].Columns - basis.Columns);
                chain = [chain[0].Times(basis), .. chain[1..]];
            }
        }
        if (_layers.Length == 1) return (inputs, 0);
        // Biases before the last one are made up for by it.
        var biases = last ? Enumerable.Range(0, _layers.Length - 1).Sum(l => _biased[l] ? (long)_weights[l].Rows : 0) : 0;
        // All partial products have their ranks found.
        var widest = chain.Max(m => Math.Max(m.Rows, m.Columns));
        var wide = widest > ExactSymmetries.WidestProduct || Math.Pow(widest, 3) * chain.Length * chain.Length > MostOperations;
        return (inputs, biases + (wide ? 0 : LinearFibre.Directions(chain)));
    }

    // E (seen rows) and the weights of the dense layer after it, a block of columns for every token: h_t = W_t·E[x_t].
    private (long Inputs, long Products) Embedded(Embedding embedding, DataActivity activity)
    {
        var dimension = embedding.Dimension;
        var seen = activity.Seen.Count(s => s);
        var inputs = (long)(embedding.Vocabulary - seen) * dimension;
        if (_layers.Length == 1) return (inputs, 0);
        var dense = _weights[1];
        var tokens = embedding.Inputs;
        var stacked = new DenseArray(tokens * dense.Rows, dimension);
        for (var t = 0; t < tokens; t++)
        {
            for (var o = 0; o < dense.Rows; o++) dense.Row(o).Slice(t * dimension, dimension).CopyTo(stacked.Row((t * dense.Rows) + o));
        }
        var table = Select(_weights[0], activity.Seen).Transposed();
        if (Math.Max(table.Columns, dimension) > ExactSymmetries.WidestProduct) return (inputs, 0);
        var products = LinearFibre.Directions([table, stacked]);
        // Codes of the integers depend on each other where the product of both matrices can be anything at all.
        if (activity.Design is { } design && table.Rank() == seen)
        {
            var codes = Spectrum(design, activity.DesignSize, null);
            inputs += (long)dense.Rows * ((tokens * seen) - codes);
        }
        return (inputs, products);
    }

    // [W_1 b_1]: its bias is the last column.
    private DenseArray Joined()
    {
        var joined = new DenseArray(_weights[0].Rows, _weights[0].Columns + 1);
        for (var i = 0; i < joined.Rows; i++)
        {
            _weights[0].Row(i).CopyTo(joined.Row(i));
            joined.Row(i)[^1] = _firstBias[i];
        }
        return joined;
    }

    // Columns: what the inputs span, scaled back to their sizes; null where the design was too wide to look at.
    private static DenseArray? Basis(DataActivity activity)
    {
        if (activity.Design is null) return null;
        var vectors = new double[activity.DesignSize * activity.DesignSize];
        var rank = Spectrum(activity.Design, activity.DesignSize, vectors);
        var basis = new DenseArray(activity.DesignSize, rank);
        for (var i = 0; i < activity.DesignSize; i++)
        {
            var scale = Math.Sqrt(activity.Design[(i * activity.DesignSize) + i]);
            for (var j = 0; j < rank; j++) basis.Values[(i * rank) + j] = scale * vectors[((activity.DesignSize - 1 - j) * activity.DesignSize) + i];
        }
        return basis;
    }

    // The rank of a Gram matrix with its diagonal scaled to 1, so that units of inputs do not matter: eigenvalues above m·2⁻⁵² of the largest, the rounding of the sums.
    private static int Spectrum(double[] gram, int size, double[]? vectors)
    {
        var scaled = vectors ?? new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var scale = Math.Sqrt(gram[(i * size) + i]) * Math.Sqrt(gram[(j * size) + j]);
                scaled[(i * size) + j] = scale > 0 ? gram[(i * size) + j] / scale : 0;
            }
        }
        var values = new double[size];
        if (vectors is null) new SymmetricEigen().Values(scaled, size, values);
        else new SymmetricEigen().Decompose(scaled, size, values);
        return values[^1] > 0 ? values.Count(v => v > size * Math.ScaleB(values[^1], -52)) : 0;
    }

    private static DenseArray Select(DenseArray full, bool[] rows)
    {
        var result = new DenseArray(rows.Count(r => r), full.Columns);
        var next = 0;
        for (var i = 0; i < rows.Length; i++)
            if (rows[i]) full.Row(i).CopyTo(result.Row(next++));
        return result;
    }

    private static DenseArray Select(ReadOnlySpan<float> full, int rows, int columns, bool[]? keptRows, bool[]? keptColumns)
    {
        int[] r = [.. Enumerable.Range(0, rows).Where(i => keptRows?[i] ?? true)], c = [.. Enumerable.Range(0, columns).Where(i => keptColumns?[i] ?? true)];
        var result = new DenseArray(r.Length, c.Length);
        for (var i = 0; i < r.Length; i++)
        {
            var row = result.Row(i);
            for (var j = 0; j < c.Length; j++) row[j] = full[(r[i] * columns) + c[j]];
        }
        return result;
    }
}
