using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>The averaged noise on many independent coordinates at once, each a quadratic of known curvature with artificial gradient noise.</summary>
public sealed class AveragedNoiseTests
{
    private const int Coordinates = 400_000;

    // A variance estimated from N normals has the relative error √(2/N) = 0.0022; four of them. p = 1 − γR² with γ = 1.
    [Theory]
    [InlineData(0.8, 0.0, 1.0)]
    [InlineData(0.8, 0.5, 1.0)]
    [InlineData(0.8, 0.5, 0.3)]
    [InlineData(1.5, 0.3, 1.0)]
    [InlineData(0.4, 1.5, 0.6)]
    public void A_series_from_the_stationary_law_keeps_it_from_the_first_step_on(double stepSize, double gradientNoise, double p)
    {
        Assert.Equal(stepSize, AveragedNoise.Limit(stepSize, gradientNoise));
        var run = new Run(curvature: 1, p);
        GaussianNoise.Fill(new RandomStream(1, RandomPurpose.Initialisation, 0, 0), run.Z);
        for (var step = 0; step < 6; step++)
        {
            run.Step(new AveragedNoise(stepSize, gradientNoise), step);
            Assert.InRange(run.Variance, 1 - (4 * Math.Sqrt(2.0 / Coordinates)), 1 + (4 * Math.Sqrt(2.0 / Coordinates)));
        }
    }

    // With exact gradients the variance comes to 1/h for every h < 4/ε; |1 − εh/2|^(2·80) is below 1e-7 here.
    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    [InlineData(2.5)]
    [InlineData(3.6)]
    public void With_exact_gradients_the_law_is_exact_at_any_curvature(double curvature)
    {
        var run = new Run(curvature, 1);
        for (var step = 0; step < 80; step++) run.Step(new AveragedNoise(1, 0), step);
        Assert.InRange(run.Variance * curvature, 1 - (4 * Math.Sqrt(2.0 / Coordinates)), 1 + (4 * Math.Sqrt(2.0 / Coordinates)));
    }

    // At the limit σ²·a/(2 − a), the share of the noise that the gradient supplies, is what is allowed.
    [Theory]
    [InlineData(0.8, 10)]
    [InlineData(2, 1)]
    public void The_limit_is_where_the_gradient_supplies_the_largest_share(double stepSize, double gradientNoise)
    {
        var a = AveragedNoise.Limit(stepSize, gradientNoise) / 2;
        Assert.True(a < stepSize / 2);
        Assert.Equal(AveragedNoise.LargestShare, gradientNoise * a / (2 - a), 1e-12);
    }

    private sealed class Run(double curvature, double p)
    {
        private readonly float[] _noise = new float[Coordinates], _move = new float[Coordinates], _scratch = new float[Coordinates], _scale = Filled(Math.Sqrt(1 - p));

        public float[] Z { get; } = new float[Coordinates];

        public double Variance => Z.Sum(z => (double)z * z) / Coordinates;

        public void Step(AveragedNoise kernel, int step)
        {
            GaussianNoise.Fill(new RandomStream(1, RandomPurpose.Minibatch, 0, step), _move);
            var spread = Math.Sqrt(kernel.GradientNoise * p);
            for (var i = 0; i < Coordinates; i++) _move[i] = (float)((curvature * Z[i]) + (spread * _move[i]));
            kernel.Apply(_noise, _move, _scale, 1, step == 0, new RandomStream(1, RandomPurpose.Noise, 0, step), new RandomStream(1, RandomPurpose.Velocity, 0, step), _scratch);
            for (var i = 0; i < Coordinates; i++) Z[i] += _move[i];
        }

        private static float[] Filled(double value)
        {
            var values = new float[Coordinates];
            values.AsSpan().Fill((float)value);
            return values;
        }
    }
}
