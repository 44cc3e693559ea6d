namespace LambdaHat.Curvature;

/// <summary>How far stochastic Lanczos quadrature goes. The defaults keep the sum of both errors below 1 %.</summary>
public sealed record QuadratureOptions
{
    /// <summary>Probes are added until the standard error of every trace is at most this share of it; in (0, 1).</summary>
    public double RelativeStandardError { get; init => field = Share(value, "relative standard error"); } = 0.005;

    /// <summary>Lanczos goes on until its two rules differ by at most twice this share, for every function; in (0, 1).</summary>
    public double RelativeQuadratureError { get; init => field = Share(value, "relative quadrature error"); } = 0.0025;

    /// <summary>The most probes; 2 or more.</summary>
    public int MaximumProbes { get; init => field = AtLeastTwo(value, "number of probes"); } = 200;

    /// <summary>The most Lanczos steps of a probe; 2 or more. Each keeps a vector of float64 in memory.</summary>
    public int MaximumDepth { get; init => field = AtLeastTwo(value, "Lanczos depth"); } = 1000;

    /// <summary>The seed of the probes.</summary>
    public ulong Seed { get; init; }

    private static double Share(double value, string name) => value is > 0 and < 1 ? value
        : throw new InvalidInputException($"{name}: expected a number above 0 and below 1, got {value}");

    private static int AtLeastTwo(int value, string name) => value >= 2 ? value
        : throw new InvalidInputException($"{name}: expected 2 or more, got {value}");
}
