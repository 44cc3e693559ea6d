using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>
/// tr f(A) of a positive semidefinite A without its eigenvalues: the mean of vᵀ f(A) v over Rademacher vectors v, each form by Lanczos started at v
/// (Ubaru, Chen and Saad 2017). Two rules are kept of every probe, <see cref="QuadratureRule.Gauss"/> and <see cref="QuadratureRule.Radau"/>; their
/// distance says when Lanczos has gone far enough.
/// </summary>
public static class StochasticLanczosQuadrature
{
    private const int FirstCheck = 8;
    private const double CheckGrowth = 1.15;

    /// <summary>
    /// Adds probes until both errors of the trace of each of <paramref name="functions"/> are as <paramref name="options"/> demand, or a maximum is reached: the estimate
    /// then says what was left.
    /// </summary>
    public static SpectralQuadrature Run(SymmetricOperator operation, IReadOnlyList<Func<double, double>> functions, QuadratureOptions options)
    {
        var result = new SpectralQuadrature(operation.Dimension);
        var lanczos = new Lanczos(operation);
        while (result.Probes < options.MaximumProbes && !(result.Probes >= 2 && functions.All(Settled)))
        {
            lanczos.Start(Probe(operation.Dimension, options.Seed, result.Probes));
            var (gauss, radau) = Integrate(lanczos, functions, options);
            result.Add(gauss, radau);
        }
        return result;

        bool Settled(Func<double, double> f)
        {
            var trace = result.Trace(f);
            return trace.StandardError <= options.RelativeStandardError * Math.Abs(trace.Value);
        }
    }

    /// <summary>Random signs.</summary>
    internal static double[] Probe(int dimension, ulong seed, int index)
    {
        var signs = new uint[dimension];
        new RandomStream(seed, RandomPurpose.Probe, index, 0).Fill(signs);
        return Array.ConvertAll(signs, word => (word & 1) == 0 ? 1.0 : -1);
    }

    private static (QuadratureRule Gauss, QuadratureRule Radau) Integrate(Lanczos lanczos, IReadOnlyList<Func<double, double>> functions, QuadratureOptions options)
    {
        for (double check = FirstCheck; ; check *= CheckGrowth)
        {
            var depth = Math.Min((int)check, options.MaximumDepth);
            while (lanczos.Steps < depth && lanczos.Advance()) { }
            QuadratureRule gauss = QuadratureRule.Gauss(lanczos), radau = QuadratureRule.Radau(lanczos);
            if (lanczos.IsComplete || lanczos.Steps == options.MaximumDepth || functions.All(Agree)) return (gauss, radau);

            bool Agree(Func<double, double> f)
            {
                double upper = gauss.Apply(f), lower = radau.Apply(f);
                return Math.Abs(upper - lower) <= options.RelativeQuadratureError * Math.Abs(upper + lower);
            }
        }
    }
}
