using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Theory;

namespace LambdaHat.Bars.Verdicts;

/// <summary>Every point that the verdict is held to.</summary>
internal static class Subjects
{
    public static IReadOnlyList<VerdictSubject> All { get; } =
    [
        Deep([10, 20, 12], [10, 12]), Deep([10, 20, 15, 12], [10, 11, 12]), Deep([10, 20, 15, 12], [10, 1, 12]), Deep([30, 40, 25, 35, 20], [30, 25, 25, 20]),
        Deep([30, 40, 25, 35, 20], [30, 23, 25, 14]), Deep([30, 40, 25, 35, 20], [30, 0, 0, 14]),

        Stratum([33, 10, 40], [10, 7], 1e3), Stratum([33, 10, 40], [10, 7], 1), Stratum([20, 15, 12], [5, 8], 1e3), Stratum([12, 8, 10], [8, 3], 1e3), Stratum([8, 6, 9], [2, 6], 1e3),

        Regression([10, 4, 8], 2), Regression([12, 6, 6], 6), Regression([6, 5, 20], 1), Regression([15, 3, 15], 0),

        new ReluSubject([10, 20, 20, 10], 10_000, 1), new ReluSubject([6, 8, 8, 5], 10_000, 1), new ReluSubject([6, 8, 8, 5], 10_000, 2), new ReluSubject([10, 20, 10], 10_000, 1), new ReluSubject([8, 12, 4], 1000, 3),

        Power("monomial", [(1, [2, 2])], 0.5), Power("monomial", [(1, [2, 4])], 0.25), Power("monomial", [(1, [6])], 1 / 6.0), Power("monomial", [(1, [2, 2])], 0.5, gamma: 100),
        Power("power sum", [(1, [4])], 0.25), Power("power sum", [(1, [4, 0]), (1, [0, 4])], 0.5), Power("power sum", [(1, [2, 0]), (1, [0, 4])], 0.75),
        Power("power sum", [.. Enumerable.Range(0, 6).Select(i => (1.0, Only(i, 6, 2 + (2 * (i % 3)))))], 2 * (0.5 + 0.25 + (1 / 6.0))),
        Power("regular", [(1, [2])], 0.5), Power("regular", [(1, [2, 0]), (10, [0, 2])], 1), Power("regular", [(1, [2, 0]), (1, [1, 1]), (1, [0, 2])], 1),
        Power("regular", [.. Enumerable.Range(0, 10).Select(i => (Math.Pow(10, (i / 3.0) - 2), Only(i, 10, 2)))], 5),
        Valleys([0, 0], 0.25, 100), Valleys([1, 0.3f], 0.5, null), Valleys([0, 0], 0.25, null),
    ];

    private static LinearSubject Deep(int[] widths, int[] ranks) => new("deep linear", widths, ranks, 1_000_000, 1)
    {
        Options = new EstimationOptions { Sampler = "langevin", Gamma = 1 },
        Theory = (double)DeepLinear.Coefficient(widths, ranks.Min()).Lambda,
    };

    // Matrices in general position: the product has the lesser of the ranks, or what the hidden width forces.
    private static LinearSubject Stratum(int[] widths, int[] ranks, double gamma) => new($"stratum γ={gamma}", widths, ranks, 1_000_000, 1)
    {
        Options = new EstimationOptions { Sampler = "langevin", Gamma = gamma },
        Theory = (double)TwoLayer.LocalCoefficient(widths[0], widths[1], widths[2], ranks[0], ranks[1], ranks.Min()).Lambda,
    };

    private static LinearSubject Regression(int[] widths, int rank) => new("reduced-rank", widths, [rank, rank], 100_000, 1)
    {
        Options = new EstimationOptions { Sampler = "langevin" },
        Theory = (double)ReducedRankRegression.Coefficient(widths[0], widths[2], widths[1], rank).Lambda,
    };

    private static Landscape Power(string kind, (double Coefficient, int[] Exponents)[] terms, double lambda, double? gamma = null) =>
        new(kind, Formula(terms) + (gamma is null ? "" : $" γ={gamma}"), [.. terms.Select(t => new PolynomialTerm(t.Coefficient, t.Exponents))], new float[terms[0].Exponents.Length])
        {
            Options = new EstimationOptions { Gamma = gamma },
            Theory = lambda,
        };

    // (w₁ − 1)²(w₁² + w₂²)⁴, multiplied out.
    private static Landscape Valleys(float[] center, double lambda, double? gamma)
    {
        int[] binomial = [1, 4, 6, 4, 1];
        (double, int)[] square = [(1, 2), (-2, 1), (1, 0)];
        PolynomialTerm[] terms = [.. from k in Enumerable.Range(0, 5) from s in square select new PolynomialTerm(binomial[k] * s.Item1, (2 * k) + s.Item2, 8 - (2 * k))];
        return new("two valleys", "(x−1)²(x²+y²)⁴" + (gamma is null ? "" : $" γ={gamma}"), terms, center) { Options = new EstimationOptions { Gamma = gamma }, Theory = lambda, Features = [1] };
    }

    private static int[] Only(int variable, int count, int power) => [.. Enumerable.Range(0, count).Select(i => i == variable ? power : 0)];

    private static string Formula((double Coefficient, int[] Exponents)[] terms) => string.Join("+", terms.Select(t => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{(t.Coefficient == 1 ? "" : t.Coefficient.ToString("G3", System.Globalization.CultureInfo.InvariantCulture))}{string.Concat(t.Exponents.Select((e, i) => e == 0 ? "" : $"w{i + 1}^{e}"))}")));
}
