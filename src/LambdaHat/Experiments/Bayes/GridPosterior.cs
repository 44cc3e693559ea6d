using LambdaHat.Numerics;

namespace LambdaHat.Experiments.Bayes;

/// <summary>What one data set of n samples gives, all beyond the truth's own: F − nS_n, WBIC − nS_n, and, a sample, n(G − S), n(T − S_n); V, and WAIC = T + V/n.</summary>
internal readonly record struct BayesNumbers(double FreeEnergy, double Wbic, double Generalisation, double Training, double FunctionalVariance);

/// <summary>
/// Bayesian learning of y = a·tanh(bx) + N(0, 1), x ~ N(0, 3²), by integration over the parameters, on the midpoints of a grid on a in [−2, 2], b in [0, 1] (the signs of both may be changed together, so that b ≥ 0 is
/// enough), prior density ¼. The midpoint rule converges faster than any power for smooth functions that are wider than its step, which is √(1/n)/(2·3) in b where the posterior is narrowest. Generalisation is integrated over
/// x and y as well.
/// </summary>
internal sealed class GridPosterior
{
    /// <summary>The standard deviation of the inputs.</summary>
    public const double InputSpread = 3;

    /// <summary>The prior density, on |a| ≤ 2 and 0 ≤ b ≤ 1.</summary>
    public const double PriorDensity = 1 / (2 * Largest);

    private const double Largest = 2;

    // With fewer samples the posterior reaches the walls of the prior, where the midpoint rule errs by the square of its step.
    private const int Fewest = 150;

    // Nodes that together carry less than this part of the posterior are left out of the predictive distributions.
    private const double Negligible = 1e-9;
    private const int InputNodes = 41, NoiseNodes = 25;
    private const double InputRange = 5.5, NoiseRange = 6;

    private readonly int _sideA, _sideB;
    private readonly double _a, _b;
    private readonly double[] _testX = Nodes(InputNodes, InputRange), _testZ = Nodes(NoiseNodes, NoiseRange);

    /// <summary>Learning the truth (a, b) from up to <paramref name="most"/> samples, on a grid with steps of at most one standard deviation of the posterior where it is narrowest, 1/√n in a (at b·x large) and 1/(6√n) in b (at a = 2).</summary>
    public GridPosterior(double a, double b, int most)
    {
        (_a, _b) = (a, b);
        var width = Math.Sqrt(Math.Max(most, Fewest));
        (_sideA, _sideB) = (2 * (int)Math.Ceiling(Largest * width), (int)Math.Ceiling(Largest * InputSpread * width));
    }

