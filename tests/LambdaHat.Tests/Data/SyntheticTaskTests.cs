using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class SyntheticTaskTests
{
    [Fact]
    public void Modular_addition_has_every_pair_once_with_its_sum()
    {
        var data = ModularAddition.Create(7);
        Assert.Equal((49, 2, 1), (data.Count, data.InputSize, data.TargetSize));
        var pairs = new HashSet<(float, float)>();
        for (var s = 0; s < 49; s++)
        {
            float a = data.Inputs[2 * s], b = data.Inputs[(2 * s) + 1];
            Assert.True(pairs.Add((a, b)));
            Assert.InRange(a, 0, 6);
            Assert.InRange(b, 0, 6);
            Assert.Equal((a + b) % 7, data.Targets[s]);
        }
    }

    [Fact]
    public void Modular_addition_is_split_into_four_fifths_and_the_rest()
    {
        var data = DataSource.Load(DataSpec.Parse("modular-addition:53"));
        Assert.Equal((2247, 562), (data.Train.Count, data.Test!.Count));
        Assert.Equal(0.8, data.Split.TrainFraction);
        var all = ((ArrayDataSet)data.Train).Inputs.Chunk(2).Concat(((ArrayDataSet)data.Test!).Inputs.Chunk(2)).Select(t => (t[0] * 53) + t[1]);
        Assert.Equal(Enumerable.Range(0, 2809).Select(i => (float)i), all.Order());
    }

    [Theory, InlineData(1), InlineData(20)]
    public void Matrix_factorisation_has_whitened_inputs_and_the_matrix_s_images(int n)
    {
        var data = MatrixFactorisation.Create(n, seed: 3);
        var a = MatrixFactorisation.Target(n, seed: 3);
        Assert.Equal((n, n, n), (data.Count, data.InputSize, data.TargetSize));
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                double moment = 0, image = 0, size = 0;
                for (var s = 0; s < n; s++) moment += (double)data.Inputs[(s * n) + i] * data.Inputs[(s * n) + j] / n;
                // n products of numbers up to √n, each rounded to float32 once.
                Assert.Equal(i == j ? 1 : 0, moment, 2 * n * Math.Pow(2, -24));
                for (var k = 0; k < n; k++)
                {
                    image += (double)a[(j * n) + k] * data.Inputs[(i * n) + k];
                    size += Math.Abs((double)a[(j * n) + k] * data.Inputs[(i * n) + k]);
                }
                Assert.Equal(image, data.Targets[(i * n) + j], size * Math.Pow(2, -23));
            }
        }
    }

    [Fact]
    public void The_matrix_has_independent_entries_of_variance_one_over_n_and_another_for_another_seed()
    {
        var a = MatrixFactorisation.Target(100, seed: 1);
        // 10,000 entries: the mean of z² has standard deviation √(2/10⁴), the mean of z 10⁻²; five of each.
        Assert.Equal(1, a.Average(v => 100.0 * v * v), 5 * Math.Sqrt(2e-4));
        Assert.Equal(0, a.Average(v => 10.0 * v), 5e-2);
        Assert.NotEqual(a, MatrixFactorisation.Target(100, seed: 2));
        Assert.Equal(a, MatrixFactorisation.Target(100, seed: 1));
    }

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        Assert.Contains("from 2 to 4096, got 1", Assert.Throws<InvalidInputException>(() => ModularAddition.Create(1)).Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 2048, got 0", Assert.Throws<InvalidInputException>(() => MatrixFactorisation.Create(0)).Message, StringComparison.Ordinal);
        Assert.Contains("element (0, 1) is NaN", Assert.Throws<InvalidInputException>(() => new LinearTeacher([1, float.NaN], 1, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("expected 2 × 2 elements", Assert.Throws<InvalidInputException>(() => new LinearTeacher([1], 2, 2)).Message, StringComparison.Ordinal);
    }
}
