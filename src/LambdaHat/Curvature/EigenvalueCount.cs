using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>How many probes <see cref="EigenvalueCount"/> takes and how deep each goes.</summary>
public sealed record EigenvalueCountOptions
{
    /// <summary>The random probes; 2 or more. The standard error falls with their square root.</summary>
    public int Probes { get; init => field = AtLeastTwo(value, "number of probes"); } = 16;

    /// <summary>The Lanczos steps of a probe; 2 or more. They set the resolution of the spectrum.</summary>
    public int Depth { get; init => field = AtLeastTwo(value, "Lanczos depth"); } = 128;

    /// <summary>The seed of the probes.</summary>
    public ulong Seed { get; init; }

    private static int AtLeastTwo(int value, string name) => value >= 2 ? value
        : throw new InvalidInputException($"{name}: expected 2 or more, got {value}");
}

/// <summary>
/// The spectrum of a large positive semidefinite operator, as far as random probes show it: counts above thresholds, the density, the effective dimension, all from one set of Gauss rules
/// (stochastic Lanczos quadrature, Ubaru, Chen and Saad 2017).
/// </summary>
public sealed class EigenvalueCount
{
    // Numbers of float64 in 1 GiB.
    private const long Room = 1L << 27;

    private readonly SpectralQuadrature _quadrature;

    private EigenvalueCount(SpectralQuadrature quadrature) => _quadrature = quadrature;

    /// <summary>The rules themselves, for the trace of any function.</summary>
    public SpectralQuadrature Quadrature => _quadrature;

    /// <summary>
    /// Runs the probes, as many side by side as have room in 1 GiB for depth·d numbers each; <paramref name="progress"/> hears of every finished one. <paramref name="team"/> shares the orthogonalisation, idle while
    /// the operator multiplies, which may use the same.
    /// </summary>
    public static EigenvalueCount Run(SymmetricOperator operation, EigenvalueCountOptions options, WorkTeam? team = null, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var quadrature = new SpectralQuadrature(operation.Dimension);
        var most = (int)Math.Clamp(Room / ((long)Math.Min(options.Depth, operation.Dimension) * operation.Dimension), 1, options.Probes);
        // As equal as can be: blocks of products gain with their size.
        var groups = new Tiling(options.Probes, most);
        var together = new LanczosGroup(operation, groups.Size(0), team);
        for (var group = 0; group < groups.Tiles; group++)
        {
            double[][] probes = [.. Enumerable.Range(groups.Start(group), groups.Size(group)).Select(probe => StochasticLanczosQuadrature.Probe(operation.Dimension, options.Seed, probe))];
            foreach (var lanczos in together.Run(probes, options.Depth, cancellation)) quadrature.Add(QuadratureRule.Gauss(lanczos), QuadratureRule.Radau(lanczos));
            progress?.Invoke(groups.Start(group) + groups.Size(group));
        }
        return new(quadrature);
    }

    /// <summary>
    /// The eigenvalues above τ, all of them for τ &lt; 0. Its quadrature error is a bound: the mass of a Gauss rule up to a node and that before it stand on both sides of the true one (Chebyshev, Markov and Stieltjes), so the
    /// mean of all probes is off by at most the weights next to τ. Its standard error is that over the probes.
    /// </summary>
    public TraceEstimate Above(double threshold)
    {
        if (threshold < 0) return new(_quadrature.Dimension, 0, 0);
        double sum = 0, squares = 0, bound = 0;
        foreach (var rule in _quadrature.GaussRules)
        {
            double mass = 0, next = 0, previous = 0;
            double lower = double.NegativeInfinity, upper = double.PositiveInfinity;
            for (var k = 0; k < rule.Nodes.Length; k++)
            {
                var (node, weight) = (rule.Nodes[k], rule.Weights[k]);
                if (node > threshold)
                {
                    mass += weight;
                    if (node < upper) (upper, next) = (node, weight);
                }
                else if (node > lower)
                {
                    (lower, previous) = (node, weight);
                }
            }
            sum += mass;
            squares += mass * mass;
            bound += rule.IsExact ? 0 : Math.Max(next, previous);
        }
        double probes = _quadrature.Probes, mean = sum / probes, d = _quadrature.Dimension;
        // The variance of the form of a projector of rank r under Rademacher probes is at most 2r(d − r)/d; as SpectralQuadrature.Trace pools it.
        return new(d * mean, d * Math.Sqrt(SpectralQuadrature.Variance(sum, squares, mean, d, probes) / probes), d * bound / probes);
    }

    /// <summary>tr[G(G + τI)⁻¹] with its errors; half of it is λ_quad at γ/nβ = τ.</summary>
    /// <exception cref="InvalidInputException">τ is not above 0.</exception>
    public TraceEstimate EffectiveDimension(double threshold) => threshold > 0 && double.IsFinite(threshold)
        ? _quadrature.Trace(h => h / (Math.Abs(h) + threshold))
        : throw new InvalidInputException($"threshold: expected a finite number above 0, got {threshold}");

    /// <summary>The eigenvalues a unit of x, at x: d times the mean over the probes of Σ_k w_k·N(x; θ_k, σ²).</summary>
    /// <exception cref="InvalidInputException">σ is not above 0.</exception>
    public double Density(double x, double width)
    {
        if (!(width > 0 && double.IsFinite(width))) throw new InvalidInputException($"width of the density: expected a finite number above 0, got {width}");
        var scale = 1 / (width * Math.Sqrt(2 * Math.PI));
        return _quadrature.GaussRules.Sum(rule => rule.Apply(node => scale * Math.Exp(-0.5 * Math.Pow((x - node) / width, 2)))) * _quadrature.Dimension / _quadrature.Probes;
    }

    /// <summary>The eigenvalues a unit of ln x, at x &gt; 0: the same on a logarithmic axis, with the width in units of ln x. Nodes at or below 0 are left out.</summary>
    /// <exception cref="InvalidInputException">σ is not above 0.</exception>
    public double LogarithmicDensity(double x, double width)
    {
        if (!(width > 0 && double.IsFinite(width))) throw new InvalidInputException($"width of the density: expected a finite number above 0, got {width}");
        var scale = 1 / (width * Math.Sqrt(2 * Math.PI));
        return _quadrature.GaussRules.Sum(rule => rule.Apply(node => node > 0 ? scale * Math.Exp(-0.5 * Math.Pow(Math.Log(x / node) / width, 2)) : 0)) * _quadrature.Dimension / _quadrature.Probes;
    }
}
