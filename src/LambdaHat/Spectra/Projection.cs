using System.Numerics.Tensors;
using LambdaHat.Losses;

namespace LambdaHat.Spectra;

/// <summary>Writes the unit eigenvector number <paramref name="i"/>, by descending eigenvalue from 0.</summary>
internal delegate void Eigenvector(int i, Span<double> vector);

/// <summary>
/// The network at w* projected on the top k eigenvectors, w_k = Σ_{i ≤ k} (r_i·w*)·r_i in the selected coordinates, the others as they are: loss and accuracy against k.
/// </summary>
internal sealed class Projection
{
    private const int MostPoints = 1000, CoarsePoints = 200;

    private readonly SpectrumPoint _point;
    private readonly Eigenvector _vector;
    private readonly int _count;
    private readonly SortedDictionary<int, ProjectionPoint> _points = [];

    /// <summary>On the first <paramref name="count"/> eigenvectors and fewer.</summary>
    public Projection(SpectrumPoint point, int count, Eigenvector vector) => (_point, _count, _vector) = (point, count, vector);

    /// <summary>The points so far, k ascending.</summary>
    public IReadOnlyList<ProjectionPoint> Points => [.. _points.Values];

    /// <summary>Every k up to a thousand of them, evenly spread ones beyond.</summary>
    public void Sweep()
    {
        var step = _count <= MostPoints ? 1 : (_count + CoarsePoints - 1) / CoarsePoints;
        Evaluate([.. Enumerable.Range(0, (_count / step) + 1).Select(i => i * step).Append(_count).Distinct()]);
    }

    /// <summary>The least k whose point is <paramref name="enough"/>, found by bisection between the points looked at; null where none is.</summary>
    public int? Least(Predicate<ProjectionPoint> enough)
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
                Evaluate([middle]);
                if (enough(_points[middle])) above = middle;
                else below = middle;
            }
            return above;
        }
        return null;
    }

    // The projections for ascending counts, each from the one before.
    private void Evaluate(int[] counts)
    {
        var (objective, team, blocks) = (_point.Objective, _point.Team, _point.Selection.Blocks);
        var (network, loss, classifier) = (objective.Network, objective.Loss, objective.Loss is CrossEntropy);
        double[] center = [.. blocks.SelectMany(b => b.In(objective.Center).ToArray()).Select(v => (double)v)];
        double[] projected = new double[center.Length], row = new double[center.Length];
        var w = objective.Center.ToArray();
        var done = 0;
        foreach (var count in counts)
        {
            _point.Cancellation.ThrowIfCancellationRequested();
            for (; done < count; done++)
            {
                _vector(done, row);
                TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<double>(row, center), projected, projected);
            }
            var first = 0;
            foreach (var block in blocks)
            {
                TensorPrimitives.ConvertTruncating<double, float>(projected.AsSpan(first, block.Size), block.In(w.AsSpan()));
                first += block.Size;
            }
            _points[count] = new(count, FullPass.MeanLoss(network, loss, objective.Data, w, team),
                classifier ? FullPass.Accuracy(network, objective.Data, w, team) : double.NaN,
                classifier && _point.Test is { } test ? FullPass.Accuracy(network, test, w, team) : double.NaN);
        }
    }
}
