using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>The draws of a chain that count: those at steps from the end of burn-in on.</summary>
internal static class KeptDraws
{
    /// <summary>The index in a trace of the first draw at or after the end of burn-in.</summary>
    public static int First(EstimationOptions options) => (options.BurnInSteps + options.Thinning - 1) / options.Thinning;

    /// <summary>The kept part of the chain's trace; empty when the trace ends within burn-in.</summary>
    public static ReadOnlySpan<double> Of(ChainEstimate chain, EstimationOptions options) =>
        chain.Trace.AsSpan(Math.Min(First(options), chain.Trace.Length));
}
