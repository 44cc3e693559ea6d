using LambdaHat.Experiments.Bayes;
using LambdaHat.Numerics;
using MathNet.Numerics.Integration;

namespace LambdaHat.Tests.Experiments;

/// <summary>The posterior of the tanh unit on a grid, against Gauss–Legendre quadrature with predictive densities written out.</summary>
public class GridPosteriorTests
{
    private const int N = 20;
    private const ulong Seed = 3;

    [Theory]
    [InlineData(1.5, 0.6)]
    [InlineData(0, 0)]
    public void Numbers_of_a_data_set_are_those_of_quadrature(double trueA, double trueB)
    {
        float[] inputs = new float[N], noise = new float[N];
        GaussianNoise.Fill(new RandomStream(Seed, RandomPurpose.Data, 0, 2 * N), inputs);
        GaussianNoise.Fill(new RandomStream(Seed, RandomPurpose.Data, 0, (2 * N) + 1), noise);
        double[] x = [.. inputs.Select(v => 3.0 * v)], y = [.. x.Zip(noise, (v, z) => (trueA * Math.Tanh(trueB * v)) + z)];
        var nodes = (from a in Nodes(-2, 2, 40) from b in Nodes(0, 1, 40) select (A: a.At, B: b.At, Weight: a.Weight * b.Weight / 4)).ToArray();
        // ln p(y|x, w) less that of the truth; the constants of the normal density cancel.
        double Log(double a, double b, double at, double target) => (Math.Pow(target - (trueA * Math.Tanh(trueB * at)), 2) - Math.Pow(target - (a * Math.Tanh(b * at)), 2)) / 2;
        double[] likelihood = [.. nodes.Select(w => Enumerable.Range(0, N).Sum(i => Log(w.A, w.B, x[i], y[i])))];
        double Mean(double beta, Func<int, double> value) => nodes.Select((w, k) => w.Weight * Math.Exp(beta * likelihood[k]) * value(k)).Sum() / nodes.Select((w, k) => w.Weight * Math.Exp(beta * likelihood[k])).Sum();
        double Predictive(double at, double target) => Math.Log(Mean(1, k => Math.Exp(Log(nodes[k].A, nodes[k].B, at, target))));
        var ownVariance = Enumerable.Range(0, N).Sum(i => Mean(1, k => Math.Pow(Log(nodes[k].A, nodes[k].B, x[i], y[i]), 2)) - Math.Pow(Mean(1, k => Log(nodes[k].A, nodes[k].B, x[i], y[i])), 2));
        var generalisation = -N * (from s in Nodes(-6, 6, 32) from z in Nodes(-6, 6, 24) select s.Weight * z.Weight * Math.Exp(-((s.At * s.At) + (z.At * z.At)) / 2) / (2 * Math.PI) * Predictive(3 * s.At, (trueA * Math.Tanh(3 * trueB * s.At)) + z.At)).Sum();

        var found = new GridPosterior(trueA, trueB, N).Learn(N, Seed, 0);

        // Where the posterior meets the walls of the prior the midpoint rule errs by h²/24 of the change of slope between them: h = 0.08 in a and 0.014 in b, a slope of a few units.
        const double Tolerance = 3e-3;
        Assert.Equal(-Math.Log(nodes.Select((w, k) => w.Weight * Math.Exp(likelihood[k])).Sum()), found.FreeEnergy, Tolerance);
        Assert.Equal(Mean(1 / Math.Log(N), k => -likelihood[k]), found.Wbic, Tolerance);
        Assert.Equal(-Enumerable.Range(0, N).Sum(i => Predictive(x[i], y[i])), found.Training, Tolerance);
        Assert.Equal(ownVariance, found.FunctionalVariance, Tolerance);
        Assert.Equal(generalisation, found.Generalisation, Tolerance);
    }

    // ½ ln det of the information, the mean of the outer product of the slopes of the output, by quadrature and differences.
    [Fact]
    public void Information_is_that_of_differences()
    {
        const double A = 1.5, B = 0.6, Step = 1e-5;
        double[] sums = new double[3];
        foreach (var (s, weight) in Nodes(-8, 8, 200))
        {
            double Output(double a, double b) => a * Math.Tanh(b * 3 * s);
            var (byA, byB) = ((Output(A + Step, B) - Output(A - Step, B)) / (2 * Step), (Output(A, B + Step) - Output(A, B - Step)) / (2 * Step));
            var density = weight * Math.Exp(-s * s / 2) / Math.Sqrt(2 * Math.PI);
            sums[0] += density * byA * byA;
            sums[1] += density * byA * byB;
            sums[2] += density * byB * byB;
        }
        // Central differences err by Step²/6 of third derivatives and by 2⁻⁵² / Step.
        Assert.Equal(Math.Log((sums[0] * sums[2]) - (sums[1] * sums[1])) / 2, new GridPosterior(A, B, 1).HalfLogInformation(), 1e-7);
    }

    private static IEnumerable<(double At, double Weight)> Nodes(double from, double to, int order)
    {
        var rule = new GaussLegendreRule(from, to, order);
        return Enumerable.Range(0, order).Select(i => (rule.GetAbscissa(i), rule.GetWeight(i)));
    }
}
