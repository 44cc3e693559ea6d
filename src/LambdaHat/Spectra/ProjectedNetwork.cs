using System.Numerics;
using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>The network with its selected parameters replaced by a projection of w*, the others as they are.</summary>
internal sealed class ProjectedNetwork(SpectrumPoint point)
{
    private readonly float[] _w = point.Objective.Center.ToArray();
    private readonly double _norm = Norm(point, point.Objective.Center);

    /// <summary>Loss and accuracy at the selected coordinates <paramref name="projected"/>; on the test data where they fit the loss.</summary>
    public ProjectionPoint At<T>(double count, double tau, ReadOnlySpan<T> projected)
        where T : unmanaged, INumberBase<T>
    {
        var (objective, team, first) = (point.Objective, point.Team, 0);
        var (network, loss, classifier) = (objective.Network, objective.Loss, objective.Loss is CrossEntropy);
        foreach (var block in point.Selection)
        {
            TensorPrimitives.ConvertTruncating(projected.Slice(first, block.Size), block.In(_w.AsSpan()));
            first += block.Size;
        }
        var test = point.Test is { } data && loss != SquaredError.Behavioural && data.TargetSize == loss.TargetSize(network.Outputs) ? data : null;
        return new ProjectionPoint
        {
            Count = count,
            Tau = tau,
            NormShare = _norm > 0 ? Norm(point, _w) / _norm : double.NaN,
            Loss = FullPass.MeanLoss(network, loss, objective.Data, _w, team),
            Accuracy = classifier ? FullPass.Accuracy(network, objective.Data, _w, team) : double.NaN,
            TestLoss = test is null ? double.NaN : FullPass.MeanLoss(network, loss, test, _w, team),
            TestAccuracy = test is not null && classifier ? FullPass.Accuracy(network, test, _w, team) : double.NaN,
        };
    }

    // ‖·‖² over the selected coordinates.
    private static double Norm(SpectrumPoint point, ReadOnlySpan<float> w)
    {
        var sum = 0.0;
        foreach (var block in point.Selection) sum += WideSum.Squares(block.In(w));
        return sum;
    }
}
