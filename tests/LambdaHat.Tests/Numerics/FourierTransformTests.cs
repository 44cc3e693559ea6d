using System.Numerics;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class FourierTransformTests
{
    // The sums as they are defined; of N terms of size below 1, each rounded some times: N·4·2⁻⁵².
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(256)]
    public void It_is_the_sum_of_its_definition(int count)
    {
        var random = new Random(count);
        Complex[] x = [.. Enumerable.Range(0, count).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))];
        Complex[] forward = [.. x], inverse = [.. x];
        FourierTransform.Forward(forward);
        FourierTransform.Inverse(inverse);
        for (var k = 0; k < count; k++)
        {
            Complex Sum(int sign) => x.Select((v, j) => v * Complex.FromPolarCoordinates(1, sign * 2 * Math.PI * ((long)j * k % count) / count)).Aggregate(Complex.Zero, (a, b) => a + b);
            Assert.InRange((forward[k] - Sum(-1)).Magnitude, 0, count * 4 * 2.3e-16);
            Assert.InRange((inverse[k] - Sum(1)).Magnitude, 0, count * 4 * 2.3e-16);
        }
    }
}
