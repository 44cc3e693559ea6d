using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Spectra;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Spectra;

/// <summary>A whole matrix whose assembly was ended goes on from the samples that it holds, to the same eigenvalues.</summary>
public sealed class AssemblyResumeTests
{
    // Three parts of at most 16,384 samples; the end comes in the second.
    [Fact]
    public void An_assembly_that_was_ended_goes_on_to_the_same_eigenvalues()
    {
        const int n = 40_000;
        var network = new Network(new Dense(4, 5), new Relu(5), new Dense(5, 3));
        float[] w = [.. Enumerable.Range(0, network.Dimension).Select(i => MathF.Sin(i))], x = [.. Enumerable.Range(0, 4 * n).Select(i => MathF.Cos(i * 0.37f))];
        var objective = new NetworkObjective(network, SquaredError.Sum, new ArrayDataSet(x, 4, new float[3 * n], 3), w);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "run");
        SpectrumOptions Kept() => new() { Method = SpectrumMethod.Dense, AllEigenvalues = true, Store = new StateStore(path, []) };
        var whole = HessianSpectrum.Find(objective, null, null, Kept() with { Store = null });
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => HessianSpectrum.Find(objective, null, null, Kept(), progress: p =>
        {
            if (p.Stage == "assembling" && p.Share > 0.5) stop.Cancel();
        }, cancellation: stop.Token));
        Assert.True(StateFile.Open(path).Has("assembly"));
        List<double> shares = [];
        var resumed = HessianSpectrum.Find(objective, null, null, Kept(), progress: p =>
        {
            if (p.Stage == "assembling") shares.Add(p.Share);
        });
        Assert.Equal(whole.Eigenvalues, resumed.Eigenvalues);
        Assert.True(shares.Count > 0 && shares.Min() >= 2.0 * 16_384 / n, $"{string.Join(' ', shares)}");
        Assert.Equal((whole.Trace, whole.QuadraticCoefficient), (resumed.Trace, resumed.QuadraticCoefficient));
    }
}
