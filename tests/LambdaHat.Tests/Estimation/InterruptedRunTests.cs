using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Estimation;

/// <summary>Estimates that are interrupted again and again, and saved in between, have the bits of one that is not.</summary>
public sealed class InterruptedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, bool> Runs => new()
    {
        { "gibbs", false }, { "gibbs refined", false }, { "langevin", false }, { "mala", false }, { "hmc", false }, { "sgnht", true }, { "rmsprop-sgld", false }, { "sgld kronecker", true }, { "two temperatures", false }, { "relu langevin", false },
        { "polynomial", false }, { "bounded langevin", false }, { "bounded mala", false },
    };

    public void Dispose() => _folder.Dispose();

    // Interruptions come after some milliseconds of many lengths, or numbers of reports of progress where a run is over sooner: in the warm-up, while chains stand at different steps, at half the step, in the pass for the sample losses.
    [Theory, MemberData(nameof(Runs))]
    public void Interrupted_again_and_again_it_is_the_same_run(string name, bool fixedLength)
    {
        var (objective, options) = Case(name, fixedLength);
        var whole = LearningCoefficient.Estimate(objective, options with { Threads = 1 });
        LearningCoefficientEstimate? resumed = null;
        var interruptions = 0;
        while (resumed is null)
        {
            Assert.True(interruptions < 1000, "no progress");
            using var stop = new CancellationTokenSource();
            var store = new StateStore(Path.Combine(_folder.Path, "state.run"), []) { Interval = TimeSpan.FromMilliseconds(2) };
            // Other threads, other times: neither matters.
            // A timer would wait for a thread of the pool, all of which may be at work.
            // Longer and longer: what follows the last step is done from its beginning each time.
            var (delay, alarm) = (3 + (5 * interruptions % 40) + (interruptions / 5), stop);
            var clock = new Thread(() =>
            {
                Thread.Sleep(delay);
                alarm.Cancel();
            });
            clock.Start();
            try
            {
                resumed = LearningCoefficient.Estimate(objective, options with { Threads = 1 + (interruptions % 3) }, new StopAfter(50 + (40 * interruptions), stop), store, cancellation: stop.Token);
            }
            catch (RunInterruptedException e)
            {
                Assert.True(e.IsSaved);
                interruptions++;
            }
            finally
            {
                clock.Join();
            }
        }
        Assert.True(interruptions >= 2, $"{interruptions} interruptions");
        Assert.Equal(whole.Options.Steps, resumed.Options.Steps);
        Assert.Equal((whole.Options.Thinning, whole.Options.AcceptanceEvery), (resumed.Options.Thinning, resumed.Options.AcceptanceEvery));
        Assert.Equal(name.StartsWith("bounded", StringComparison.Ordinal) ? 32 : 1, whole.Options.Thinning);
        Assert.Equal(whole.Evidence, resumed.Evidence);
        Assert.Equal((whole.LambdaHat, whole.StandardError, whole.RHat, whole.Verdict, whole.Options.StepSize, whole.Options.BurnIn), (resumed.LambdaHat, resumed.StandardError, resumed.RHat, resumed.Verdict, resumed.Options.StepSize, resumed.Options.BurnIn));
        for (var i = 0; i < whole.Chains.Count; i++)
        {
            Assert.Equal(whole.Chains[i].Trace, resumed.Chains[i].Trace);
            Assert.Equal(whole.Chains[i].AcceptanceTrace, resumed.Chains[i].AcceptanceTrace);
            Assert.Equal(whole.Chains[i].Distance, resumed.Chains[i].Distance);
        }
    }

    private sealed class StopAfter(int reports, CancellationTokenSource stop) : IProgress<SamplingProgress>
    {
        private int _reports;

        public void Report(SamplingProgress value)
        {
            if (Interlocked.Increment(ref _reports) == reports) stop.Cancel();
        }
    }

    private static (Objective, EstimationOptions) Case(string name, bool fixedLength)
    {
        var options = new EstimationOptions { Chains = 3, Gamma = 100, Tolerance = 0.005, MaxSteps = 3000, Seed = 2, TwoTemperatures = name == "two temperatures" };
        if (fixedLength) options = options with { Steps = 3000 };
        if (name == "polynomial") return (new PolynomialObjective([new PolynomialTerm(1, 4, 0), new PolynomialTerm(1, 0, 4)], new float[2], 1000), options with { Sampler = "mala", MaxSteps = 20_000, Tolerance = 0.001 });
        if (name == "gibbs refined")
        {
            // Five matrices at hardly any γ: singular values in place of squares.
            int[] widths = [6, 7, 5, 8, 6, 4];
            var deep = DeepLinearTeacher.Draw(widths, null, 1);
            return (new NetworkObjective(deep.Network, SquaredError.Mean, new TeacherDataSet(deep.Product(), 4, 6, 1000, 1), deep.Parameters), options with { Sampler = "gibbs", Gamma = 1e-9, Steps = 2000 });
        }
        options = name.Split(' ') switch
        {
            ["relu", var sampler] => options with { Sampler = sampler },
            // Traces of at most 128 numbers, whose stride doubles five times.
            ["bounded", var sampler] => options with { Sampler = sampler, MostRecords = 128, MaxSteps = 2500, Tolerance = 0.0001 },
            ["two", _] => options with { Sampler = "mala", MaxSteps = 4000, Tolerance = 0.001 },
            [var sampler, var metric] => options with { Sampler = sampler, Metric = metric },
            _ => options with { Sampler = name },
        };
        if (name == "gibbs") options = options with { MaxSteps = 6000, Tolerance = 0.005 };
        if (!name.StartsWith("relu", StringComparison.Ordinal))
        {
            var teacher = DeepLinearTeacher.Draw([6, 5, 4], [5, 4], 1);
            return (new NetworkObjective(teacher.Network, SquaredError.Mean, new TeacherDataSet(teacher.Product(), 4, 6, 1000, 1), teacher.Parameters), options);
        }
        var relu = ReluTeacher.Draw([4, 6, 3], 1);
        return (new NetworkObjective(relu.Network, SquaredError.Mean, RealisableData.Draw(relu.Network, relu.Parameters, 800, 1), relu.Parameters), options);
    }
}
