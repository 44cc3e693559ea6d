namespace LambdaHat.Estimation;

/// <summary>
/// How λ̂ is estimated. Every property has a default; <see cref="Resolve"/> fills in what depends on the data.
/// Out-of-range values throw <see cref="InvalidInputException"/> when set.
/// </summary>
public sealed record EstimationOptions
{
    /// <summary>The sampler: "sgld".</summary>
    public string Sampler
    {
        get;
        init => field = value == "sgld" ? value : throw new InvalidInputException($"sampler must be sgld, got \"{value}\"");
    } = "sgld";

    /// <summary>ε, the step size of SGLD. Default 5e-7, the paper's choice for its 1K and 10K groups.</summary>
    public double StepSize { get; init => field = Positive(value, "step size"); } = 5e-7;

    /// <summary>γ, the strength of the localisation (γ/2)‖w − w*‖². Default 1, the paper's choice.</summary>
    public double Gamma { get; init => field = value >= 0 && double.IsFinite(value) ? value : throw Range("gamma", "a finite number ≥ 0", value); } = 1;

    /// <summary>nβ, the data set's size times the inverse temperature; null stands for n / ln n (Watanabe 2013).</summary>
    public double? NBeta { get; init => field = value is { } v ? Positive(v, "nbeta") : null; }

    /// <summary>Samples in a minibatch. Default 500, the paper's choice; larger than n means all n.</summary>
    public int BatchSize { get; init => field = AtLeast(value, 1, "batch size"); } = 500;

    /// <summary>Number of independent chains. Default 4, the least for which R̂ is advised (Vehtari et al. 2021).</summary>
    public int Chains { get; init => field = AtLeast(value, 1, "chains"); } = 4;

    /// <summary>A chain's total number of steps, burn-in included. Default 10,000, the paper's choice for its 1K and 10K groups.</summary>
    public int Steps { get; init => field = AtLeast(value, 2, "steps"); } = 10_000;

    /// <summary>The part of a chain that is discarded: below 1 a fraction of its steps, from 1 on a count. Default 0.9, the paper's choice.</summary>
    public double BurnIn
    {
        get;
        init => field = value is >= 0 and <= int.MaxValue && (value < 1 || value == Math.Floor(value))
            ? value
            : throw Range("burn-in", "a fraction in [0, 1) or a whole number ≥ 1 of steps", value);
    } = 0.9;

    /// <summary>Every how many steps a draw is kept. Default 1.</summary>
    public int Thinning { get; init => field = AtLeast(value, 1, "thinning"); } = 1;

    /// <summary>Every how many steps the Metropolis acceptance is evaluated (it costs one gradient); 0 for never. Default 10.</summary>
    public int AcceptanceEvery { get; init => field = AtLeast(value, 0, "acceptance interval"); } = 10;

    /// <summary>The seed of every random stream.</summary>
    public ulong Seed { get; init; }

    /// <summary>Threads; the result does not depend on it. 0 stands for the machine's cores.</summary>
    public int Threads { get; init => field = AtLeast(value, 0, "threads"); }

    /// <summary>Patterns of parameter-block names to sample, '*' matching any run of characters; empty means all. The rest stays at w*.</summary>
    public IReadOnlyList<string> Restrict { get; init; } = [];

    /// <summary>The diagonal preconditioner P by hand: block-name pattern and value; the first match counts, 1 where none does.</summary>
    public IReadOnlyList<BlockScale> Preconditioner { get; init; } = [];

    /// <summary>The number of steps that are discarded.</summary>
    public int BurnInSteps => BurnIn < 1 ? (int)((decimal)BurnIn * Steps) : (int)BurnIn;

    /// <summary>The index in a trace of the first draw at or after the end of burn-in.</summary>
    public int FirstKeptDraw() => (int)(((long)BurnInSteps + Thinning - 1) / Thinning);

    /// <summary>The draws of a trace that are kept; empty when the trace ends within burn-in.</summary>
    public double[] KeptDraws(double[] trace) => trace[Math.Min(FirstKeptDraw(), trace.Length)..];

    /// <summary>nβ = n / ln n, the default inverse temperature times n (Watanabe 2013, Definition of WBIC).</summary>
    public static double DefaultNBeta(long n) => n >= 2
        ? n / Math.Log(n)
        : throw new InvalidInputException($"the default inverse temperature 1/ln n needs n ≥ 2 samples, got {n}; give nbeta");

    /// <summary>The options with everything that depends on the data filled in: nβ, the batch size at most n.</summary>
    public EstimationOptions Resolve(long n)
    {
        if (BurnInSteps >= Steps)
            throw new InvalidInputException($"burn-in of {BurnInSteps} steps leaves nothing of {Steps} steps; expected fewer than {Steps}");
        if ((Steps - BurnInSteps) / Thinning < 4)
            throw new InvalidInputException($"{Steps} steps less {BurnInSteps} of burn-in, every {Thinning} kept, leave fewer than 4 draws");
        return this with
        {
            NBeta = NBeta ?? DefaultNBeta(n),
            BatchSize = (int)Math.Min(BatchSize, n),
            Threads = Threads == 0 ? Environment.ProcessorCount : Threads,
        };
    }

    private static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value : throw Range(name, "a finite number > 0", value);

    private static int AtLeast(int value, int least, string name) =>
        value >= least ? value : throw Range(name, $"a whole number ≥ {least}", value);

    private static InvalidInputException Range(string name, string legal, object value) => new($"{name} must be {legal}, got {value}");
}

/// <summary>One entry of a hand-set diagonal preconditioner: blocks whose name matches get the value on their diagonal.</summary>
public sealed record BlockScale(string Pattern, double Value);
