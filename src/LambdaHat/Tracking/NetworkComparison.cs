using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tracking;

/// <summary>What two estimates must share to be compared.</summary>
public sealed record ComparedSetting(double NBeta, double Gamma, string Localisation, double Box, IReadOnlyList<string> Restrict, string Loss)
{
    // Numbers that went through text and back are the same.
    private const double Rounding = 1e-9;

    /// <summary>The setting of an estimate that has been made or resolved.</summary>
    public static ComparedSetting Of(EstimationOptions options, string loss) => new(options.NBeta!.Value, options.Gamma!.Value, options.Localisation, options.Box, options.Restrict, loss);

    /// <summary>What differs, in words.</summary>
    public IEnumerable<string> Differences(ComparedSetting other)
    {
        if (!Same(NBeta, other.NBeta)) yield return $"nbeta is {NBeta:R} for A and {other.NBeta:R} for B";
        if (!Same(Gamma, other.Gamma)) yield return $"gamma is {Gamma:R} for A and {other.Gamma:R} for B";
        if (Localisation != other.Localisation) yield return $"localisation is {Localisation} for A and {other.Localisation} for B";
        if (!Same(Box, other.Box)) yield return $"box is {Box:R} for A and {other.Box:R} for B";
        if (!Restrict.SequenceEqual(other.Restrict)) yield return $"restrict is \"{string.Join(' ', Restrict)}\" for A and \"{string.Join(' ', other.Restrict)}\" for B";
        if (Loss != other.Loss) yield return $"loss is {Loss} for A and {other.Loss} for B";
    }

    private static bool Same(double a, double b) => a == b || (double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= Rounding * Math.Max(Math.Abs(a), Math.Abs(b)));
}

/// <summary>One of two estimates that are compared.</summary>
public sealed record ComparedEstimate
{
    /// <summary>The network's title, that of its folder.</summary>
    public required string Title { get; init; }

    /// <summary>What it must share with the other.</summary>
    public required ComparedSetting Setting { get; init; }

    /// <summary>λ̂; NaN when every chain diverged.</summary>
    public required double LambdaHat { get; init; }

    /// <summary>Its Monte-Carlo standard error.</summary>
    public required double StandardError { get; init; }

    /// <summary>What to believe of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The reasons for the verdict, in words.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>λ_quad, NaN where it was not measured.</summary>
    public required double Quadratic { get; init; }

    /// <summary>n.</summary>
    public required long SampleCount { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>The data in one line.</summary>
    public required string Data { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The part of a run that is compared.</summary>
    public static ComparedEstimate Of(RunRecord run) => new()
    {
        Title = run.Title,
        Setting = ComparedSetting.Of(run.Estimate.Options, run.Loss),
        LambdaHat = run.Estimate.LambdaHat,
        StandardError = run.Estimate.StandardError,
        Verdict = run.Estimate.Verdict,
        Reasons = run.Estimate.Reasons,
        Quadratic = run.Estimate.Evidence.Quadratic?.Value ?? double.NaN,
        SampleCount = run.Estimate.SampleCount,
        Dimension = run.Estimate.Dimension,
        Data = run.Data,
        Seed = run.Estimate.Options.Seed,
    };
}

/// <summary>
/// Two networks' λ̂ at the same nβ and γ. Their errors are taken as normal and independent: the difference has the standard error √(s_A² + s_B²), and λ_A &gt; λ_B has the probability Φ(difference/error).
/// </summary>
public sealed record NetworkComparison
{
    /// <summary>What the probability leaves out, in words.</summary>
    public const string Excludes = "the probability knows the Monte-Carlo errors alone: not that another seed of training, or another sample of data, would give other networks, nor that λ̂ depends on γ and nβ and differs from λ";

    /// <summary>Compares two estimates.</summary>
    /// <exception cref="InvalidInputException">They differ in nβ, γ, loss or what is sampled; the message names every difference.</exception>
    public NetworkComparison(ComparedEstimate a, ComparedEstimate b)
    {
        Check(a.Setting, b.Setting);
        (A, B) = (a, b);
        Difference = a.LambdaHat - b.LambdaHat;
        StandardError = Math.Sqrt((a.StandardError * a.StandardError) + (b.StandardError * b.StandardError));
        ProbabilityALarger = StandardError > 0 ? TailProbability.NormalBelow(Difference / StandardError) : double.NaN;
        Warnings = [.. Doubts()];
    }

    /// <summary>The first.</summary>
    public ComparedEstimate A { get; }

    /// <summary>The second.</summary>
    public ComparedEstimate B { get; }

    /// <summary>λ̂_A − λ̂_B.</summary>
    public double Difference { get; }

    /// <summary>Its Monte-Carlo standard error.</summary>
    public double StandardError { get; }

    /// <summary>The probability that λ_A, at this nβ and γ, is the larger; NaN where an estimate has no error.</summary>
    public double ProbabilityALarger { get; }

    /// <summary>Whether both estimates have converged.</summary>
    public bool IsBelievable => A.Verdict == Verdict.Converged && B.Verdict == Verdict.Converged;

    /// <summary>What speaks against the comparison, in words.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Refuses two settings that differ.</summary>
    /// <exception cref="InvalidInputException">The message names every difference.</exception>
    public static void Check(ComparedSetting a, ComparedSetting b)
    {
        string[] differences = [.. a.Differences(b)];
        if (differences.Length > 0) throw new InvalidInputException($"two λ̂ are compared only where they mean the same: {string.Join(", ", differences)}; expected the same for both");
    }

    /// <summary>The options for both networks: nβ and γ as given or else, both, the defaults of A.</summary>
    /// <exception cref="InvalidInputException">An option does not fit A.</exception>
    public static EstimationOptions Resolve(Objective a, EstimationOptions options, WorkTeam? team = null)
    {
        var resolved = options.Resolve(a.SampleCount);
        var gamma = resolved.Gamma ?? new SamplerChoice(a, ParameterSelection.Matching(a.Blocks, options.Restrict), resolved, team).Options.Gamma;
        return options with { NBeta = resolved.NBeta, Gamma = gamma };
    }

    private IEnumerable<string> Doubts()
    {
        foreach (var (name, one) in new[] { ("A", A), ("B", B) })
            if (one.Verdict != Verdict.Converged) yield return $"not to be believed: {name} is {one.Verdict.Name()}{(one.Reasons.Count > 0 ? $", {one.Reasons[0]}" : "")}";
        if (A.SampleCount != B.SampleCount) yield return $"n is {A.SampleCount} for A and {B.SampleCount} for B: the two λ̂ are of other data at one nβ";
        else if (A.Data != B.Data) yield return $"the data are \"{A.Data}\" for A and \"{B.Data}\" for B: the two λ̂ are of other landscapes, unless that is the same data by two names";
        if (A.Seed == B.Seed) yield return $"both were sampled with the seed {A.Seed}: their errors share random numbers and may not be independent";
    }
}
