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

/// <summary>How many eigenvalues exceed a threshold, as random probes count them.</summary>
/// <param name="Value">The count.</param>
/// <param name="StandardError">Its standard error over the probes.</param>
/// <param name="Excess">The most that too few Lanczos steps count too much, a bound.</param>
/// <param name="Deficit">The most that they count too little, a bound.</param>
public readonly record struct CountEstimate(double Value, double StandardError, double Excess, double Deficit)
{
    /// <summary>The larger of the two bounds.</summary>
    public double QuadratureError => Math.Max(Excess, Deficit);
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
    /// The eigenvalues above τ, all of them for τ &lt; 0. The mass of a Gauss rule up to a node and that before it stand on both sides of the true one (Chebyshev, Markov and Stieltjes): the mean of all probes counts at most the
    /// weights of the nodes next above τ too much, and at most those of the nodes next below it too little. Its standard error is that over the probes, of the count or of either end, whichever is largest.
    /// </summary>
    public CountEstimate Above(double threshold)
    {
        if (threshold < 0) return new(_quadrature.Dimension, 0, 0, 0);
        Mass counted = new(), least = new(), most = new();
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
            if (rule.IsExact) next = previous = 0;
            counted.Add(mass);
            least.Add(mass - next);
            most.Add(mass + previous);
        }
        double probes = _quadrature.Probes, d = _quadrature.Dimension;
        return new(d * counted.Sum / probes, d * Math.Max(counted.Error(d, probes), Math.Max(least.Error(d, probes), most.Error(d, probes))), d * (counted.Sum - least.Sum) / probes, d * (most.Sum - counted.Sum) / probes);
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

    // The share of the spectrum above τ, over the probes.
    private struct Mass
    {
        private double _squares;

        public double Sum { get; private set; }

        public void Add(double mass)
        {
            Sum += mass;
            _squares += mass * mass;
        }

        // The variance of the form of a projector of rank r under Rademacher probes is at most 2r(d − r)/d; as SpectralQuadrature.Trace pools it.
        public readonly double Error(double dimension, double probes) => Math.Sqrt(SpectralQuadrature.Variance(Sum, _squares, Sum / probes, dimension, probes) / probes);
    }
}
