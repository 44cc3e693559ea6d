using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The whole Gauss–Newton matrix in float32. For dense layers the block between layers l and m is Σ_s (Σ_r δ_l δ_mᵀ)_s ⊗ (a_l a_mᵀ)_s: summed over the outputs first, with both
/// symmetries of a layer's own block and without the inputs that are zero, about ½·m·d² operations times the share of inputs that are not, instead of m·outputs·d². Working memory: at most 256 MiB of
/// records of samples, 128 MiB of sums, and for each thread 1,024 scaled rows of these and the rows of one input. In float64 see <see cref="ExactJacobian.GaussNewton"/>.
/// </summary>
public static class GaussNewtonAssembly
{
    // Floats of records, and of each of the other buffers.
    private const long RecordBudget = 1L << 26;
    private const long SumBudget = 1L << 25;
    private const int LargestChunk = 16_384;

    /// <summary>Whether the selected parameters belong to dense layers only, so that the matrix has this structure; others are assembled by products with unit vectors.</summary>
    public static bool Supports(Network network, ParameterSelection selection) => Layers(network, selection).All(l => network.Layers[l].Layer is Dense);

    /// <summary>Writes the columns 0 … i of every row i of the matrix that <see cref="GaussNewtonOperator"/> multiplies by.</summary>
    /// <param name="network">The network.</param>
    /// <param name="loss">A loss with a second derivative; for <see cref="SquaredError.Behavioural"/> the data's targets are not used.</param>
    /// <param name="data">The data.</param>
    /// <param name="w">The flat parameters.</param>
    /// <param name="rows">Where the d rows are written; their contents before do not matter.</param>
    /// <param name="selection">The d parameters, in the order of their blocks; null for all.</param>
    /// <param name="samples">m, from 1 to n; null for n.</param>
    /// <param name="team">Threads that share the work; their number changes no result.</param>
    /// <param name="progress">Called with the share of the work that is done.</param>
    /// <param name="cancellation">Ends the work with an exception.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public static void Assemble(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, LowerRows rows, ParameterSelection? selection = null, int? samples = null, WorkTeam? team = null,
        Action<double>? progress = null, CancellationToken cancellation = default) =>
        Assemble(network, loss, data, w, rows, selection, samples, team, SumBudget, LargestChunk, progress, null, cancellation);

    /// <summary>
    /// The same in parts: <paramref name="state"/> says how many samples the rows hold already, and hears of every part that is added. An ending then comes between two parts, so that the rows hold what it says.
    /// </summary>
    internal static void Assemble(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, LowerRows rows, AssemblyState state, ParameterSelection? selection, WorkTeam? team, Action<double>? progress, CancellationToken cancellation) =>
        Assemble(network, loss, data, w, rows, selection, null, team, SumBudget, LargestChunk, progress, state, cancellation);

    internal static void Assemble(Network network, Loss loss, DataSet data, ReadOnlySpan<float> w, LowerRows rows, ParameterSelection? selection, int? samples, WorkTeam? team, long budget, int largestChunk,
        Action<double>? progress = null, AssemblyState? state = null, CancellationToken cancellation = default)
    {
        if (loss == SquaredError.Behavioural) DataFit.CheckInputs(network, data, w.Length, "the data");
        else DataFit.Check(network, loss, data, w.Length, "the data");
        var count = samples ?? data.Count;
        if (count < 1 || count > data.Count) throw new InvalidInputException($"samples of the curvature: expected 1 to {data.Count}, got {count}");
        selection ??= ParameterSelection.All(network.Blocks);
        if (selection.Count == 0) throw new InvalidInputException("the curvature needs at least one parameter, got none");
        if (!Supports(network, selection))
        {
            using var operation = loss == SquaredError.Behavioural
                ? GaussNewtonOperator.Behavioural(network, data, w, selection, samples, team)
                : new GaussNewtonOperator(network, loss, data, w, selection, samples, team: team);
            ProductAssembly.Assemble(operation, rows, progress, cancellation);
            return;
        }
        int[] layers = [.. Layers(network, selection)];
        var places = layers.Select((l, index) => Place(network, selection, l, index)).ToArray();
        var chunk = (int)Math.Clamp(RecordBudget / DenseRecords.Size(network, layers), 1, Math.Min(count, largestChunk));
        using var records = new DenseRecords(network, layers, data.TargetSize, chunk, team);
        using var block = new LayerPairBlock(records, network.Outputs, rows, team, budget, state is null ? cancellation : CancellationToken.None);
        var held = state?.Samples ?? 0;
        if (held == 0) block.Clear(selection.Count);
        // The work on a pair of layers is as its area, half of it within a layer.
        var area = places.SelectMany((row, l) => places.Take(l + 1).Select(column => Area(row, column))).Sum();
        var (done, all) = (area * held, area * count);
        for (var start = held; start < count; start += chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            state?.IsWhole = false;
            var filled = Math.Min(chunk, count - start);
            records.Fill(loss, 1 / Math.Sqrt(count), data, w, start, filled);
            for (var l = 0; l < places.Length; l++)
            {
                for (var m = 0; m <= l; m++)
                {
                    var (before, part) = (done, Area(places[l], places[m]) * filled);
                    block.Add(places[l], places[m], progress is null ? null : share => progress((before + (share * part)) / all));
                    done += part;
                }
            }
            if (state is not null) (state.Samples, state.IsWhole) = (start + filled, true);
        }
        foreach (var place in places.Where(place => place.Weight >= 0)) block.Mirror(place);
    }

    private static IEnumerable<int> Layers(Network network, ParameterSelection selection) =>
        Enumerable.Range(0, network.Layers.Count).Where(l => selection.Touches(network.ParameterRange(l).Start.Value, network.ParameterRange(l).End.Value));

    private static DensePlace Place(Network network, ParameterSelection selection, int layer, int index)
    {
        var (start, dense) = (network.ParameterRange(layer).Start.Value, network.Layers[layer].Layer);
        var (weight, bias, first) = (-1, -1, 0);
        foreach (var block in selection)
        {
            if (block.Offset == start) weight = first;
            if (block.Offset == start + (dense.Inputs * dense.Outputs)) bias = dense is Dense { Bias: true } ? first : -1;
            first += block.Size;
        }
        return new DensePlace(index, dense.Inputs, dense.Outputs, weight, bias);
    }

    private static double Area(DensePlace row, DensePlace column) => (row.Inputs + 1.0) * row.Outputs * (column.Inputs + 1) * column.Outputs * (row.Index == column.Index ? 0.25 : 1);
}
