namespace LambdaHat.Estimation;

/// <summary>The mean of what the chains of one estimate have done of their steps, which a run of open length sets anew as it goes: never less than before.</summary>
internal sealed class PointShare(int chains, Action<double> report) : IProgress<SamplingProgress>
{
    private readonly double[] _shares = new double[chains];
    private double _share;

    public void Report(SamplingProgress value)
    {
        lock (_shares)
        {
            _shares[value.Chain] = double.IsNaN(value.RecentLambda) ? 1 : Math.Min((double)value.Step / value.Steps, 1);
            _share = Math.Max(_share, _shares.Average());
            report(_share);
        }
    }
}
