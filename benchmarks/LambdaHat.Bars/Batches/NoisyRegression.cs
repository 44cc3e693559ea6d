using LambdaHat.Data;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Bars.Batches;

/// <summary>
/// y = w·x + noise N(0, 1) at the least-squares fit: L_n is quadratic, with Hessian H = 2·Σ_xx, and a sample's gradient at w* is −2·residual·x, of covariance 4·(1/n)Σ residual²·x·xᵀ. So every effect of plain SGLD on
/// λ̂ has a closed form.
/// </summary>
internal sealed class NoisyRegression
{
    public const int Inputs = 8, Samples = 10_000;

    private readonly double[] _curvatures, _noises;

    public NoisyRegression(ulong seed)
    {
        var x = new float[Samples * Inputs];
        new RandomStream(seed, RandomPurpose.Data, 0, 0).FillUniform(x);
        for (var i = 0; i < x.Length; i++) x[i] = (20 * x[i]) - 10;
        float[] truth = new float[Inputs], y = new float[Samples];
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Initialisation, 0, 0), truth);
        GaussianNoise.Fill(new RandomStream(seed, RandomPurpose.Data, 1, 0), y);
        for (var s = 0; s < Samples; s++)
            for (var i = 0; i < Inputs; i++) y[s] += truth[i] * x[(s * Inputs) + i];

        var design = Matrix<double>.Build.Dense(Samples, Inputs, (s, i) => x[(s * Inputs) + i]);
        var targets = Vector<double>.Build.Dense(Samples, s => y[s]);
        var gram = design.TransposeThisAndMultiply(design);
        var fit = gram.Solve(design.TransposeThisAndMultiply(targets));
        var residuals = targets - (design * fit);
        var eigen = (gram * (2.0 / Samples)).Evd(Symmetricity.Symmetric);
        _curvatures = [.. eigen.EigenValues.Select(v => v.Real)];
        // The variance of a sample's gradient along every eigenvector.
        var projected = design * eigen.EigenVectors;
        _noises = [.. Enumerable.Range(0, Inputs).Select(i => Enumerable.Range(0, Samples).Sum(s => 4 * residuals[s] * residuals[s] * projected[s, i] * projected[s, i]) / Samples)];
        Objective = TrueNetwork.At(new Network(new Dense(Inputs, 1, bias: false)), SquaredError.Mean, new ArrayDataSet(x, Inputs, y, 1), [.. fit.Select(v => (float)v)]);
    }

    public NetworkObjective Objective { get; }

    /// <summary>The step size at which ε·s/4 is <paramref name="share"/> in the stiffest direction.</summary>
    public double StepSize(double nBeta, double share) => 4 * share / (nBeta * _curvatures.Max());

    /// <summary>Σ_i ½·c/(s(1 − εs/4))·[1 + ε(nβ)²σ²/(4B)], c = nβh, s = c + γ: E[nβΔL] of plain SGLD with minibatches of B.</summary>
    public double Expected(double nBeta, double gamma, double stepSize, double batch)
    {
        var sum = 0.0;
        for (var i = 0; i < Inputs; i++)
        {
            var c = nBeta * _curvatures[i];
            var s = c + gamma;
            sum += c / (2 * s * (1 - (stepSize * s / 4))) * (1 + (stepSize * nBeta * nBeta * _noises[i] / (4 * batch)));
        }
        return sum;
    }
}
