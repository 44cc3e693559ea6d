using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Estimation;

/// <summary>The grid of a <see cref="Sweep"/> and how each of its points is estimated. Out-of-range values throw <see cref="InvalidInputException"/> when set.</summary>
public sealed record SweepOptions
{
    // Half a decade between neighbours: a gap in the curvature shows as a plateau of several points.
    private static readonly double[] s_nBetaSteps = [-1, 0, 1], s_gammaSteps = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

    /// <summary>
    /// How each point is estimated; tolerance and budget are those of one point. Its <see cref="EstimationOptions.NBeta"/> and <see cref="EstimationOptions.Gamma"/> are the centre of the default grid.
    /// </summary>
    public EstimationOptions Estimation { get; init; } = new();

    /// <summary>The values of nβ, ascending; none stands for n/ln n (or the nβ given) times 10^(−½), 1 and 10^½.</summary>
    public IReadOnlyList<double> NBetas { get; init => field = Ascending(value, "nbetas"); } = [];

    /// <summary>The values of γ, ascending; none stands for the default γ (or the one given) times 10^(−2), 10^(−3/2), …, 10²: two a decade over four decades.</summary>
    public IReadOnlyList<double> Gammas { get; init => field = Ascending(value, "gammas"); } = [];

    /// <summary>The options with the grid and everything that depends on the data filled in.</summary>
    /// <exception cref="InvalidInputException">An option does not fit the objective, or the centre of the grid is γ = 0.</exception>
    public SweepOptions Resolve(Objective objective)
    {
        var estimation = Estimation with { NBeta = Estimation.NBeta ?? (NBetas.Count > 0 ? NBetas[0] : null), Gamma = Estimation.Gamma ?? (Gammas.Count > 0 ? Gammas[0] : null) };
        estimation = estimation.Resolve(objective.SampleCount);
        if (Gammas.Count == 0 && estimation.Gamma == 0) throw new InvalidInputException("gamma, the centre of a sweep's grid, must be a finite number > 0, got 0");
        if (Gammas.Count == 0)
        {
            // The sampler's choice knows the default, and objects to what does not fit the objective.
            var choice = new SamplerChoice(objective, ParameterSelection.Matching(objective.Blocks, estimation.Restrict), estimation, null);
            estimation = estimation with { Gamma = choice.Options.Gamma };
        }
        return this with
        {
            Estimation = estimation,
            NBetas = NBetas.Count > 0 ? NBetas : Around(estimation.NBeta!.Value, s_nBetaSteps),
            Gammas = Gammas.Count > 0 ? Gammas : Around(estimation.Gamma!.Value, s_gammaSteps),
        };
    }

    private static double[] Around(double center, double[] steps) => [.. steps.Select(s => s == 0 ? center : center * Math.Pow(10, s / 2))];

    private static double[] Ascending(IReadOnlyList<double> values, string name)
    {
        for (var i = 0; i < values.Count; i++)
            if (!(values[i] > 0 && double.IsFinite(values[i]))) throw new InvalidInputException($"{name} must be finite numbers > 0, got {values[i]} (entry {i + 1} of {values.Count})");
        double[] sorted = [.. values.Order()];
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i] == sorted[i - 1]) throw new InvalidInputException($"{name} must differ from each other, got {sorted[i]} twice");
        return sorted;
    }
}
