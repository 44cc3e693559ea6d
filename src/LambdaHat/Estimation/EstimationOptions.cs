using LambdaHat.Losses;

namespace LambdaHat.Estimation;

/// <summary>
/// How λ̂ is estimated. Every property has a default; <see cref="Resolve"/> fills in what depends on the network and its data.
/// Out-of-range values throw <see cref="InvalidInputException"/> when set.
/// </summary>
/// <remarks>
/// Where <see cref="Steps"/> is left out a run goes on until its trace is flat and its error small, or its budget is spent. <see cref="Sampler"/> "sgld" with no metric is the plain procedure of
/// Furman &amp; Lau 2024 with its defaults.
/// </remarks>
public sealed record EstimationOptions
{
    /// <summary>The names of the samplers.</summary>
    public static IReadOnlyList<string> Samplers { get; } = ["auto", .. SamplerKind.All.Select(k => k.Name)];

    /// <summary>The names of the metrics.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["none", "learned", "kronecker"];

    /// <summary>The names of the ways to localise.</summary>
    public static IReadOnlyList<string> Localisations { get; } = ["plain", "relative"];

    /// <summary>The sampler; "auto", the default, is resolved by what the network allows: "gibbs" for linear networks, "slice" where there are few parameters, "langevin" for other networks, "mala" for what is no network.</summary>
    public string Sampler { get; init => field = OneOf(value, Samplers, "sampler"); } = "auto";

    /// <summary>The metric that preconditions the sampler; null stands for the sampler's own.</summary>
    public string? Metric { get; init => field = value is null ? null : OneOf(value, Metrics, "metric"); }

    /// <summary>ε (h for "hmc" and "sgnht"), the step size; null stands for one that is found. For plain SGLD null is 5e-7, the paper's choice for its 1K and 10K groups.</summary>
    public double? StepSize { get; init => field = value is { } v ? Positive(v, "step size") : null; }

    /// <summary>
    /// γ, the strength of the localisation (γ/2)‖w − w*‖²; null stands for 10·d/‖w*‖², at which a direction without curvature moves by about a third of the weights' root mean square (1 for plain
    /// SGLD, the paper's choice). With relative localisation the number is γ_b·‖w*_b‖²/d_b for every block b, default 10.
    /// </summary>
    public double? Gamma { get; init => field = value is null || (value >= 0 && double.IsFinite(value.Value)) ? value : throw Range("gamma", "a finite number ≥ 0", value); }

    /// <summary>"plain": one γ for all parameters; "relative": γ_b ∝ d_b/‖w*_b‖² for every block, which follows a rescaling of the blocks.</summary>
    public string Localisation { get; init => field = OneOf(value, Localisations, "localisation"); } = "plain";

    /// <summary>r, half the width of a bounding box around w*; infinite, the default, for none.</summary>
    public double Box { get; init => field = value > 0 ? value : throw Range("box", "a number > 0", value); } = double.PositiveInfinity;

    /// <summary>nβ, the data set's size times the inverse temperature; null stands for n / ln n (Watanabe 2013).</summary>
    public double? NBeta { get; init => field = value is { } v ? Positive(v, "nbeta") : null; }

    /// <summary>Samples in a minibatch. Default 500, the paper's choice; larger than n means all n. Samplers that accept or reject take all n.</summary>
    public int BatchSize { get; init => field = AtLeast(value, 1, "batch size"); } = 500;

    /// <summary>The most chains: each holds at least four vectors of all parameters, and beyond 2²⁴ their random streams would meet.</summary>
    public const int MostChains = 1 << 16;

    /// <summary>Number of independent chains, up to <see cref="MostChains"/>; null for <see cref="ChainsAt"/>.</summary>
    public int? Chains { get; init => field = value is null or (>= 1 and <= MostChains) ? value : throw Range("chains", $"a whole number from 1 to {MostChains}", value); }

    /// <summary>A chain's total number of steps, burn-in included; null for as many as it takes (10,000 for plain SGLD, the paper's choice for its 1K and 10K groups).</summary>
    public int? Steps { get; init => field = value is { } v ? AtLeast(v, 2, "steps") : null; }

    /// <summary>The part of a chain that is discarded: below 1 a fraction of its steps, from 1 on a count; null for what the trace tells, or half of <see cref="Steps"/> (0.9 for plain SGLD, the paper's choice).</summary>
    public double? BurnIn
    {
        get;
        init => field = value is null || (value is >= 0 and <= int.MaxValue && (value < 1 || value == Math.Floor(value.Value)))
            ? value
            : throw Range("burn-in", "a fraction in [0, 1) or a whole number ≥ 1 of steps", value);
    }

    /// <summary>The standard error to reach, relative to λ̂. Default 0.05.</summary>
    public double Tolerance { get; init => field = value is > 0 and < 1 ? value : throw Range("tolerance", "a number in (0, 1)", value); } = 0.05;

    /// <summary>The most minutes of sampling of a run of open length. Default 30. A run cut by the clock is the only kind whose result depends on the machine.</summary>
    public double MaxMinutes { get; init => field = Positive(value, "max-minutes"); } = 30;

    /// <summary>The most steps of a chain in a run of open length. Default a million.</summary>
    public int MaxSteps { get; init => field = AtLeast(value, 16, "max-steps"); } = 1_000_000;

