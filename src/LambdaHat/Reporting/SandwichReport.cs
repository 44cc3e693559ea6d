using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Spectra;

namespace LambdaHat.Reporting;

/// <summary>λ̂ between the bounds, for people and programs.</summary>
internal static class SandwichReport
{
    /// <summary>The names of the columns of <see cref="Rows"/>.</summary>
    public static string[] Columns { get; } = ["γ", "lower bound", "λ̂", "upper bound", "place", "λ_quad", "verdict"];

    /// <summary>A row an estimate.</summary>
    public static IEnumerable<string[]> Rows(Sandwich sandwich) => sandwich.Runs.Select(run => (string[])
    [
        ReportNumber.Significant(run.Gamma, 3), N(sandwich.Lower), WithError(run.Estimate.LambdaHat, run.Estimate.StandardError), N(sandwich.Upper), run.Place.Name(),
        run.QuadraticError > 0 ? WithError(run.Quadratic, run.QuadraticError) : ReportNumber.Significant(run.Quadratic, 5), run.Estimate.Verdict.Name(),
    ]);

    /// <summary>What is known exactly, and what the estimates say together.</summary>
    public static IEnumerable<string> Lines(Sandwich sandwich)
    {
        if (sandwich.Known is { } known)
        {
            var local = known.Local ?? known.Lambda;
            yield return $"exact λ: {(known.Local is null ? "" : $"{N(known.Local.Value)} at this point, ")}{N(known.Lambda)} globally{(local < sandwich.Lower ? ": below the lower bound, which is that of this very point, and more degenerate ones make the same function" : "")}";
        }
        yield return Sentence(sandwich);
    }

    /// <summary>The value of the key <c>sandwich</c>.</summary>
    public static JsonObject Json(Sandwich sandwich) => new()
    {
        ["lower"] = EstimateJson.Number(sandwich.Lower),
        ["upper"] = EstimateJson.Number(sandwich.Upper),
        ["exact_local"] = sandwich.Known?.Local is { } local ? EstimateJson.Number(local) : null,
        ["exact_global"] = sandwich.Known is { } known ? EstimateJson.Number(known.Lambda) : null,
        ["finding"] = sandwich.Finding.Name(),
        ["explanation"] = Sentence(sandwich),
        ["runs"] = new JsonArray([.. sandwich.Runs.Select(run => (JsonNode)new JsonObject
        {
            ["gamma"] = EstimateJson.Number(run.Gamma),
            ["nbeta"] = EstimateJson.Number(run.Estimate.Options.NBeta ?? double.NaN),
            ["lambda_hat"] = EstimateJson.Number(run.Estimate.LambdaHat),
            ["standard_error"] = EstimateJson.Number(run.Estimate.StandardError),
            ["verdict"] = run.Estimate.Verdict.Name(),
            ["lambda_quad"] = EstimateJson.Number(run.Quadratic),
            ["lambda_quad_error"] = EstimateJson.Number(run.QuadraticError),
            ["place"] = run.Place.Name(),
        })]),
    };

    /// <summary>What the estimates say together, in words.</summary>
    public static string Sentence(Sandwich sandwich)
    {
        var (first, last) = (sandwich.Runs[0], sandwich.Runs[^1]);
        string At(SandwichRun run) => $"λ̂ = {WithError(run.Estimate.LambdaHat, run.Estimate.StandardError)} at γ = {ReportNumber.Significant(run.Gamma, 3)}";
        var side = first.Place == SandwichPlace.Above ? "above the upper bound" : "below the lower bound";
        return sandwich.Finding switch
        {
            SandwichFinding.Inside => $"{At(first)} lies within the bounds{(first.IsBelieved ? "" : $", but its verdict is {first.Estimate.Verdict.Name()}")}",
            SandwichFinding.Hidden => $"{At(first)} lies {side} and not below λ_quad = {N(first.Quadratic)} at the same nβ and γ, nor does {At(last)}: both are right; at this nβ and γ the softest of the d₁ curved directions are not felt, and λ̂ is no estimate of λ itself",
            SandwichFinding.Stratum => $"{At(first)} lies {side} and below λ_quad = {N(first.Quadratic)}, and {At(last)} no longer does: at the smaller γ the chain reaches parameters that are flatter than the curvature at w* says, a more degenerate stratum or bends, of which these bounds do not speak{(first.Estimate.LambdaHat > (1 - first.Estimate.Options.Tolerance) * first.Quadratic ? $"; the gap is within the tolerance of the estimate, {ReportNumber.Significant(100 * first.Estimate.Options.Tolerance, 2)} %, and may be no more than that" : "")}",
            SandwichFinding.Steeper => $"{At(first)} lies {side}, and {At(last)} no longer does: at the smaller γ the chain reaches parameters where the loss grows faster than near w*, of which these bounds do not speak",
            SandwichFinding.BoundsWrong => $"{At(first)} lies {side}, and so does λ_quad = {N(first.Quadratic)}, which is at most half the rank and knows no cut-off: the bounds are wrong, their d₁ leaves out directions that are curved",
            SandwichFinding.EstimateWrong => $"{At(first)} and still {At(last)} lie outside the bounds and away from λ_quad ({N(last.Quadratic)} at the last), to which a sampler has to come as γ grows: the estimate is wrong, not the bounds",
            _ => $"{At(first)} lies {(first.Place == SandwichPlace.Unknown ? "nowhere" : side)}, with the verdicts {string.Join(", ", sandwich.Runs.Select(r => r.Estimate.Verdict.Name()))}: no estimate here is to be held to the bounds",
        };
    }

    private static string N(double value) => double.IsFinite(value) ? ReportNumber.Trimmed(Math.Round(value, 2)) : ReportNumber.Missing;

    private static string WithError(double value, double error)
    {
        var (text, errorText) = ReportNumber.WithError(value, error);
        return $"{text} ± {errorText}";
    }
}
