using System.Numerics.Tensors;

namespace LambdaHat.Spectra;

/// <summary>Writes the unit eigenvector number <paramref name="i"/>, by descending eigenvalue from 0.</summary>
internal delegate void Eigenvector(int i, Span<double> vector);

/// <summary>
/// The network at w* projected on the top k eigenvectors, w_k = Σ_{i ≤ k} (r_i·w*)·r_i in the selected coordinates, the others as they are: loss and accuracy against k. Eigenvalues descend.
/// </summary>
internal sealed class Projection(SpectrumPoint point, IReadOnlyList<double> values, Eigenvector vector)
{
    private const string Stage = "projections";
    private const int MostPoints = 1000, CoarsePoints = 200;

    private readonly ProjectedNetwork _network = new(point);
    private readonly SortedDictionary<int, ProjectionPoint> _points = [];
    private readonly double[] _center = Array.ConvertAll(point.Center, v => (double)v);

    /// <summary>The points so far, k ascending.</summary>
    public IReadOnlyList<ProjectionPoint> Points => [.. _points.Values];

    /// <summary>Every k up to a thousand of them, evenly spread ones beyond.</summary>
    public void Sweep()
    {
        var step = values.Count <= MostPoints ? 1 : (values.Count + CoarsePoints - 1) / CoarsePoints;
        Evaluate([.. Enumerable.Range(0, (values.Count / step) + 1).Select(i => i * step).Append(values.Count).Distinct()]);
    }

    /// <summary>The least k whose point is <paramref name="enough"/>, found by bisection between the points looked at; null where none is.</summary>
    public int? Least(Predicate<ProjectionPoint> enough)
    {
        var below = -1;
        foreach (var (count, found) in _points.ToArray())
        {
            if (!enough(found))
            {
                below = count;
                continue;
            }
            var above = count;
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

    /// <summary>
    /// From all eigenvectors the last is taken out, one at a time, as long as the point is <paramref name="enough"/>: the least k with every point from there on enough. Null where w* itself is not. Differs from
    /// <see cref="Least"/> where the curve is not monotone.
    /// </summary>
    public int? Ablate(Predicate<ProjectionPoint> enough)
    {
        double[] left = [.. _center], row = new double[left.Length];
        for (var k = left.Length; ; k--)
        {
            var all = k == left.Length;
            if (!all)
            {
                vector(k, row);
                TensorPrimitives.MultiplyAdd(row, -TensorPrimitives.Dot<double>(row, _center), left, left);
            }
            point.Watch.Report("ablation", 1 - ((double)k / left.Length));
            if (!enough(_points.TryGetValue(k, out var known) ? known : _network.At<double>(k, double.NaN, left))) return all ? null : k + 1;
            if (k == 0) return 0;
        }
    }

    // The projections for ascending counts, each from the one before.
    private void Evaluate(int[] counts)
    {
        double[] projected = new double[_center.Length], row = new double[_center.Length];
        var done = 0;
        foreach (var count in counts)
        {
            point.Watch.Report(Stage, (double)count / values.Count);
            for (; done < count; done++)
            {
                vector(done, row);
                TensorPrimitives.MultiplyAdd(row, TensorPrimitives.Dot<double>(row, _center), projected, projected);
            }
            _points[count] = _network.At<double>(count, count < values.Count ? values[count] : double.NaN, projected);
        }
    }
}
