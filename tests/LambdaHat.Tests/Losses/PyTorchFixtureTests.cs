using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Losses;

/// <summary>Outputs, per-sample losses and gradients that PyTorch computed in float64 at the same parameters (Fixtures/pytorch/make_fixture.py).</summary>
public sealed class PyTorchFixtureTests
{
    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var model in new[] { "mlp", "embedding" })
                foreach (var (loss, key) in new[] { ("mse-sum", "mse_sum"), ("mse", "mse"), ("cross-entropy", "cross_entropy"), ("behavioural", "mse_sum") })
                    cases.Add(model, loss, key);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_agree_to_1e_minus_5(string model, string lossName, string key)
    {
        var folder = RepositoryFolder.Fixture("pytorch", model);
        var (network, w, _) = Checkpoint.Load(folder);
        using var fixture = NpzFile.Open(Path.Combine(folder, "fixture.npz"));
        var loss = LossCatalog.ByName(lossName);
        var (inputs, targets) = (fixture.Read("inputs"), fixture.Read(lossName == "cross-entropy" ? "labels" : "targets"));
        var data = new ArrayDataSet(inputs.Values, network.Inputs, targets.Values, loss.TargetSize(network.Outputs));

        var outputs = FullPass.Outputs(network, data, w);
        var losses = new double[data.Count];
        FullPass.SampleLosses(network, loss, data, w, losses);
        var gradient = FullPass.Gradient(network, loss, data, data.Count, w);

        AssertClose(fixture.Read("outputs").Values, [.. outputs.Select(o => (double)o)]);
        AssertClose(fixture.Read($"{key}_losses").Values, losses);
        AssertClose(fixture.Read($"{key}_mean").Values, [losses.Average()]);
        AssertClose(fixture.Read($"{key}_gradient").Values, gradient);
    }

    private static void AssertClose(float[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(MathF.Abs);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * scale);
    }
}
