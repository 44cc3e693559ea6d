using LambdaHat.Tracking;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace LambdaHat.Tests.Tracking;

public class TailProbabilityTests
{
    // MathNet's erfc by rational approximations and its incomplete Γ by series and fraction: other ways to the same numbers, to about 1e-13.
    [Fact]
    public void The_normal_law_is_that_of_MathNet()
    {
        for (var z = -30.0; z <= 10; z += 0.0625)
            Assert.Equal(1, TailProbability.NormalBelow(z) / Normal.CDF(0, 1, z), 1e-12);
        Assert.Equal(0.5, TailProbability.NormalBelow(0));
        Assert.Equal(double.NaN, TailProbability.NormalBelow(double.NaN));
    }

    [Fact]
    public void The_tail_of_chi_squared_is_that_of_MathNet()
    {
        for (var degrees = 1; degrees <= 12; degrees++)
            for (var x = 0.125; x <= 100; x *= 1.25)
                Assert.Equal(1, TailProbability.ChiSquaredAbove(degrees, x) / SpecialFunctions.GammaUpperRegularized(degrees / 2.0, x / 2), 1e-11);
        Assert.Equal(1, TailProbability.ChiSquaredAbove(1, 0));
        Assert.Equal(1, TailProbability.ChiSquaredAbove(6, 0));
    }
}