    /// <summary>Draws n samples and learns them.</summary>
    public BayesNumbers Learn(int n, ulong seed, int set)
    {
        float[] inputs = new float[n], noise = new float[n];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, set, 2L * n), inputs);
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, set, (2L * n) + 1), noise);
        double[] x = [.. inputs.Select(v => InputSpread * v)], truth = [.. x.Select(Truth)], y = [.. truth.Zip(noise, (f, z) => f + z)];
        var excess = Excess(x, y, truth);
        var (free, _, weights) = Posterior(excess, 1);
        var (_, wbic, _) = Posterior(excess, 1 / Math.Log(n));
        var kept = Kept(weights);
        double training = 0, variance = 0;
        for (var i = 0; i < n; i++)
        {
            var (log, spread) = Predict(kept, x[i], y[i], truth[i]);
            training -= log;
            variance += spread;
        }
        return new(free, wbic, n * Generalisation(kept), training, variance);
    }

    /// <summary>½ ln det I(a, b), I the Fisher information of a sample.</summary>
    public double HalfLogInformation()
    {
        double aa = 0, ab = 0, bb = 0, mass = 0;
        foreach (var s in Nodes(2001, 8))
        {
            double x = InputSpread * s, t = Math.Tanh(_b * x), slope = _a * x * (1 - (t * t)), weight = Math.Exp(-s * s / 2);
            mass += weight;
            aa += weight * t * t;
            ab += weight * t * slope;
            bb += weight * slope * slope;
        }
        return Math.Log(((aa * bb) - (ab * ab)) / (mass * mass)) / 2;
    }

    private static double[] Nodes(int count, double range) => [.. Enumerable.Range(0, count).Select(i => range * ((2.0 * i / (count - 1)) - 1))];

    private double Truth(double x) => _a * Math.Tanh(_b * x);

    private double A(int i) => Largest * ((((2 * i) + 1.0) / _sideA) - 1);

    private double B(int j) => (j + 0.5) / _sideB;

    // n(L_n(w) − S_n) at every node, b major: ½Σ[(y − a·t)² − (y − f)²] needs Σyt and Σt² for every b only.
    private double[] Excess(double[] x, double[] y, double[] truth)
    {
        var excess = new double[_sideA * _sideB];
        var own = 0.0;
        for (var i = 0; i < x.Length; i++) own += ((y[i] - truth[i]) * (y[i] - truth[i])) - (y[i] * y[i]);
        for (var j = 0; j < _sideB; j++)
        {
            double cross = 0, square = 0;
            for (var i = 0; i < x.Length; i++)
            {
                var t = Math.Tanh(B(j) * x[i]);
                cross += y[i] * t;
                square += t * t;
            }
            for (var k = 0; k < _sideA; k++) excess[(j * _sideA) + k] = ((A(k) * A(k) * square) - (2 * A(k) * cross) - own) / 2;
        }
        return excess;
    }

    // −ln of the evidence, the mean of the excess, and the weights at inverse temperature β; every node has the same prior mass.
    private static (double FreeEnergy, double Mean, double[] Weights) Posterior(double[] excess, double beta)
    {
        var least = excess.Min();
        double[] weights = [.. excess.Select(e => Math.Exp(-beta * (e - least)))];
        var mass = weights.Sum();
        var mean = 0.0;
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] /= mass;
            mean += weights[k] * excess[k];
        }
        return ((beta * least) - Math.Log(mass / weights.Length), mean, weights);
    }

    // The nodes that count, by rows of b: the weights of the least ones are added up until they would count.
    private Row[] Kept(double[] weights)
    {
        double[] sorted = [.. weights.Order()];
        var (sum, threshold) = (0.0, 0.0);
        foreach (var weight in sorted)
        {
            if ((sum += weight) > Negligible) break;
            threshold = weight;
        }
        List<Row> rows = [];
        for (var j = 0; j < _sideB; j++)
        {
            int[] own = [.. Enumerable.Range(0, _sideA).Where(k => weights[(j * _sideA) + k] > threshold)];
            if (own.Length > 0) rows.Add(new(B(j), [.. own.Select(A)], [.. own.Select(k => weights[(j * _sideA) + k])]));
        }
        return [.. rows];
    }

    // ln E_w[p(y|x, w)/p(y|x)] and Var_w[ln p(y|x, w)].
    private static (double LogMean, double Variance) Predict(Row[] rows, double x, double y, double truth)
    {
        double ratio = 0, mass = 0, sum = 0, squares = 0;
        foreach (var row in rows)
        {
            var t = Math.Tanh(row.B * x);
            for (var k = 0; k < row.A.Length; k++)
            {
                // −½[(y − f_w)² − (y − f)²] = (f_w − f)(y − (f_w + f)/2).
                var output = row.A[k] * t;
                var (log, weight) = ((output - truth) * (y - ((output + truth) / 2)), row.Weights[k]);
                mass += weight;
                ratio += weight * Math.Exp(log);
                sum += weight * log;
                squares += weight * log * log;
            }
        }
        return (Math.Log(ratio / mass), (squares / mass) - (sum / mass * (sum / mass)));
    }

    private double Generalisation(Row[] rows)
    {
        double sum = 0, mass = 0;
        foreach (var s in _testX)
        {
            var x = InputSpread * s;
            foreach (var z in _testZ)
            {
                var weight = Math.Exp(-((s * s) + (z * z)) / 2);
                mass += weight;
                sum -= weight * Predict(rows, x, Truth(x) + z, Truth(x)).LogMean;
            }
        }
        return sum / mass;
    }

    private sealed record Row(double B, double[] A, double[] Weights);
}
