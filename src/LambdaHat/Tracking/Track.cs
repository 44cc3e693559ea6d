using System.Runtime.ExceptionServices;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Tracking;

/// <summary>λ̂ along a series of checkpoints of one network, all at the same nβ and γ: <see cref="LearningCoefficient.Estimate"/> at each, several side by side.</summary>
public static class Track
{
    /// <summary>
    /// Measures the checkpoints that <paramref name="done"/> lacks, as many at once as there are threads, with one thread each; threads that are left over when fewer remain are shared among those. Every
    /// checkpoint has a seed of its own. The result does not depend on the number of threads nor on how often a track was cut and taken up again, unless <see cref="EstimationOptions.MaxMinutes"/> cuts a point.
    /// </summary>
    /// <param name="series">The checkpoints, their loss and data.</param>
    /// <param name="options">How to estimate, for all the same.</param>
    /// <param name="done">Points of an earlier track with the same options, which are kept.</param>
    /// <param name="measured">Called after every point with everything so far, one at a time, from the threads that measure.</param>
    /// <param name="progress">Told how far the track has come; called from the threads of the chains, one at a time.</param>
    /// <param name="store">Where the state of a checkpoint's estimate with these options is kept while it is being made; null keeps none.</param>
    /// <param name="cancellation">Ends the track with an <see cref="OperationCanceledException"/>; without a store the points that are being measured are lost.</param>
    /// <exception cref="InvalidInputException">An option does not fit the network, or a checkpoint has changed.</exception>
    public static TrackResult Run(TrackedSeries series, TrackOptions options, IReadOnlyList<TrackPoint>? done = null, Action<TrackResult>? measured = null,
        IProgress<TrackProgress>? progress = null, Func<NetworkObjective, EstimationOptions, StateStore>? store = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        options = options.Resolve(series);
        using var shift = new Shift(series, options, done ?? [], measured, progress, store, cancellation);
        return shift.Run();
    }

    // One run: who works on which checkpoint is decided under the lock; reports have one of their own, so that a point that is being written holds up no chain.
    private sealed class Shift : IDisposable
    {
        private readonly TrackedSeries _series;
        private readonly TrackOptions _options;
        private readonly Action<TrackResult>? _measured;
        private readonly IProgress<TrackProgress>? _progress;
        private readonly Func<NetworkObjective, EstimationOptions, StateStore>? _store;
        private readonly CancellationToken _asked;
        private readonly CancellationTokenSource _stop;
        private readonly Queue<int> _waiting = [];
        private readonly Lock _reports = new();
        private readonly object _lock = new();
        private readonly double[] _shares;
        private TrackResult _result;
        private ExceptionDispatchInfo? _failure;
        private int _free, _running;

        public Shift(TrackedSeries series, TrackOptions options, IReadOnlyList<TrackPoint> done, Action<TrackResult>? measured, IProgress<TrackProgress>? progress, Func<NetworkObjective, EstimationOptions, StateStore>? store, CancellationToken cancellation)
        {
            (_series, _options, _measured, _progress, _store, _asked, _free) = (series, options, measured, progress, store, cancellation, options.Estimation.Threads);
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _shares = new double[series.Checkpoints.Count];
            _result = new TrackResult(series.Checkpoints, done, options.FalseAlarms);
            var names = _result.Points.Select(p => p.Name).ToHashSet();
            for (var i = 0; i < series.Checkpoints.Count; i++)
                if (!names.Contains(series.Checkpoints[i].Name)) _waiting.Enqueue(i);
        }

        public TrackResult Run()
        {
            lock (_lock)
            {
                while (true)
                {
                    while (_failure is null && !_stop.IsCancellationRequested && _waiting.Count > 0 && _free > 0)
                    {
                        var threads = Math.Max(1, _free / _waiting.Count);
                        var place = _waiting.Dequeue();
                        (_free, _running) = (_free - threads, _running + 1);
                        new Thread(() => Work(place, threads)) { IsBackground = true, Name = $"Track {place + 1}" }.Start();
                    }
                    if (_running == 0) break;
                    Monitor.Wait(_lock);
                }
            }
            if (!_asked.IsCancellationRequested || _failure?.SourceException is not OperationCanceledException) _failure?.Throw();
            if (!_result.IsComplete) _asked.ThrowIfCancellationRequested();
            return _result;
        }

        public void Dispose() => _stop.Dispose();

        private void Work(int place, int threads)
        {
#pragma warning disable CA1031 // Whatever a point throws is thrown again to the caller.
            try
            {
                var (point, states) = Measure(place, threads);
                lock (_lock)
                {
                    lock (_reports)
                    {
                        _result = new TrackResult(_series.Checkpoints, [.. _result.Points, point], _options.FalseAlarms);
                        Report(place, 0, point);
                    }
                    _measured?.Invoke(_result);
                }
                states?.Delete();
            }
            catch (Exception e)
            {
                lock (_lock) _failure ??= ExceptionDispatchInfo.Capture(e);
                _stop.Cancel();
            }
#pragma warning restore CA1031
            lock (_lock)
            {
                (_free, _running) = (_free + threads, _running - 1);
                Monitor.PulseAll(_lock);
            }
        }

        private (TrackPoint Point, StateStore? States) Measure(int place, int threads)
        {
            var checkpoint = _series.Checkpoints[place];
            using var team = threads > 1 ? new WorkTeam(threads) : null;
            var watch = new StageWatch(null, _stop.Token);
            var objective = _series.ObjectiveAt(checkpoint, team, watch);
            var losses = _series.LossesAt(objective, team, watch);
            var estimation = _options.Estimation with { Seed = unchecked(_options.Estimation.Seed + (ulong)place), Threads = threads };
            var share = _progress is null ? null : new PointShare(estimation.ChainsAt(objective), part => Report(place, part, null));
            var states = _store?.Invoke(objective, estimation);
            return (TrackPoint.Of(checkpoint, LearningCoefficient.Estimate(objective, estimation, share, states, cancellation: _stop.Token), losses), states);
        }

        private void Report(int place, double share, TrackPoint? point)
        {
            if (_progress is null) return;
            lock (_reports)
            {
                _shares[place] = share;
                _progress.Report(new(_result.Points.Count, _shares.Length, _shares.Sum(), point));
            }
        }
    }
}

/// <summary>How far a track has come: points measured of all, the shares of those at hand that are done (together), and, once when it is, the point.</summary>
public readonly record struct TrackProgress(int Done, int Points, double Share, TrackPoint? Measured);
