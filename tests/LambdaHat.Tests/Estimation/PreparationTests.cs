using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Estimation;

/// <summary>What happens before the first step and after the last is told of and can be ended.</summary>
public sealed class PreparationTests : IDisposable
{
    private const int Samples = 9000;
    private static readonly int[] s_widths = [12, 7, 5];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_stage_is_heard_from_its_beginning_to_its_end(int threads)
    {
        List<StageProgress> heard = [];
        var watch = new StageWatch(heard.Add);
        LearningCoefficient.Prepare(Objective(watch, threads), new EstimationOptions(), null, watch);
        Assert.Equal(["teacher", "losses", "second moments"], heard.Select(h => h.Stage).Distinct());
        foreach (var stage in heard.GroupBy(h => h.Stage))
        {
            Assert.Equal(stage.OrderBy(h => h.Share), stage);
            // Chunks of 2048 samples; two matrices.
            Assert.True(stage.Count() > (stage.Key == "teacher" ? 2 : 5));
            Assert.Equal((0, 1), (stage.First().Share, stage.Last().Share));
        }
    }

    [Theory]
    [InlineData("teacher")]
    [InlineData("losses")]
    [InlineData("second moments")]
    public void Every_stage_can_be_ended(string stage)
    {
        using var source = new CancellationTokenSource();
        StageProgress last = default;
        var watch = new StageWatch(
            progress =>
            {
                last = progress;
                if (progress.Stage == stage) source.Cancel();
            },
            source.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => LearningCoefficient.Prepare(Objective(watch), new EstimationOptions(), null, watch));
        Assert.Equal(stage, last.Stage);
        Assert.True(last.Share < 0.6);
    }

    // Ended in the third of five chunks, which is finished, with other threads the second time: the first ones are not read again.
    [Theory]
    [InlineData("losses")]
    [InlineData("second moments")]
    public void A_pass_that_was_ended_goes_on_where_it_was(string stage)
    {
        var teacher = Teacher(null);
        float[] w = [.. teacher.Parameters.Select((v, i) => v + (0.01f * MathF.Sin(i)))];
        var data = new Counted(Data(teacher));
        var whole = Prepared(null, null, null);
        StateStore[] stores = [new(Path.Combine(_folder.Path, "losses.run"), []), new(Path.Combine(_folder.Path, "moments.run"), [])];
        using var source = new CancellationTokenSource();
        var watch = new StageWatch(
            progress =>
            {
                if (progress.Stage == stage && progress.Share > 0.4) source.Cancel();
            },
            source.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => Prepared(null, watch, stores));
        data.Reads = 0;
        using var team = new WorkTeam(2);
        var resumed = Prepared(team, null, stores);
        Assert.Equal(stage == "losses" ? 2 + 5 : 2, data.Reads);
        Assert.Equal(whole.CenterLosses.ToArray(), resumed.CenterLosses.ToArray());
        LinearNetworkObjective one = LinearNetworkObjective.Of(whole)!, other = LinearNetworkObjective.Of(resumed)!;
        Assert.Equal((one.CenterLoss, one.MinimumLoss), (other.CenterLoss, other.MinimumLoss));
        Assert.Equal(one.InputBasis, other.InputBasis);
        Assert.Equal(one.Target, other.Target);

        NetworkObjective Prepared(WorkTeam? team, StageWatch? watch, StateStore[]? stores)
        {
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, w, team, watch, stores?[0]);
            LearningCoefficient.Prepare(objective, new EstimationOptions(), team, watch, stores?[1]);
            return objective;
        }
    }

    [Fact]
    public void An_estimate_that_is_ended_before_its_first_step_was_interrupted()
    {
        var e = Assert.Throws<RunInterruptedException>(() => LearningCoefficient.Estimate(Objective(new StageWatch()), new EstimationOptions(), cancellation: new CancellationToken(canceled: true)));
        Assert.Equal((0, double.NaN, false), (e.Steps, e.SoFar.Mean, e.IsSaved));
    }

    // The steps are made, and the state says so: what is left is done again, to the same numbers.
    [Theory]
    [InlineData("the prior alone")]
    [InlineData("curvature at w*")]
    [InlineData("gradient")]
    public void The_second_opinion_can_be_ended_and_taken_up_again(string stage)
    {
        var objective = Objective(new StageWatch());
        var options = new EstimationOptions { Chains = 2, Tolerance = 0.1, Seed = 3 };
        var whole = LearningCoefficient.Estimate(objective, options);
        using var source = new CancellationTokenSource();
        var store = new StateStore(Path.Combine(_folder.Path, "state.run"), []);
        List<StageProgress> heard = [];
        var e = Assert.Throws<RunInterruptedException>(() => LearningCoefficient.Estimate(objective, options, null, store, progress =>
        {
            if (progress.Stage == stage) source.Cancel();
        }, source.Token));
        Assert.True(e.IsSaved);
        Assert.True(e.Steps >= whole.Options.Steps);
        var resumed = LearningCoefficient.Estimate(objective, options, null, store, stages: heard.Add);
        Assert.Equal((whole.LambdaHat, whole.Evidence), (resumed.LambdaHat, resumed.Evidence));
        Assert.Equal(["the prior alone", "curvature at w*", "gradient"], heard.Select(h => h.Stage).Distinct());
        Assert.All(heard, h => Assert.InRange(h.Share, 0, 1));
    }

    // 9000 samples in chunks of 2048, read once less.
    [Fact]
    public void What_is_prepared_is_used()
    {
        var teacher = Teacher(null);
        var data = new Counted(Data(teacher));
        var options = new EstimationOptions { Steps = 20, Chains = 1 };
        var (fresh, all) = Estimate(prepared: false);
        var (after, rest) = Estimate(prepared: true);
        Assert.Equal(fresh, after);
        Assert.Equal(5, all - rest);

        (double Lambda, int Reads) Estimate(bool prepared)
        {
            var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
            if (prepared) LearningCoefficient.Prepare(objective, options);
            var before = data.Reads;
            return (LearningCoefficient.Estimate(objective, options).LambdaHat, data.Reads - before);
        }
    }

    private static DeepLinearTeacher Teacher(StageWatch? watch, int threads = 1) => DeepLinearTeacher.Draw(s_widths, [5, 4], 3, threads, watch);

    private static TeacherDataSet Data(DeepLinearTeacher teacher) => new(teacher.Product(), s_widths[^1], s_widths[0], Samples, 3);

    private static NetworkObjective Objective(StageWatch watch, int threads = 1)
    {
        var teacher = Teacher(watch, threads);
        return new(teacher.Network, SquaredError.Mean, Data(teacher), teacher.Parameters, null, watch);
    }

    private sealed class Counted(DataSet data) : DataSet
    {
        private int _reads;

        public int Reads { get => _reads; set => _reads = value; }

        public override int Count => data.Count;

        public override int InputSize => data.InputSize;

        public override int TargetSize => data.TargetSize;

        public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y)
        {
            Interlocked.Increment(ref _reads);
            data.Read(indices, x, y);
        }
    }
}
