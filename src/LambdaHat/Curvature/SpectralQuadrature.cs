namespace LambdaHat.Curvature;

/// <summary>An estimate of a trace.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error over the random probes.</param>
/// <param name="QuadratureError">
/// Half the distance of the two rules: the largest error that too few Lanczos steps leave where the rules bracket the truth, an indication of it elsewhere.
/// </param>
public readonly record struct TraceEstimate(double Value, double StandardError, double QuadratureError);

/// <summary>The rules of several probes: the trace of any function of the matrix, without another product.</summary>
public sealed class SpectralQuadrature
{
    // How many probes the bound on the variance counts for.
    private const int BoundWeight = 4;

    private readonly List<(QuadratureRule Gauss, QuadratureRule Radau)> _rules = [];

    internal SpectralQuadrature(int dimension) => Dimension = dimension;

    /// <summary>The dimension of the matrix.</summary>
    public int Dimension { get; }

    /// <summary>The number of probes.</summary>
    public int Probes => _rules.Count;

    /// <summary>The Lanczos steps of all probes, each one product with the matrix.</summary>
    public int Products => _rules.Sum(r => r.Gauss.Nodes.Length);

    internal IEnumerable<QuadratureRule> GaussRules => _rules.Select(rule => rule.Gauss);

    /// <summary>
    /// tr f(A) ≈ d·(mean over the probes of the mean of the two rules). The variance of a Rademacher probe, 2 Σ_{i≠j} f(A)_ij², is
    /// at most b = 2·(tr f(A)² − (tr f(A))²/d); the sample variance s² of N probes, itself uncertain by a factor √(2/(N − 1)), is pooled with that bound as if it came from
    /// four probes more: ((N − 1)·s² + 4b)/(N + 3).
    /// </summary>
    public TraceEstimate Trace(Func<double, double> f)
    {
        double sum = 0, squares = 0, ofSquare = 0, gap = 0;
        foreach (var (gauss, radau) in _rules)
        {
            double upper = gauss.Apply(f), lower = radau.Apply(f), middle = (upper + lower) / 2;
            sum += middle;
            squares += middle * middle;
            gap += Math.Abs(upper - lower) / 2;
            ofSquare += (gauss.Apply(Square) + radau.Apply(Square)) / 2;
        }
        double mean = sum / Probes, d = Dimension;
        return new(d * mean, d * Math.Sqrt(Variance(sum, squares, ofSquare / Probes, d, Probes) / Probes), d * gap / Probes);

        double Square(double x)
        {
            var value = f(x);
            return value * value;
        }
    }

    /// <summary>The largest node of any rule of Gauss: a lower bound of the largest eigenvalue, to rounding where Lanczos went deep.</summary>
    public double LargestNode => _rules.Max(r => System.Numerics.Tensors.TensorPrimitives.Max(r.Gauss.Nodes));

    /// <summary>The pooled variance of one probe's form: the sum and the sum of squares over the probes, and the mean of the forms of f².</summary>
    internal static double Variance(double sum, double squares, double ofSquare, double dimension, double probes)
    {
        var mean = sum / probes;
        var spread = Math.Max(0, squares - (sum * mean));
        var bound = Math.Max(0, 2 * (ofSquare - (mean * mean)) / dimension);
        return (spread + (BoundWeight * bound)) / (probes - 1 + BoundWeight);
    }

    internal void Add(QuadratureRule gauss, QuadratureRule radau) => _rules.Add((gauss, radau));
}
