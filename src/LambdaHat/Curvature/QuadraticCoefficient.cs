using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>A value of λ_quad.</summary>
/// <param name="Value">λ_quad(nβ, γ).</param>
/// <param name="StandardError">Its standard error over random probes; 0 when exact.</param>
/// <param name="QuadratureError">The largest error that the Lanczos steps left; 0 when exact.</param>
public readonly record struct QuadraticEstimate(double Value, double StandardError, double QuadratureError);

/// <summary>
/// λ_quad(nβ, γ) = ½ tr[H·(H + (γ/nβ)·I)⁻¹] = ½ Σ_i nβ·h_i/(nβ·h_i + γ), half the effective dimension of the curvature H at w*: what a perfect sampler
/// would find for λ̂ if the loss were its quadratic part. Found once, from all eigenvalues or from the rules of random probes, it costs nothing more for any (nβ, γ).
/// With a strength γ_i for every coordinate, H is to be Γ^{-½} H Γ^{-½} and γ = 1.
/// </summary>
/// <remarks>
/// Rounding scatters eigenvalues that are zero to both sides of it; h/(|h| + γ/nβ) is odd, so that they cancel.
/// </remarks>
public sealed class QuadraticCoefficient
{
    /// <summary>All eigenvalues are computed up to this dimension: the dense problem then takes seconds.</summary>
    public const int ExactDimension = 1500;

    private readonly double[]? _eigenvalues;
    private readonly SpectralQuadrature? _quadrature;

    private QuadraticCoefficient(double[]? eigenvalues, SpectralQuadrature? quadrature) => (_eigenvalues, _quadrature) = (eigenvalues, quadrature);

    /// <summary>"exact" or "stochastic-lanczos".</summary>
    public string Method => _eigenvalues is null ? "stochastic-lanczos" : "exact";

    /// <summary>The eigenvalues of H, ascending; null unless exact.</summary>
    public IReadOnlyList<double>? Eigenvalues => _eigenvalues;

    /// <summary>The rules of the probes; null when exact.</summary>
    public SpectralQuadrature? Quadrature => _quadrature;

    /// <summary>
    /// Works on <paramref name="curvature"/>, positive semidefinite, exactly up to <see cref="ExactDimension"/> and by <see cref="Stochastic"/> above, where the
    /// smallest of the <paramref name="ratios"/> γ/nβ decides how deep Lanczos goes and the largest how many probes there are.
    /// </summary>
    public static QuadraticCoefficient Find(SymmetricOperator curvature, IReadOnlyList<double> ratios, QuadratureOptions? options = null) =>
        curvature.Dimension <= ExactDimension ? Exact(curvature) : Stochastic(curvature, ratios, options);

    /// <summary>From all eigenvalues of the assembled matrix: d products, d² numbers of memory, of order d³ operations.</summary>
    public static QuadraticCoefficient Exact(SymmetricOperator curvature)
    {
        var values = new double[curvature.Dimension];
        new SymmetricEigen().Values(curvature.Assemble(), values.Length, values);
        return new(values, null);
    }

    /// <summary>From random probes, as many and as deep as the values at the given <paramref name="ratios"/> γ/nβ, all positive, need.</summary>
    public static QuadraticCoefficient Stochastic(SymmetricOperator curvature, IReadOnlyList<double> ratios, QuadratureOptions? options = null)
    {
        if (ratios.Count == 0 || !ratios.All(ratio => ratio > 0 && double.IsFinite(ratio)))
            throw new InvalidInputException($"gamma / nbeta: expected at least one ratio, each a finite number above 0, got {string.Join(", ", ratios)}");
        return new(null, StochasticLanczosQuadrature.Run(curvature, [.. ratios.Select(Share)], options ?? new()));
    }

    /// <summary>λ_quad(nβ, γ), both positive.</summary>
    public QuadraticEstimate At(double nBeta, double gamma)
    {
        if (!(nBeta > 0 && double.IsFinite(nBeta))) throw new InvalidInputException($"nbeta: expected a finite number above 0, got {nBeta}");
        if (!(gamma > 0 && double.IsFinite(gamma))) throw new InvalidInputException($"gamma: expected a finite number above 0, got {gamma} (without localisation the value would be half the rank)");
        var share = Share(gamma / nBeta);
        if (_eigenvalues is not null) return new(_eigenvalues.Sum(share) / 2, 0, 0);
        var trace = _quadrature!.Trace(share);
        return new(trace.Value / 2, trace.StandardError / 2, trace.QuadratureError / 2);
    }

    /// <summary>The number of eigenvalues above <paramref name="relativeThreshold"/> times the largest; null unless exact.</summary>
    public int? Rank(double relativeThreshold) => _eigenvalues?.Count(value => value > relativeThreshold * _eigenvalues[^1]);

    private static Func<double, double> Share(double ratio) => h => h / (Math.Abs(h) + ratio);
}
