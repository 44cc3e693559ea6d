using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class PreprocessingTests
{
    [Fact]
    public void Every_pixel_becomes_the_quotient_by_255_within_one_rounding()
    {
        var pixels = Enumerable.Range(0, 256).Select(i => (float)i).ToArray();
        Preprocessing.Pixels.Apply(pixels, 1);
        for (var i = 0; i < 256; i++) Assert.InRange(pixels[i], MathF.BitDecrement(i / 255f), MathF.BitIncrement(i / 255f));
        Assert.Equal(0f, pixels[0]);
        Assert.Equal(1f, pixels[255]);
    }

    [Fact]
    public void Numbers_for_each_feature_are_applied_to_their_feature()
    {
        float[] x = [1, 10, 2, 20];
        new Preprocessing { Scale = 2, Mean = [1, 5], StandardDeviation = [0.5, 10] }.Apply(x, 2);
        Assert.Equal([2f, 1.5f, 6f, 3.5f], x);
    }

    [Fact]
    public void Fitted_inputs_have_mean_zero_and_deviation_one()
    {
        float[] x = [1, 7, 5, 2, 7, 5, 6, 7, 5];
        var whole = Preprocessing.None.Fit(x, 3, perFeature: false);
        Assert.Equal(x.Average(v => (double)v), whole.Mean.Single(), 1e-14);
        Assert.Equal(Math.Sqrt(x.Average(v => (v - 5.0) * (v - 5.0))), whole.StandardDeviation.Single(), 1e-14);
        var features = new Preprocessing { Scale = 0.5 }.Fit(x, 3, perFeature: true);
        Assert.Equal([1.5, 3.5, 2.5], features.Mean.Select(m => Math.Round(m, 12)));
        Assert.Equal(Math.Sqrt(14.0 / 3) / 2, features.StandardDeviation[0], 1e-14);
        features.Apply(x, 3);
        Assert.Equal(0, x[0] + x[3] + x[6], 1e-6);
        Assert.Equal(0, x[1], 1e-6);
    }

    [Fact]
    public void A_feature_that_never_changes_gets_deviation_one() =>
        Assert.Equal([1.0], Preprocessing.None.Fit([3, 3, 3], 1, perFeature: true).StandardDeviation);

    [Theory]
    [InlineData("none", 1, 0, 1)]
    [InlineData("pixels", 1.0 / 255, 0, 1)]
    [InlineData("scale=1/255,mean=0.1307,std=0.3081", 1.0 / 255, 0.1307, 0.3081)]
    [InlineData("mean=-2", 1, -2, 1)]
    public void Texts_are_read(string text, double scale, double mean, double deviation) =>
        Assert.Equal(new Preprocessing { Scale = scale, Mean = [mean], StandardDeviation = [deviation] }, Preprocessing.Parse(text));

    [Theory]
    [InlineData("pixel", "expected none, pixels, or scale=NUMBER, mean=NUMBER, std=NUMBER joined by commas, got \"pixel\"")]
    [InlineData("mean=1,sd=2", "got \"sd=2\"")]
    [InlineData("scale=0", "scale: expected a finite number other than 0, got 0")]
    [InlineData("scale=1/0", "scale: expected a finite number other than 0, got Infinity")]
    [InlineData("std=0", "std: expected finite numbers above 0, got 0")]
    [InlineData("mean=NaN", "mean: expected finite numbers, got NaN")]
    public void Wrong_texts_are_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidInputException>(() => Preprocessing.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Numbers_for_another_number_of_features_are_refused() =>
        Assert.Equal("preprocessing: mean has 2 numbers; expected 1 or 3, one for each feature",
            Assert.Throws<InvalidInputException>(() => new Preprocessing { Mean = [1, 2] }.Apply(new float[3], 3)).Message);
}
