using System.Diagnostics;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>What a chain left behind. Traces hold NaN from a divergence on.</summary>
/// <param name="Trace">nβ·(L_B(w_t) − L_B(w*)) at every thinning-th step t = 0, thinning, …, before the move from w_t.</param>
/// <param name="Acceptance">min(1, α) of the move at every acceptance-th step.</param>
/// <param name="DivergedAt">The step at which a loss or a parameter was no longer finite, or null.</param>
/// <param name="Distance">‖w − w*‖ at the end.</param>
public sealed record ChainResult(double[] Trace, double[] Acceptance, long? DivergedAt, double Distance);

/// <summary>
/// The loop that runs one chain: minibatch, loss and gradient, record, move. Holds w, the moved w and two gradients: four vectors of
/// d floats (two when the acceptance is never evaluated). A step allocates nothing.
/// </summary>
public sealed class Chain(Objective objective, ParameterSelection sampled, Sgld kernel, ChainOptions options)
{
    private static readonly TimeSpan s_reportInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Runs chain number <paramref name="index"/> from w* through <paramref name="evaluator"/>. <paramref name="report"/> hears of (step, recent mean of the trace)
    /// about ten times a second, and of NaN when the chain diverges.
    /// </summary>
    public ChainResult Run(int index, Evaluator evaluator, Action<long, double>? report, CancellationToken cancellation)
    {
        var d = objective.Dimension;
        var checks = options.AcceptanceEvery > 0;
        using AlignedMemory current = new(d), gradients = new(d), moved = new(checks ? d : 0), movedGradients = new(checks ? d : 0);
        objective.Center.CopyTo(current.Span);
        if (checks) objective.Center.CopyTo(moved.Span);
        var (w, next) = (current, moved);

        var trace = NaNs(((options.Steps - 1) / options.Thinning) + 1);
        var acceptance = NaNs(checks ? ((options.Steps - 1) / options.AcceptanceEvery) + 1 : 0);
        long? divergedAt = null;
        long step = 0, reported = 0;
        double recent = 0;
        var clock = Stopwatch.StartNew();
        var lastReport = TimeSpan.Zero;
        for (; step < options.Steps && !cancellation.IsCancellationRequested; step++)
        {
            evaluator.SelectMinibatch(options.Seed, index, step);
            var loss = evaluator.LossAndGradient(w.Span, gradients.Span);
            var excess = options.NBeta * (loss - evaluator.CenterLoss);
            if (!double.IsFinite(excess))
            {
                divergedAt = step;
                break;
            }
            if (step % options.Thinning == 0) trace[step / options.Thinning] = excess;
            recent += excess;

            var noise = new RandomStream(options.Seed, RandomPurpose.Noise, index, step);
            if (checks && step % options.AcceptanceEvery == 0)
            {
                kernel.Step(w.Span, objective.Center, gradients.Span, next.Span, noise);
                var newLoss = evaluator.LossAndGradient(next.Span, movedGradients.Span);
                var ratio = kernel.LogMetropolisRatio(objective.Center, w.Span, loss, gradients.Span, next.Span, newLoss, movedGradients.Span);
                acceptance[step / options.AcceptanceEvery] = double.IsNaN(ratio) ? 0 : Math.Exp(Math.Min(0, ratio));
                (w, next) = (next, w);
            }
            else
            {
                kernel.Step(w.Span, objective.Center, gradients.Span, w.Span, noise);
            }

            if (report is not null && clock.Elapsed - lastReport >= s_reportInterval)
            {
                report(step + 1, recent / (step + 1 - reported));
                (lastReport, reported, recent) = (clock.Elapsed, step + 1, 0);
            }
        }

        var distance = Distance(w.Span);
        if (!double.IsFinite(distance)) divergedAt ??= step;
        if (divergedAt is not null) report?.Invoke(step, double.NaN);
        else if (step > reported) report?.Invoke(step, recent / (step - reported));
        return new ChainResult(trace, acceptance, divergedAt, distance);
    }

    private double Distance(ReadOnlySpan<float> w)
    {
        var sum = 0.0;
        foreach (var block in sampled.Blocks)
        {
            for (var i = block.Offset; i < block.Offset + block.Size; i++)
            {
                double away = w[i] - objective.Center[i];
                sum += away * away;
            }
        }
        return Math.Sqrt(sum);
    }

    private static double[] NaNs(int count)
    {
        var values = new double[count];
        values.AsSpan().Fill(double.NaN);
        return values;
    }
}
