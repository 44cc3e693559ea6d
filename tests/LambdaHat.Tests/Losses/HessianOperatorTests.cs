using LambdaHat.Curvature;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Tests.Losses;

/// <summary>The Hessian against differences of the float64 gradient of the reference network, in every direction.</summary>
public sealed class HessianOperatorTests
{
    public static TheoryData<string, string> Cases => BlockProductTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void It_is_the_derivative_of_the_gradient(string network, string loss)
    {
        const int samples = 24;
        var run = CurvatureCase.Create(network, loss, samples + 2);
        var (reference, size) = Reference(run, samples);
        foreach (var patterns in CurvatureCase.Selections)
        {
            var selection = ParameterSelection.Matching(run.Network.Blocks, patterns);
            using var operation = new HessianOperator(run.Network, run.Loss, run.Data, run.W, selection, samples);
            var expected = CurvatureCase.Part(reference, selection);
            var actual = operation.Assemble();
            // Float32 passes of some ten sums, each with an error of some u times the sizes of its terms, which the largest entry stands for; the reference's differences are off by 1e-7·size.
            for (var i = 0; i < operation.Dimension; i++)
            {
                for (var j = 0; j < operation.Dimension; j++) Assert.Equal(expected[i, j], actual[(i * operation.Dimension) + j], 4e-6 * size);
            }
            foreach (var columns in new[] { 2, 17 })
            {
                var v = CurvatureCase.Normal(columns * operation.Dimension, 8);
                var block = new double[v.Length];
                operation.MultiplyBlock(v, block, columns);
                for (var j = 0; j < columns; j++)
                {
                    var vector = Vector<double>.Build.Dense([.. v.Skip(j * operation.Dimension).Take(operation.Dimension).Select(x => (double)x)]);
                    var product = expected * vector;
                    for (var i = 0; i < operation.Dimension; i++) Assert.Equal(product[i], block[(j * operation.Dimension) + i], 4e-6 * size * vector.L2Norm());
                }
            }
        }
    }

    [Fact]
    public void It_is_no_Gauss_Newton_matrix_where_residuals_are_left_and_one_where_there_are_none()
    {
        var run = CurvatureCase.Create("tanh", "mse-sum", samples: 40);
        using var labels = new HessianOperator(run.Network, SquaredError.Sum, run.Data, run.W);
        using var behavioural = new HessianOperator(run.Network, SquaredError.Behavioural, run.Data, run.W);
        using var gaussNewton = GaussNewtonOperator.Behavioural(run.Network, run.Data, run.W);
        double[] full = labels.Assemble(), own = behavioural.Assemble(), positive = gaussNewton.Assemble();
        Assert.Equal(positive, own);
        Assert.Contains(full.Zip(positive), pair => Math.Abs(pair.First - pair.Second) > 0.1);
        var reference = Matrix<double>.Build.Dense(labels.Dimension, labels.Dimension, full);
        Assert.True(reference.Evd(Symmetricity.Symmetric).EigenValues.Min(value => value.Real) < -0.1);
    }

    [Fact]
    public void Chunks_add_up_and_threads_change_nothing()
    {
        const int samples = ChunkedNetwork.ChunkSize + 30;
        var run = CurvatureCase.Create("gelu", "cross-entropy", samples);
        using var team = new WorkTeam(3);
        using var alone = new HessianOperator(run.Network, run.Loss, run.Data, run.W);
        using var shared = new HessianOperator(run.Network, run.Loss, run.Data, run.W, team: team);
        using var first = new HessianOperator(run.Network, run.Loss, run.Data, run.W, samples: ChunkedNetwork.ChunkSize);
        const int columns = 17;
        var v = CurvatureCase.Normal(columns * alone.Dimension, 8);
        double[] one = new double[v.Length], other = new double[v.Length], part = new double[v.Length], rest = new double[v.Length];
        alone.MultiplyBlock(v, one, columns);
        shared.MultiplyBlock(v, other, columns);
        first.MultiplyBlock(v, part, columns);
        Assert.Equal(one, other);
        // The last 30 samples alone, as the first of another data set.
        var tail = new LambdaHat.Data.ArrayDataSet(run.Data.Inputs[(ChunkedNetwork.ChunkSize * 4)..], 4, run.Data.Targets[ChunkedNetwork.ChunkSize..], 1);
        using var last = new HessianOperator(run.Network, run.Loss, tail, run.W);
        last.MultiplyBlock(v, rest, columns);
        // Padding and depth of the products may differ: a rounding of the float32 sums.
        var largest = one.Max(Math.Abs);
        for (var i = 0; i < v.Length; i++) Assert.Equal(((part[i] * ChunkedNetwork.ChunkSize) + (rest[i] * 30)) / samples, one[i], 1e-6 * largest);
    }

    // The gradient Σ_s J_sᵀ ∂ℓ/∂f of the reference network in float64; differences over ±h with h = 1e-4: truncation h²·|∂³| and rounding 1e-16/h below 1e-7 of the sizes here. The slopes
    // of gelu are differences themselves: their rounding of 1e-11 leaves 1e-7 too, their truncation is smooth and cancels.
    private static (Matrix<double> Hessian, double Size) Reference(CurvatureCase run, int samples)
    {
        const double h = 1e-4;
        var d = run.Network.Dimension;
        var w = Array.ConvertAll(run.W, v => (double)v);
        var hessian = Matrix<double>.Build.Dense(d, d);
        for (var j = 0; j < d; j++)
        {
            var at = w[j];
            w[j] = at + h;
            var up = Gradient(run, w, samples);
            w[j] = at - h;
            hessian.SetColumn(j, (up - Gradient(run, w, samples)) / (2 * h));
            w[j] = at;
        }
        return ((hessian + hessian.Transpose()) / 2, hessian.Enumerate().Max(Math.Abs));
    }

    private static Vector<double> Gradient(CurvatureCase run, double[] w, int samples)
    {
        var total = Vector<double>.Build.Dense(w.Length);
        var (inputs, targets) = (run.Network.Inputs, run.Data.TargetSize);
        for (var s = 0; s < samples; s++)
        {
            var (f, jacobian) = ReferenceGaussNewton.Jacobian(run.Network, w, [.. run.Data.Inputs.AsSpan(s * inputs, inputs).ToArray().Select(v => (double)v)]);
            var sum = f.Sum(value => Math.Exp(value - f.Max()));
            var slope = Vector<double>.Build.Dense(f.Length, o => run.Loss is CrossEntropy
                ? (Math.Exp(f[o] - f.Max()) / sum) - (run.Data.Targets[s] == o ? 1 : 0)
                : 2 * (f[o] - run.Data.Targets[(s * targets) + o]) / f.Length);
            total += jacobian.TransposeThisAndMultiply(slope);
        }
        return total / samples;
    }
}
