using System.Text.Json.Nodes;
using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>The bounds in force, for people and programs.</summary>
internal static class HessianBounds
{
    public static JsonObject Json(SharpBounds bounds) => new()
    {
        ["lower"] = EstimateJson.Number(bounds.Lower),
        ["upper"] = EstimateJson.Number(bounds.Upper),
        ["order"] = bounds.Order,
        ["exact"] = bounds.IsExact,
        ["quartic"] = bounds.Quartic,
        ["reason"] = bounds.Reason,
    };

    public static JsonObject Json(FlatDirections flat) => new()
    {
        ["count"] = flat.Count,
        ["dead"] = flat.Dead,
        ["inputs"] = flat.Inputs,
        ["products"] = flat.Products,
        ["rescalings"] = flat.Rescalings,
    };

    /// <summary>What made the bounds of the rank sharper, or kept them.</summary>
    public static IEnumerable<string> Lines(SpectrumResult result)
    {
        var (sharp, flat) = (result.Sharp, result.Sharp.Flat);
        (long Count, string What)[] kinds = [(flat.Dead, "of dead units"), (flat.Inputs, "of inputs"), (flat.Products, "within products of matrices"), (flat.Rescalings, "rescalings of ReLU units")];
        var parts = kinds.Where(k => k.Count > 0).Select(k => $"{ReportNumber.Count(k.Count)} {k.What}").ToArray();
        if (flat.Count > 0) yield return $"exactly flat directions: {string.Join(", ", parts)}; the rank alone gives {ReportNumber.Trimmed(Math.Round(RankBounds.Of(result.Bounds.Dimension, result.RankRange).Upper, 2))} as the upper bound";
        var left = (long)Math.Max(result.Bounds.Dimension - result.Bounds.Rank - flat.Count, 0);
        if (sharp.Quartic is { } quartic && left > 0) yield return $"to fourth order: {ReportNumber.Count(quartic)} of {ReportNumber.Count(left)} further directions of the kernel are curved";
        if (sharp.IsExact && result.RankError == 0 && result.Cutoff.Kind == CutoffKind.Precision) yield return "the bounds meet: with this d₁, λ is exactly that";
        if (sharp.Reason is { } reason) yield return $"{(result.Bounds.Rank + flat.Count > result.Bounds.Dimension ? "not to be believed" : sharp.Asked == 4 && sharp.Order == 2 ? "bounds of second order" : "symmetries not counted")}: {reason}";
    }
}