    /// <summary>Whether to sample at 1.5·nβ as well, for the estimate from two temperatures; it costs as much again.</summary>
    public bool TwoTemperatures { get; init; }

    /// <summary>Every how many steps a draw is kept. Default 1. In a run of open length, of 2, 4, 8, … times as many once a trace would have more than 65,536; a result's own options have what it came to.</summary>
    public int Thinning { get; init => field = AtLeast(value, 1, "thinning"); } = 1;

    /// <summary>Every how many steps the Metropolis acceptance of SGLD is evaluated (it costs one gradient); 0 for never. Default 10. What is kept of it is bounded as <see cref="Thinning"/> says.</summary>
    public int AcceptanceEvery { get; init => field = AtLeast(value, 0, "acceptance interval"); } = 10;

    /// <summary>
    /// The most numbers that are kept of a chain's trace in a run of open length: 2¹⁶ are ½ MiB. The later half of four such traces holds 65,536 draws at least, which give λ̂ to 0.6 % where they are independent and λ̂ is above ½ (nβ·ΔL has
    /// the standard deviation √λ).
    /// </summary>
    internal int MostRecords { get; init; } = 1 << 16;

    /// <summary>The seed of every random stream.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads; the result does not depend on it. 0 stands for the machine's cores.</summary>
    public int Threads { get; init => field = AtLeast(value, 0, "threads"); }

    /// <summary>Patterns of parameter-block names to sample, '*' matching any run of characters; empty means all. The rest stays at w*.</summary>
    public IReadOnlyList<string> Restrict { get; init; } = [];

    /// <summary>The diagonal preconditioner P by hand: block-name pattern and value; the first match counts, 1 where none does.</summary>
    public IReadOnlyList<BlockScale> Preconditioner { get; init; } = [];

    /// <summary>
    /// The number of chains at <paramref name="objective"/> where none is given: 4, the least for which R̂ is advised (Vehtari et al. 2021); 2 where a linear network of 50,000 parameters or more is drawn layer by layer: a step costs
    /// seconds there, and draws hardly depend on those before.
    /// </summary>
    public int ChainsAt(Objective objective) => Chains
        ?? (objective.Dimension >= SamplerChoice.ManyParameters && Sampler is "auto" or "gibbs" or "langevin" && LinearNetworkObjective.Supports(objective) ? 2 : 4);

    /// <summary>Whether this is the paper's plain procedure: SGLD without a metric, of fixed length.</summary>
    public bool IsPlain => Sampler == "sgld" && Metric is null or "none";

    /// <summary><see cref="Steps"/> once it is known; 0 before.</summary>
    public int StepCount => Steps.GetValueOrDefault();

    /// <summary>The number of steps that are discarded; of <see cref="Steps"/>, which must be known.</summary>
    public int BurnInSteps => BurnIn is null or < 1 ? (int)((decimal)(BurnIn ?? (IsPlain ? 0.9 : 0.5)) * StepCount) : (int)BurnIn;

    /// <summary>The index in a trace of the first draw at or after the end of burn-in.</summary>
    public int FirstKeptDraw() => (int)(((long)BurnInSteps + Thinning - 1) / Thinning);

    /// <summary>The draws of a trace that are kept; empty when the trace ends within burn-in.</summary>
    public double[] KeptDraws(double[] trace) => trace[Math.Min(FirstKeptDraw(), trace.Length)..];

    /// <summary>The options with everything that depends on the data's size filled in: nβ, the batch size at most n, and the plain procedure's defaults.</summary>
    public EstimationOptions Resolve(long n)
    {
        var plain = IsPlain;
        var resolved = this with
        {
            NBeta = NBeta ?? PosteriorDefaults.NBeta(n),
            BatchSize = (int)Math.Min(BatchSize, n),
            Threads = Threads == 0 ? Environment.ProcessorCount : Threads,
            StepSize = StepSize ?? (plain ? 5e-7 : null),
            Gamma = Gamma ?? (plain && Localisation == "plain" ? 1 : null),
            Steps = Steps ?? (plain ? 10_000 : null),
            BurnIn = BurnIn ?? (plain ? 0.9 : Steps is null ? null : 0.5),
        };
        if (resolved.Steps is not { } steps) return resolved;
        if (resolved.BurnInSteps >= steps)
            throw new InvalidInputException($"burn-in of {resolved.BurnInSteps} steps leaves nothing of {steps} steps; expected fewer than {steps}");
        if ((steps - resolved.BurnInSteps) / Thinning < 4)
            throw new InvalidInputException($"{steps} steps less {resolved.BurnInSteps} of burn-in, every {Thinning} kept, leave fewer than 4 draws");
        return resolved;
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw Range(name, "a finite number > 0", value);

    private static int AtLeast(int value, int least, string name) =>
        value >= least ? value : throw Range(name, $"a whole number ≥ {least}", value);

    private static string OneOf(string value, IReadOnlyList<string> names, string name) =>
        names.Contains(value) ? value : throw Range(name, $"one of {string.Join(", ", names)}", $"\"{value}\"");

    private static InvalidInputException Range(string name, string legal, object? value) => new($"{name} must be {legal}, got {value}");
}

/// <summary>One entry of a hand-set diagonal preconditioner: blocks whose name matches get the value on their diagonal.</summary>
public sealed record BlockScale(string Pattern, double Value);
