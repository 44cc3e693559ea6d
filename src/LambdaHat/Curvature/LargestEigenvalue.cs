using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>The largest eigenvalue λ₁ of a symmetric operator.</summary>
public static class LargestEigenvalue
{
    private const int CheckEvery = 5;

    /// <summary>
    /// The largest Ritz value θ of Lanczos from a random start, once some eigenvalue is certain to lie within <paramref name="relativeTolerance"/>·|θ| of it (the residual
    /// of the Ritz pair, β_m·|s_m|), or after <paramref name="maximumSteps"/>. θ is never above λ₁ but for rounding.
    /// </summary>
    public static double Find(SymmetricOperator operation, ulong seed = 0, double relativeTolerance = 1e-3, int maximumSteps = 200)
    {
        var start = new float[operation.Dimension];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Probe, 0, 0), start);
        var lanczos = new Lanczos(operation);
        lanczos.Start(Array.ConvertAll(start, x => (double)x));
        while (true)
        {
            for (var i = 0; i < CheckEvery && lanczos.Steps < maximumSteps && lanczos.Advance(); i++) { }
            var values = lanczos.Diagonal.ToArray();
            var last = new double[values.Length];
            last[^1] = 1;
            Tridiagonal.Diagonalise(values, lanczos.Coupling.ToArray(), last);
            var top = 0;
            for (var k = 1; k < values.Length; k++)
                if (values[k] > values[top]) top = k;
            var residual = lanczos.Coupling[^1] * Math.Abs(last[top]);
            if (lanczos.IsComplete || lanczos.Steps >= maximumSteps || residual <= relativeTolerance * Math.Abs(values[top])) return values[top];
        }
    }
}
