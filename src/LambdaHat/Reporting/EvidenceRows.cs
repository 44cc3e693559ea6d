using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>One number that stands beside λ̂, with its standard error (NaN where it has none, 0 where it is exact) and what it is.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Value">The number; finite.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Remark">The rest of the name, or what to compare it with.</param>
/// <param name="Bare">Whether the number can be read without the remark.</param>
public sealed record EvidenceRow(string Name, double Value, double Error, string Remark, bool Bare = true)
{
    /// <summary>The number for people, with its error where there is one.</summary>
    public string Text => Error > 0 && double.IsFinite(Error) ? string.Join(" ± ", ReportNumber.WithError(Value, Error).Value, ReportNumber.WithError(Value, Error).Error) : ReportNumber.Significant(Value, 5);
}

/// <summary>What stands beside λ̂ in tables: second opinions, corrections, and the grounds of the verdict.</summary>
public static class EvidenceRows
{
    /// <summary>
    /// The rows of whatever was measured. The corrections are exact on quadratic directions: λ̂·λ_quad/E, E being what plain SGLD of this step size and length gives there, and λ̂·½rank(H)/λ_quad.
    /// </summary>
    public static IReadOnlyList<EvidenceRow> Of(LearningCoefficientEstimate estimate)
    {
        var (evidence, lambda, error) = (estimate.Evidence, estimate.LambdaHat, estimate.StandardError);
        List<EvidenceRow> rows = [];
        if (evidence.Quadratic is { } quadratic)
        {
            Row("λ_quad", quadratic.Value, quadratic.StandardError, $"from the curvature at w* over {ReportNumber.Count(quadratic.Samples)} samples{(quadratic.IsPartial ? $" of {ReportNumber.Count(estimate.SampleCount)}: at least, it grows with their number" : "")}");
            if (double.IsFinite(quadratic.Expected)) Scaled("λ̂ corrected for step size and burn-in", quadratic.Value / quadratic.Expected, "on quadratic directions");
            Scaled("λ̂ corrected for γ", quadratic.HalfRank / quadratic.Value, "on quadratic directions");
        }
        Row("variance estimator", evidence.Variance, evidence.VarianceError,
            evidence.Quadratic is { } q && double.IsFinite(lambda) ? $"quadratic directions would give {ReportNumber.Significant(q.VarianceRatio * lambda, 4)}" : "β²·Var[nL]", bare: false);
        Row("two temperatures", evidence.TwoTemperatures, evidence.TwoTemperaturesError, "λ from E[nL] at nβ and 1.5·nβ");
        Row("step-size effect", evidence.StepSizeEffect, evidence.StepSizeEffectError, "what the step size adds to λ̂, from halving it");
        Row("drift", evidence.Drift, evidence.DriftError, "change of the trace over the kept draws");
        Row("the prior alone", evidence.Control, double.NaN, "nβ·E[ΔL] without data; far above λ̂ where γ does not decide");
        Row("Newton decrement", evidence.NewtonDecrement, double.NaN, "what a Newton step from w* would take off nβ·L");
        Row("WBIC", evidence.Wbic, double.NaN, "n·L(w*) + λ̂/β");
        Row("singular fluctuation", evidence.SingularFluctuation, double.NaN, "ν = β/2·Σ Var[ℓ]");
        return rows;

        void Scaled(string name, double factor, string remark) => Row(name, lambda * factor, error * factor, remark, bare: false);
        void Row(string name, double value, double spread, string remark, bool bare = true)
        {
            if (double.IsFinite(value)) rows.Add(new(name, value, spread, remark, bare));
        }
    }
}
