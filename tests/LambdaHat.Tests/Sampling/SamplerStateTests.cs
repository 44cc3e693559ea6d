using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Sampling;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Sampling;

/// <summary>A chain that is written to a file and read into a new one goes on with the same bits, whatever its sampler: a field that a sampler forgets to name shows here.</summary>
public sealed class SamplerStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> All => SamplerCase.All;

    public void Dispose() => _folder.Dispose();

    // 40 is after the first save of a position to go back to, the 30th; 61 steps more pass through measurements of noise and metric, and the next save. The metrics learn for 500 steps.
    [Theory, MemberData(nameof(All))]
    public void Saved_and_read_it_goes_on_with_the_same_bits(string name)
    {
        var path = Path.Combine(_folder.Path, "state.run");
        var problem = new GaussianProblem(200, 60);
        using var whole = Create(name, problem);
        whole.Run(40, null, CancellationToken.None);
        // As after a divergence: half the step, and from here on with one rollback.
        whole.Sampler.StepSize /= 2;
        StateFile.Write(path, [], [new StateSection("chain", whole.Transfer)]);
        whole.Run(101, null, CancellationToken.None);

        using var resumed = Create(name, problem);
        StateFile.Open(path).Read([new StateSection("chain", resumed.Transfer)]);
        Assert.Equal(40, resumed.Steps);
        resumed.Run(101, null, CancellationToken.None);
        Assert.Equal(whole.Trace, resumed.Trace);
        Assert.Equal(whole.Acceptance, resumed.Acceptance);
        Assert.Equal(whole.Sampler.Position, resumed.Sampler.Position);
        Assert.Equal((whole.Sampler.StepSize, whole.Sampler.SampleGradients, whole.Sampler.MinibatchVariance), (resumed.Sampler.StepSize, resumed.Sampler.SampleGradients, resumed.Sampler.MinibatchVariance));

        // The second state is that of a chain that was read: it, too, is whole.
        string one = Path.Combine(_folder.Path, "one"), other = Path.Combine(_folder.Path, "other");
        StateFile.Write(one, [], [new StateSection("chain", whole.Transfer)]);
        StateFile.Write(other, [], [new StateSection("chain", resumed.Transfer)]);
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
    }

    [Fact]
    public void Divergence_and_rollbacks_are_part_of_it()
    {
        var path = Path.Combine(_folder.Path, "state.run");
        var problem = new GaussianProblem(200, 60);
        // Steps far beyond stability: back to w* three times, then lost.
        using var whole = Create("sgld", problem, 3);
        whole.Sampler.StepSize *= 1000;
        whole.Run(3000, null, CancellationToken.None);
        Assert.NotNull(whole.DivergedAt);
        Assert.Equal(3, whole.Rollbacks.Count);
        StateFile.Write(path, [], [new StateSection("chain", whole.Transfer)]);
        using var resumed = Create("sgld", problem, 3);
        StateFile.Open(path).Read([new StateSection("chain", resumed.Transfer)]);
        Assert.Equal(whole.DivergedAt, resumed.DivergedAt);
        Assert.Equal(whole.Rollbacks, resumed.Rollbacks);
    }

    private static Chain Create(string name, GaussianProblem problem, int rollbacks = 12) => new(SamplerCase.Create(name, problem, 5, 1), new ChainOptions { MostRollbacks = rollbacks, SaveEvery = 30 });
}
