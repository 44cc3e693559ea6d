using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Tests.Data;
using LambdaHat.Tracking;

namespace LambdaHat.Tests.Tracking;

public sealed class TrackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static TrackOptions Options(int threads = 1) => new() { Estimation = new EstimationOptions { Steps = 64, Seed = 11, Threads = threads } };

    // All but what a clock says.
    private static string Text(TrackResult result) => string.Join('\n', result.Points.Select(p => $"{p with { Seconds = 0, Reasons = [] }} {string.Join(';', p.Reasons)}")) + string.Join('\n', result.Findings);

    [Fact]
    public void Every_point_is_the_estimate_at_its_checkpoint_with_gamma_of_the_last()
    {
        var series = SmallSeries.Create(_folder, 3);
        var result = Track.Run(series, Options());
        // 10·d/‖w*‖² at the last checkpoint, n/ln n: the defaults in closed form.
        var gamma = 10 * 10 / SmallSeries.Weights(2).Sum(w => (double)w * w);
        for (var i = 0; i < 3; i++)
        {
            var objective = new NetworkObjective(SmallSeries.Network, SquaredError.Behavioural, RealisableData.Relabel(SmallSeries.Network, SmallSeries.Weights(i), SmallSeries.Data), SmallSeries.Weights(i));
            var own = LearningCoefficient.Estimate(objective, new EstimationOptions { Steps = 64, Seed = 11 + (ulong)i, Gamma = Options().Resolve(series).Estimation.Gamma, NBeta = 200 / Math.Log(200) });
            var point = result.Points[i];
            Assert.Equal((own.LambdaHat, own.StandardError, own.Verdict, own.Options.Seed), (point.LambdaHat, point.StandardError, point.Verdict, point.Seed));
            Assert.Equal(($"step-{i + 1}", i + 1L), (point.Name, point.Step));
            Assert.Equal(own.Evidence.Quadratic!.Value, point.Quadratic);
            // The data were made by the first: squared error of the others in closed form of two passes.
            Assert.Equal(FullPass.MeanLoss(SmallSeries.Network, SquaredError.Mean, SmallSeries.Data, SmallSeries.Weights(i)), point.Losses.Train);
            Assert.True(double.IsNaN(point.Losses.Test) && double.IsNaN(point.Losses.TrainAccuracy));
        }
        Assert.Equal(gamma, Options().Resolve(series).Estimation.Gamma!.Value, 1e-6 * gamma);
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void Threads_and_interruptions_leave_every_bit_as_it_is()
    {
        var series = SmallSeries.Create(_folder, 5);
        var whole = Text(Track.Run(series, Options()));
        Assert.Equal(whole, Text(Track.Run(series, Options(threads: 2))));
        Assert.Equal(whole, Text(Track.Run(series, Options(threads: 16))));
        foreach (var threads in new[] { 1, 3 })
        {
            using var cut = new CancellationTokenSource();
            TrackResult? saved = null;
            Assert.Throws<OperationCanceledException>(() => Track.Run(series, Options(threads), measured: result =>
            {
                saved = result;
                if (result.Points.Count == 2) cut.Cancel();
            }, cancellation: cut.Token));
            // What had been begun may still end.
            Assert.InRange(saved!.Points.Count, 2, 4);
            Assert.False(saved.IsComplete);
            Assert.Empty(saved.Findings);
            var counts = new List<int>();
            Assert.Equal(whole, Text(Track.Run(series, Options(), saved.Points, result => counts.Add(result.Points.Count))));
            Assert.Equal(Enumerable.Range(saved.Points.Count + 1, 5 - saved.Points.Count), counts);
        }
    }

    [Fact]
    public void Progress_grows_to_the_number_of_checkpoints()
    {
        var reports = new List<TrackProgress>();
        Track.Run(SmallSeries.Create(_folder, 4), Options(threads: 2), progress: new Collector(reports));
        Assert.Equal([1, 2, 3, 4], reports.Where(r => r.Measured is not null).Select(r => r.Done));
        Assert.All(reports, r => Assert.InRange(r.Done + r.Share, 0, 4));
        Assert.Contains(reports, r => r.Share > 0);
    }

    [Fact]
    public void A_checkpoint_that_changes_under_way_ends_the_track()
    {
        var series = SmallSeries.Create(_folder, 3);
        SmallSeries.Save(_folder, "step-2", 7);
        var message = Assert.Throws<InvalidInputException>(() => Track.Run(series, Options())).Message;
        Assert.Equal($"\"{Path.Combine(_folder.Path, "step-2")}\" has changed since the series was read; expected checkpoints that stay as they are", message);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Equal("false alarms must be a number in (0, 1), got 1", Assert.Throws<InvalidInputException>(() => new TrackOptions { FalseAlarms = 1 }).Message);
        Assert.Contains("localisation must be plain", Assert.Throws<InvalidInputException>(() => new TrackOptions { Estimation = new EstimationOptions { Localisation = "relative" } }).Message, StringComparison.Ordinal);
    }

    // What the curve says is put into words: a jump, points that failed, a loss of which w* is no minimum, logarithmic places.
    [Fact]
    public void Findings_say_what_the_curve_does()
    {
        var series = Enumerable.Range(0, 12).Select(i => new SeriesCheckpoint($"s{i}", "", (long)Math.Pow(3, i), 0, 1)).ToArray();
        TrackPoint Point(int i, Verdict verdict) => new() { Name = $"s{i}", Step = series[i].Step, Checksum = 0, LambdaHat = i < 6 ? 10 : 20, StandardError = 0.5, Verdict = verdict };
        var result = new TrackResult(series, Enumerable.Range(0, 12).Select(i => Point(i, i is 2 ? Verdict.NotAMinimum : Verdict.Converged)), 0.05);
        Assert.True(result.IsLogarithmic);
        Assert.Equal(new TrackChange(243, 729, 243, 729, 10, Math.Sqrt((0.25 / 5) + (0.25 / 6))), Assert.Single(result.Changes) with { JumpError = Math.Sqrt((0.25 / 5) + (0.25 / 6)) });
        Assert.Equal(
        [
            "from step 1 to 243 λ̂ is 10 ± 0.22 (5 points)",
            "between steps 243 and 729 λ̂ changes, by +10 ± 0.3 there (90 %: between steps 243 and 729)",
            "from step 729 to 177147 λ̂ is 20 ± 0.2 (6 points)",
            "11 of 12 checkpoints converged; the others are left out where changes are looked for",
            "1 of 12 checkpoints is no minimum of this loss, where λ̂ is no learning coefficient; the behavioural loss (--loss behavioural), of which every checkpoint is a minimum, is advised",
        ], result.Findings);
        Assert.Equal("1 of 12 checkpoints converged: too few to look for changes", new TrackResult(series, Enumerable.Range(0, 12).Select(i => Point(i, i == 0 ? Verdict.Converged : Verdict.StepTooLarge)), 0.05).Findings[0]);
        Assert.Empty(new TrackResult(series, [Point(0, Verdict.Converged)], 0.05).Findings);
    }

    private sealed class Collector(List<TrackProgress> reports) : IProgress<TrackProgress>
    {
        public void Report(TrackProgress value) => reports.Add(value);
    }
}
