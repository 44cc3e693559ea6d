using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

public sealed class DualAveragingTests
{
    // By hand: after one acceptance of 1 towards 0.8 from ε₀ = 0.1, H = −0.2/11 and ln ε = ln 1 + 0.2/(11·0.05); ε̄ is ε. After another of 0, t = 2:
    // H = (11/12)·(−0.2/11) + 0.8/12 = 0.05, ln ε = −√2·0.05/0.05 = −√2, ln ε̄ = 2^(−¾)·(−√2) + (1 − 2^(−¾))·4/11.
    [Fact]
    public void Its_first_steps_are_those_worked_out_by_hand()
    {
        var adaptation = new DualAveraging(0.1, 0.8);
        Assert.Equal((0.1, 0.1), (adaptation.StepSize, Math.Round(adaptation.AveragedStepSize, 12)));
        adaptation.Update(1);
        Assert.Equal(Math.Exp(4.0 / 11), adaptation.StepSize, 1e-12);
        Assert.Equal(Math.Exp(4.0 / 11), adaptation.AveragedStepSize, 1e-12);
        adaptation.Update(double.NaN);
        adaptation.Update(0);
        Assert.Equal(Math.Exp(-Math.Sqrt(2)), adaptation.StepSize, 1e-12);
        var share = Math.Pow(2, -0.75);
        Assert.Equal(Math.Exp((-share * Math.Sqrt(2)) + ((1 - share) * 4 / 11)), adaptation.AveragedStepSize, 1e-12);
    }

    // The acceptance e^(−ε) is 0.8 at ε = 0.2231. The average ε̄ looks back over about T^κ of the T steps, 1,700 of 20,000; with noise of 0.4 in an acceptance, whose slope by ln ε is
    // −0.8·0.2231, it is off in ln ε by 0.4/(0.178·√1700) = 0.054; four times that.
    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e3)]
    public void It_finds_the_step_size_of_its_target_from_far_away(double initial)
    {
        var adaptation = new DualAveraging(initial, 0.8);
        var random = new Random(1);
        for (var t = 0; t < 20_000; t++) adaptation.Update(random.NextDouble() < Math.Exp(-adaptation.StepSize) ? 1 : 0);
        Assert.Equal(Math.Log(-Math.Log(0.8)), Math.Log(adaptation.AveragedStepSize), 0.22);
    }

    [Theory]
    [InlineData("mala", 0.574)]
    [InlineData("mala in kronecker", 0.574)]
    [InlineData("hmc", 0.65)]
    public void A_sampler_comes_to_accept_as_often_as_asked(string name, double target)
    {
        var problem = new GaussianProblem(200, 60);
        using var sampler = SamplerCase.Create(name, problem);
        var adaptation = new DualAveraging(sampler.StepSize / 100, target);
        const int warmUp = 3000, steps = 10_000;
        for (var step = 0; step < warmUp; step++)
        {
            sampler.StepSize = adaptation.StepSize;
            adaptation.Update(sampler.Step(step).Acceptance);
        }
        sampler.StepSize = adaptation.AveragedStepSize;
        double[] acceptance = [.. Enumerable.Range(warmUp, steps).Select(step => sampler.Step(step).Acceptance)];
        var mean = MonteCarloMean.Of([acceptance]);
        // The average step size carries the noise of the last 3000^κ = 405 acceptances: 0.35/√405 = 0.017, four times.
        Assert.InRange(mean.Mean, target - 0.07 - (4 * mean.StandardError), target + 0.07 + (4 * mean.StandardError));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(double.NaN, 0.5)]
    [InlineData(1, 1)]
    [InlineData(1, double.NaN)]
    public void Bad_numbers_are_refused(double initial, double target) => Assert.Throws<InvalidInputException>(() => new DualAveraging(initial, target));
}
