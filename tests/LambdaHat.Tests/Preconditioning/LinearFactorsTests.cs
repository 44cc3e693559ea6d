using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Preconditioning;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Preconditioning;

/// <summary>The float64 metric of linear networks against the inverse of the curvature written out as one dense matrix.</summary>
public sealed class LinearFactorsTests
{
    private const int Samples = 40;
    private const double NBeta = 10, Gamma = 0.5;

    // (nβ·S ⊗ A + γ)⁻¹·g, twice the root of it being one turn there and one back.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void There_and_back_is_the_inverse_curvature(int layer, bool refined)
    {
        var (objective, w) = Problem(spread: 1);
        using var factors = Measured(objective, w, layer, refined);
        var (rows, columns) = (factors.Layers[layer].Block.Rows, factors.Layers[layer].Block.Columns);
        double[] gradient = [.. Enumerable.Range(0, rows * columns).Select(i => Math.Cos(i))], moved = [.. w];
        var z = new float[rows * columns];
        factors.Whiten(layer, gradient, z);
        factors.AddUnwhitened(layer, z, moved);
        var (s, a) = Factors(objective, w, layer);
        var curvature = (NBeta * s.KroneckerProduct(a)) + (Gamma * Matrix<double>.Build.DenseIdentity(rows * columns));
        var expected = curvature.Solve(Vector<double>.Build.Dense(gradient));
        var offset = objective.Blocks[layer].Offset;
        // What is carried between the two turns is float32.
        for (var i = 0; i < rows * columns; i++) Assert.Equal(expected[i], moved[offset + i] - w[offset + i], 1e-6);
    }

    // Eigenvalues 10²⁰ apart: by squares the small ones are rounding, by singular values they are themselves.
    [Fact]
    public void Refined_the_small_eigenvalues_are_exact()
    {
        var (objective, w) = Problem(spread: 1e-10);
        using var squares = Measured(objective, w, 1, refined: false, 1e17);
        Assert.False(squares.Layers[1].SquaresSuffice);
        using var factors = Measured(objective, w, 1, refined: true, 1e17);
        Assert.True(factors.Layers[1].SquaresSuffice);
        // The last unit carries 10⁻¹⁰ of the others: the direction that sees it alone has the precision γ, to nβ·10⁻²⁰.
        var (rows, columns) = (factors.Layers[1].Block.Rows, factors.Layers[1].Block.Columns);
        var gradient = new double[rows * columns];
        for (var j = 0; j < rows; j++) gradient[(j * columns) + columns - 1] = 1;
        double[] moved = new double[w.Length];
        var z = new float[rows * columns];
        factors.Whiten(1, gradient, z);
        factors.AddUnwhitened(1, z, moved);
        var offset = objective.Blocks[1].Offset;
        for (var i = 0; i < rows * columns; i++) Assert.Equal(gradient[i] / Gamma, moved[offset + i], 0.02);
    }

    private static LinearFactors Measured(NetworkObjective objective, double[] w, int layer, bool refined, double nBeta = NBeta)
    {
        var factors = new LinearFactors(objective, ParameterSelection.All(objective.Blocks), Samples);
        foreach (var part in factors.Layers)
        {
            part.Refined = refined;
            part.Localise(_ => Gamma);
        }
        factors.Begin(w, 1, 0);
        for (var index = 0; index <= layer; index++)
        {
            factors.MeasureInputs(index);
            factors.Layers[index].Decompose(nBeta, 1, 0);
            factors.PassOn(w, index);
        }
        return factors;
    }

    // 5 → 4 → 3 → 2; the last unit of the first layer is smaller by the spread.
    private static (NetworkObjective Objective, double[] W) Problem(double spread)
    {
        var network = new Network([new Dense(5, 4, bias: false), new Dense(4, 3, bias: false), new Dense(3, 2, bias: false)]);
        float[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => MathF.Sin(i + 1))], x = [.. Enumerable.Range(0, Samples * 5).Select(i => MathF.Sin(1.7f * i))];
        for (var i = 15; i < 20; i++) w[i] *= (float)spread;
        return (new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet(x, 5, new float[Samples * 2], 2), w), [.. w.Select(v => (double)v)]);
    }

    // A = E[h·hᵀ], S = (2/outputs)·BᵀB.
    private static (Matrix<double> S, Matrix<double> A) Factors(NetworkObjective objective, double[] w, int layer)
    {
        var network = objective.Network;
        Matrix<double> Weight(int l) => Matrix<double>.Build.Dense(network.Layers[l].Layer.Outputs, network.Layers[l].Layer.Inputs, (i, j) => w[objective.Blocks[l].Offset + (i * network.Layers[l].Layer.Inputs) + j]);
        var h = Matrix<double>.Build.Dense(5, Samples, (i, s) => (double)MathF.Sin(1.7f * ((s * 5) + i)));
        for (var l = 0; l < layer; l++) h = Weight(l) * h;
        var above = Matrix<double>.Build.DenseIdentity(2);
        for (var l = 2; l > layer; l--) above *= Weight(l);
        return (above.TransposeThisAndMultiply(above), h.TransposeAndMultiply(h) / Samples);
    }
}
