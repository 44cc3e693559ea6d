using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// The step size of a warm-up by dual averaging (Hoffman &amp; Gelman 2014, Section 3.2, with its γ = 0.05, t₀ = 10, κ = 0.75): after the t-th acceptance a_t,
/// <code>
///     H ← (1 − 1/(t + t₀))·H + (δ − a_t)/(t + t₀),   ln ε = ln(10·ε₀) − (√t/γ)·H,   ln ε̄ ← t^(−κ)·ln ε + (1 − t^(−κ))·ln ε̄
/// </code>
/// ε is for the next step, ε̄ for the run after the warm-up; both settle where the mean acceptance is δ.
/// </summary>
public sealed class DualAveraging
{
    private const double Shrinkage = 0.05, Delay = 10, Forgetting = 0.75;
    private readonly double _target;
    private double _center, _error, _logAverage;
    private long _count;

    /// <summary>Starts at ε₀ = <paramref name="initial"/> &gt; 0 towards the mean acceptance δ = <paramref name="target"/> in (0, 1).</summary>
    /// <exception cref="InvalidInputException">A number is out of its range.</exception>
    public DualAveraging(double initial, double target)
    {
        if (!(initial > 0) || !double.IsFinite(initial)) throw new InvalidInputException($"the step size to start from must be a finite number > 0, got {initial}");
        if (!(target > 0 && target < 1)) throw new InvalidInputException($"the acceptance to aim at must lie in (0, 1), got {target}");
        (_target, _center, _logAverage, StepSize) = (target, Math.Log(10 * initial), Math.Log(initial), initial);
    }

    /// <summary>ε.</summary>
    public double StepSize { get; private set; }

    /// <summary>ε̄; ε₀ before the first acceptance.</summary>
    public double AveragedStepSize => Math.Exp(_logAverage);

    /// <summary>Writes or reads all that the next step size depends on.</summary>
    public void Transfer(StateTransfer state)
    {
        (_center, _error, _logAverage) = (state.Value(_center), state.Value(_error), state.Value(_logAverage));
        (_count, StepSize) = (state.Value(_count), state.Value(StepSize));
    }

    /// <summary>Takes the acceptance of a step made with <see cref="StepSize"/>, in [0, 1]; NaN stands for none and changes nothing.</summary>
    public void Update(double acceptance)
    {
        if (double.IsNaN(acceptance)) return;
        _count++;
        var weight = 1 / (_count + Delay);
        _error = ((1 - weight) * _error) + (weight * (_target - acceptance));
        var log = _center - (Math.Sqrt(_count) / Shrinkage * _error);
        var share = Math.Pow(_count, -Forgetting);
        _logAverage = (share * log) + ((1 - share) * _logAverage);
        StepSize = Math.Exp(log);
    }
}
