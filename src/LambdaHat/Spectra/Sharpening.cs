using LambdaHat.Losses;

namespace LambdaHat.Spectra;

/// <summary>Makes the bounds of a spectrum sharper, as far as its options ask for and its conditions hold.</summary>
internal static class Sharpening
{
    public static SharpBounds Of(SpectrumPoint point, SpectrumResult result) => Find(point, result) with { Asked = point.Options.Order };

    private static SharpBounds Find(SpectrumPoint point, SpectrumResult result)
    {
        var (objective, flat) = (point.Objective, point.Flat);
        var problem = point.Options.Order == 2 ? null : flat.Problem ?? Problem(point, result);
        if (point.Options.Order == 2 || problem is not null) return SharpBounds.SecondOrder(result.Bounds, flat, problem, result.RankRange);
        var residual = new NetworkResidual(objective.Network, objective.Data, objective.Center, point.Team);
        return SharpBounds.FourthOrder(result.Bounds, flat, FourthOrder.Find(residual, result.Cutoff.Value, flat.Count, point.Watch.Cancellation));
    }

    private static string? Problem(SpectrumPoint point, SpectrumResult result) =>
        point.Loss != SquaredError.Behavioural ? $"the fourth order is that of the behavioural loss, and the curvature is that of {point.Loss.Name}"
        : point.Options.Matrix != CurvatureMatrix.GaussNewton ? "the fourth order is that of the behavioural loss, and the curvature is the full Hessian"
        : result.Method != "exact" ? $"the fourth order needs the whole kernel, which is found for up to {point.Options.ExactDimension} parameters"
        : result.Cutoff.Kind != CutoffKind.Precision ? "the fourth order needs the kernel itself, the cut-off precision"
        : null;
}
