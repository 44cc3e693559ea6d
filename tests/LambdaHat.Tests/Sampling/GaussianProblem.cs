using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;
using LambdaHat.Tests.Losses;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Sampling;

/// <summary>
/// One dense layer under squared error at its exact minimum: L − L(w*) = ½ (w − w*)ᵀH(w − w*), H = (2/outputs)·1 ⊗ Σ_xx, set up densely in float64. Every sampler of the library
/// can run on it.
/// </summary>
internal sealed class GaussianProblem
{
    private const int Outputs = 3, Count = 400;

    public GaussianProblem(double nBeta, double gamma)
    {
        (NBeta, Gamma) = (nBeta, gamma);
        var data = new LinearRegressionData([4, Outputs], 4, Count, 0, 3);
        Objective = new NetworkObjective(data.Network, SquaredError.Mean, data.Data, data.Center);
        Linear = new LinearNetworkObjective(data.Network, SquaredError.Mean, data.Data, data.Center);
        Sampled = ParameterSelection.All(Objective.Blocks);
        Hessian = Matrix<double>.Build.DenseIdentity(Outputs).KroneckerProduct(data.X * data.X.Transpose() * (2.0 / Outputs / Count));
        Precision = (nBeta * Hessian) + (gamma * Matrix<double>.Build.DenseIdentity(Hessian.RowCount));
        Stiffest = Precision.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).Max();
        Target = new Target(Objective, Sampled, nBeta, gamma);
    }

    public double NBeta { get; }

    public double Gamma { get; }

    public NetworkObjective Objective { get; }

    public LinearNetworkObjective Linear { get; }

    public ParameterSelection Sampled { get; }

    public Target Target { get; }

    public Matrix<double> Hessian { get; }

    /// <summary>nβ·H + γ.</summary>
    public Matrix<double> Precision { get; }

    /// <summary>Its largest eigenvalue.</summary>
    public double Stiffest { get; }

    public Evaluator AllSamples() => Objective.CreateEvaluator(Count, Sampled);

    public KroneckerFactors Factors() => new(Objective, Sampled, Count);

    public KroneckerMetric Kronecker(long warmUp) =>
        new(Factors(), Sampled, Objective.Center, NBeta, Target.Gammas, new KroneckerMetricOptions { WarmUp = warmUp });

    /// <summary>L of a metric, column by column.</summary>
    public static Matrix<double> Factor(Metric metric)
    {
        var columns = new List<double[]>();
        for (var i = 0; i < metric.Dimension; i++)
        {
            float[] unit = new float[metric.Dimension], column = new float[metric.Dimension];
            unit[i] = 1;
            metric.AddUnwhitened(unit, column);
            columns.Add(Array.ConvertAll(column, v => (double)v));
        }
        return Matrix<double>.Build.DenseOfColumnArrays(columns);
    }

    /// <summary>
    /// The stationary covariance of z ← z − (ε/2)·K̃z + √ε·ξ in w = L·z, K̃ = LᵀKL: in an eigendirection the variance v of z solves v = (1 − εk/2)²·v + ε.
    /// </summary>
    public Matrix<double> Discretised(Matrix<double> factor, double stepSize)
    {
        var whitened = factor.Transpose() * Precision * factor;
        return factor * (whitened * (Matrix<double>.Build.DenseIdentity(whitened.RowCount) - (stepSize / 4 * whitened))).Inverse() * factor.Transpose();
    }

    /// <summary>Mean and variance of nβ·ΔL under N(w*, C): ½ tr(nβHC), ½ tr((nβHC)²).</summary>
    public (double Mean, double Variance) Energy(Matrix<double> covariance)
    {
        var product = NBeta * Hessian * covariance;
        return (product.Trace() / 2, (product * product).Trace() / 2);
    }
}
