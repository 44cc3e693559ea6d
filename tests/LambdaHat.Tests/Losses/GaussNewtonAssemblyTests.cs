using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Losses;

/// <summary>The assembled matrix against the definition in float64, over layers, losses, selections, and every way to cut the work.</summary>
public sealed class GaussNewtonAssemblyTests
{
    public static TheoryData<string, string> Cases => BlockProductTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void It_is_the_matrix_of_the_definition(string network, string loss)
    {
        const int samples = 45;
        var run = CurvatureCase.Create(network, loss, samples + 2);
        for (var i = 0; i < run.Data.Inputs.Length && network != "embedding"; i += 3) run.Data.Inputs[i] = 0;
        var reference = ReferenceGaussNewton.Of(run.Network, run.Loss, run.Data, run.W, samples);
        foreach (var patterns in CurvatureCase.Selections)
        {
            var selection = ParameterSelection.Matching(run.Network.Blocks, patterns);
            Assert.Equal(network != "embedding" || patterns is ["4.weight"] or ["*.bias"] or ["2.*", "4.bias"], GaussNewtonAssembly.Supports(run.Network, selection));
            Same(CurvatureCase.Part(reference, selection), rows => GaussNewtonAssembly.Assemble(run.Network, run.Loss, run.Data, run.W, rows, selection, samples));
        }
    }

    // One unit, few units or all at once; chunks of one sample, of some and of all; depths beyond what a product takes at once.
    [Theory]
    [InlineData(1, 100_000, 300)]
    [InlineData(3000, 17, 300)]
    [InlineData(1_000_000, 1, 20)]
    [InlineData(1_000_000, 100_000, 2500)]
    public void However_the_work_is_cut_it_is_the_same_matrix(long budget, int chunk, int samples)
    {
        var network = new Network(new Dense(4, 6), new Relu(6), new Dense(6, 5, bias: false), new Relu(5), new Dense(5, 3));
        var data = new ArrayDataSet([.. CurvatureCase.Normal(4 * samples, 2).Select((x, i) => i % 4 == 2 || i % 5 == 1 ? 0 : x)], 4, new float[3 * samples], 3);
        var w = CurvatureCase.Normal(network.Dimension, 1);
        using var team = new WorkTeam(3);
        var expected = ReferenceGaussNewton.Of(network, SquaredError.Mean, data, w, samples);
        var alone = Same(expected, rows => GaussNewtonAssembly.Assemble(network, SquaredError.Mean, data, w, rows, null, null, null, budget, chunk));
        var shared = Same(expected, rows => GaussNewtonAssembly.Assemble(network, SquaredError.Mean, data, w, rows, null, null, team, budget, chunk));
        Assert.Equal(alone, shared);
    }

    [Fact]
    public void The_behavioural_loss_needs_no_targets()
    {
        foreach (var name in new[] { "tanh", "embedding" })
        {
            var run = CurvatureCase.Create(name, "cross-entropy", samples: 30);
            Same(ReferenceGaussNewton.Of(run.Network, SquaredError.Sum, run.Data, run.W, 30), rows => GaussNewtonAssembly.Assemble(run.Network, SquaredError.Behavioural, run.Data, run.W, rows));
            Assert.Contains("expected 1 to 30, got 31", Assert.Throws<InvalidInputException>(() =>
                GaussNewtonAssembly.Assemble(run.Network, SquaredError.Behavioural, run.Data, run.W, _ => [], samples: 31)).Message, StringComparison.Ordinal);
        }
    }

    // Rows exactly as long as promised, filled with what must not survive. Float32 sums: some ten roundings of sizes that √(G_ii·G_jj) bounds, as for the products.
    private static float[] Same(MathNet.Numerics.LinearAlgebra.Matrix<double> expected, Action<LowerRows> assemble)
    {
        var d = expected.RowCount;
        var packed = new float[d * (d + 1) / 2];
        packed.AsSpan().Fill(float.NaN);
        assemble(i => packed.AsSpan(i * (i + 1) / 2, i + 1));
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j <= i; j++) Assert.Equal(expected[i, j], packed[(i * (i + 1) / 2) + j], 4e-6 * (Math.Sqrt(expected[i, i] * expected[j, j]) + 1e-12));
        }
        return packed;
    }
}
