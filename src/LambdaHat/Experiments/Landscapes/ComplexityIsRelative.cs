using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Losses;

namespace LambdaHat.Experiments.Landscapes;

/// <summary>
/// The one-parameter model f_w = w⁸·f₁ + (1 − w⁸)·f₂ of a simple function f₁ (the identity) and a complicated one f₂ (a random table). With C = E[(f₁ − f₂)²] the population loss is C·(1 − w⁸)² where f₁ is the truth,
/// w* = 1, a regular point, and C·w¹⁶ where f₂ is, w* = 0: λ = 1/2 and 1/16. The model finds the simple function the more complex: λ measures the model's parameterisation, not the function.
/// </summary>
public sealed class ComplexityIsRelative : Experiment
{
    private const long Samples = 100_000_000;
    private const int TableSize = 256;

    /// <inheritdoc/>
    public override string Name => "complexity-is-relative";

    /// <inheritdoc/>
    public override string Title => "A model in which the simpler function has the larger learning coefficient";

    /// <inheritdoc/>
    public override string Source => "Furman and Lau 2024, Appendix C";

    /// <inheritdoc/>
    public override string Cost(ExperimentSize size) => size == ExperimentSize.Smoke ? "1 s" : "10 s";

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed) =>
    [
        new("f1", scope => Run(1, size, seed, scope)),
        new("f2", scope => Run(0, size, seed, scope)),
    ];

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        List<Comparison> comparisons = [];
        foreach (var (key, what, exact, text) in ((string, string, double, string)[])[("f1", "f₁, the identity, at w* = 1", 0.5, "1/2"), ("f2", "f₂, a random table, at w* = 0", 1 / 16.0, "1/16")])
        {
            if (rows.Find(key) is not { } row) continue;
            var (value, error, reference) = (row.Number("lambda_hat"), row.Number("standard_error"), row.Number("reference"));
            comparisons.Add(new($"{what}: λ", text, Words.Number(reference, 4), Math.Abs(reference - exact) < 0.05 * exact, $"by quadrature at nβ = {Words.Number(row.Number("nbeta"), 3)}, γ = {Words.Number(row.Number("gamma"), 3)}"));
            comparisons.Add(new($"{what}: λ̂ by sampling", Words.Number(reference, 4), Words.WithError(value, error), Math.Abs(value - reference) < Math.Max(4 * error, 0.03 * reference), $"verdict {row.Text("verdict")}"));
        }
        double[] grid = [.. Enumerable.Range(0, 121).Select(i => (i - 60) / 50.0)];
        return new ExperimentResult
        {
            Comparisons = comparisons,
            Charts = [new("losses", "Population loss over the one parameter", "w", "loss / C",
                [Series.Of("truth f₁ (identity): (1 − w⁸)²", SeriesStyle.Line, grid.Select(w => (w, Math.Min(Math.Pow(1 - Math.Pow(w, 8), 2), 1.5)))), Series.Of("truth f₂ (random table): w¹⁶", SeriesStyle.Line, grid.Select(w => (w, Math.Min(Math.Pow(w, 16), 1.5))))])
                { Caption = "The valley of the complicated function is flat over most of the interval, that of the simple one is quadratic." }],
            Findings = comparisons.Count == 0 ? [] : ["The formula of this model is lost in the copy of the paper at hand; w⁸·f₁ + (1 − w⁸)·f₂ gives the λ that its text states. λ at the simple function is eight times that at the complicated one: complexity is relative to the model."],
        };
    }

    private static JsonObject Run(int truth, ExperimentSize size, ulong seed, JobScope scope)
    {
        // C = E[(f₁ − f₂)²] over inputs 0, 1/T, …: the identity against a table of uniform numbers.
        var table = new float[TableSize];
        new Numerics.RandomStream(seed, Numerics.RandomPurpose.Data, 0, 0).FillUniform(table);
        var c = Enumerable.Range(0, TableSize).Average(i => Math.Pow((i / (double)TableSize) - table[i], 2));
        PolynomialTerm[] terms = truth == 1 ? [new(c, 0), new(-2 * c, 8), new(c, 16)] : [new(c, 16)];
        var estimate = scope.Estimate(new PolynomialObjective(terms, [truth], Samples), new EstimationOptions
        {
            // At w* = 1 the mirror image w = −1 is another minimum; γ keeps to this one.
            Gamma = truth == 1 ? 100 : 0.01,
            Tolerance = size == ExperimentSize.Smoke ? 0.1 : 0.02,
            Seed = seed,
            Threads = scope.Threads,
        });
        var (nBeta, gamma) = (estimate.Options.NBeta!.Value, estimate.Options.Gamma!.Value);
        return EstimateRow.Of(estimate).With(new JsonObject
        {
            ["c"] = c,
            ["reference"] = new LandscapeQuadrature(terms, [truth], nBeta, gamma, [1, -1]).Mean(12),
            ["truth"] = truth.ToString(CultureInfo.InvariantCulture),
        });
    }
}
