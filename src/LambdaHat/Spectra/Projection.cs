using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>
/// The network at w* projected on the top k eigenvectors, w_k = Σ_{i ≤ k} (r_i·w*)·r_i in the selected coordinates, the others as they are: loss and accuracy against k.
/// </summary>
internal sealed class Projection
{
    private const int MostPoints = 1000, CoarsePoints = 200;

    private readonly NetworkObjective _objective;
    private readonly DataSet? _test;
    private readonly ParameterSelection _selection;
    private readonly double[] _rows;
    private readonly int _dimension;
    private readonly WorkTeam? _team;
    private readonly SortedDictionary<int, ProjectionPoint> _points = [];

    /// <param name="objective">The network, its data and w*.</param>
    /// <param name="test">Data that are tested on, or null.</param>
    /// <param name="selection">The d coordinates that are projected.</param>
    /// <param name="rows">Unit eigenvectors by ascending eigenvalue, d × d.</param>
    /// <param name="team">Threads for the passes.</param>
    public Projection(NetworkObjective objective, DataSet? test, ParameterSelection selection, double[] rows, WorkTeam? team) =>
        (_objective, _test, _selection, _rows, _dimension, _team) = (objective, test, selection, rows, selection.Count, team);

    /// <summary>The points so far, k ascending.</summary>
    public IReadOnlyList<ProjectionPoint> Points => [.. _points.Values];

    /// <summary>Every k up to a thousand of them, evenly spread ones beyond.</summary>
    public void Sweep(CancellationToken cancellation)
    {
        var step = _dimension <= MostPoints ? 1 : (_dimension + CoarsePoints - 1) / CoarsePoints;
        int[] counts = [.. Enumerable.Range(0, (_dimension / step) + 1).Select(i => i * step).Append(_dimension).Distinct()];
        Evaluate(counts, cancellation);
    }

    /// <summary>The least k whose point is <paramref name="enough"/>, found by bisection between the points looked at; null where none is.</summary>
    public int? Least(Predicate<ProjectionPoint> enough, CancellationToken cancellation)
    {
        var below = -1;
        foreach (var point in Points)
        {
            if (!enough(point))
            {
                below = point.Count;
                continue;
            }
            var above = point.Count;
            while (above - below > 1 && below >= 0)
            {
                var middle = below + ((above - below) / 2);
                Evaluate([middle], cancellation);
                if (enough(_points[middle])) above = middle;
                else below = middle;
            }
            return above;
        }
        return null;
    }

    // The projections for ascending counts, each from the one before.
    private void Evaluate(int[] counts, CancellationToken cancellation)
    {
        var center = _selection.Blocks.SelectMany(b => b.In(_objective.Center).ToArray()).Select(v => (double)v).ToArray();
        var projected = new double[_dimension];
        var w = _objective.Center.ToArray();
        var done = 0;
        foreach (var count in counts)
        {
            cancellation.ThrowIfCancellationRequested();
            for (; done < count; done++)
            {
                var row = _rows.AsSpan((_dimension - 1 - done) * _dimension, _dimension);
                var along = System.Numerics.Tensors.TensorPrimitives.Dot<double>(row, center);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(row, along, projected, projected);
            }
            var first = 0;
            foreach (var block in _selection.Blocks)
            {
                System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<double, float>(projected.AsSpan(first, block.Size), block.In(w.AsSpan()));
                first += block.Size;
            }
            var (network, loss) = (_objective.Network, _objective.Loss);
            var classifier = loss is CrossEntropy;
            _points[count] = new(count, FullPass.MeanLoss(network, loss, _objective.Data, w, _team),
                classifier ? FullPass.Accuracy(network, _objective.Data, w, _team) : double.NaN,
                classifier && _test is not null ? FullPass.Accuracy(network, _test, w, _team) : double.NaN);
        }
    }
}
