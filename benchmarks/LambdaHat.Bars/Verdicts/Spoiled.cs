using LambdaHat.Estimation;

namespace LambdaHat.Bars.Verdicts;

/// <summary>Ways to spoil a run, each from the step size and length that a sound run of the subject took.</summary>
internal sealed record Spoiled(string Name, bool MovesPoint, bool NeedsStepSize, Func<EstimationOptions, Row, EstimationOptions> Options)
{
    // A run of open length that finds no end.
    private const double MostMinutes = 3;
    private const int FewestSteps = 8;

    public static IReadOnlyList<Spoiled> All { get; } =
    [
        new("step size × 30", false, true, (o, good) => o with { StepSize = 30 * good.Number("step_size"), Steps = (int)good.Number("steps") }),
        new("step size ÷ 100", false, true, (o, good) => o with { StepSize = good.Number("step_size") / 100, Steps = (int)good.Number("steps") }),
        new("a fiftieth of the steps", false, false, (o, good) => o with { Steps = Math.Max(FewestSteps, (int)good.Number("steps") / 50) }),
        new("moved off the minimum", true, false, (o, _) => o with { MaxMinutes = MostMinutes }),
        new("γ = 1e9", false, false, (o, _) => o with { Gamma = 1e9, MaxMinutes = MostMinutes }),
    ];
}
