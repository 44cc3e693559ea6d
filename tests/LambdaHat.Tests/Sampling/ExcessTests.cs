using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Sampling;

/// <summary>A chain is put back when it has left, not when one minibatch says so.</summary>
public sealed class ExcessTests
{
    [Theory]
    [InlineData(0, 1, 11, 1, 11, 1)]
    [InlineData(1, 1, 11, 11, 1, 1)]
    [InlineData(1, 1, double.NaN, 1, 1, 1)]
    [InlineData(2, 11, 11, 11, 11, 1)]
    public void Two_in_a_row_above_the_most_or_one_that_is_not_finite(int rollbacks, double a, double b, double c, double d, double e)
    {
        double[] excess = [a, b, c, d, e];
        var objective = new PolynomialObjective([new(1, 2)], [0f], 1000);
        using var chain = new Chain(new Scripted(new Target(objective, ParameterSelection.All(objective.Blocks), 100, 0), excess), new ChainOptions { MostExcess = 10, MostRollbacks = 5 });
        chain.Run(excess.Length - rollbacks, null, default);
        Assert.Equal(rollbacks, chain.Rollbacks.Count);
        Assert.Null(chain.DivergedAt);
    }

    /// <summary>Says what it is told to say.</summary>
    private sealed class Scripted(Target target, double[] excess) : Sampler(target, null, 1, 0, 0)
    {
        private int _calls;

        public override Transition Step(long step) => new(excess[_calls++], double.NaN);
    }
}
