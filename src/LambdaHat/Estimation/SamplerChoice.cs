using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// Which sampler an objective gets and how its chains are set up. "gibbs" where the network is linear and its loss squared; "langevin" for other networks, in the Kronecker metric; "slice" where there are few parameters, "mala" where there are many and what is sampled
/// is no network. "langevin" moves one layer at a time in linear networks, where the metric of the present state is exact, and all of them together in others.
/// </summary>
internal sealed class SamplerChoice
{
    /// <summary>Samples that Kronecker factors are measured over.</summary>
    private const int FactorSamples = 2048;

    /// <summary>Parameters from which on a run in which one layer after the other is drawn is looked at sooner.</summary>
    public const int ManyParameters = 50_000;

    /// <summary>Samples over which the inputs' second moments are taken in a layerwise metric: many beside any width, for they are taken once.</summary>
    private const int MomentSamples = 16_384;

    /// <summary>Parameters up to which an objective that is no network is sampled by slices: a sweep takes some six losses each.</summary>
    private const int MostSliced = 200;

    /// <summary>Parameters and samples up to which a network is.</summary>
    private const int MostSlicedOfNetwork = 4, MostSamplesSliced = 100_000;

    private readonly Objective _objective;
    private readonly EstimationOptions _options;
    private readonly SamplerKind _kind;
    private readonly double[] _diagonal;
    private readonly bool _layerwise;

    public SamplerChoice(Objective objective, ParameterSelection sampled, EstimationOptions options, WorkTeam? team, StageWatch? watch = null, StateStore? store = null)
    {
        if (sampled.Count == 0) throw new InvalidInputException("there is nothing to sample: the network has no parameters");
        var network = objective as NetworkObjective;
        var linear = LinearNetworkObjective.Supports(objective);
        var name = options.Sampler;
        var sliceable = network is null ? sampled.Count <= MostSliced : sampled.Count <= MostSlicedOfNetwork && objective.SampleCount <= MostSamplesSliced && options.Metric is null && options.StepSize is null && options.Preconditioner.Count == 0;
        if (name == "auto") name = linear && double.IsInfinity(options.Box) && options.Metric is null ? "gibbs" : sliceable ? "slice" : network is not null ? "langevin" : "mala";
        var kind = SamplerKind.Of(name);
        if (name == "gibbs" && !linear) throw new InvalidInputException("sampler gibbs takes a linear network (dense layers without bias) under squared loss, got another network or loss; expected another sampler");
        if (name is "gibbs" && double.IsFinite(options.Box)) throw new InvalidInputException($"sampler gibbs has no bounding box, got box {options.Box}");
        if (!kind.HasSteps && options.Metric is not null) throw new InvalidInputException($"sampler {name} has no metric, got {options.Metric}");
        var metric = options.Metric ?? name switch
        {
            "rmsprop-sgld" => "learned",
            _ when !kind.HasSteps => "none",
            "sgld" => "none",
            _ => network is null ? "none" : "kronecker",
        };
        if (name == "rmsprop-sgld" && metric != "learned") throw new InvalidInputException($"sampler rmsprop-sgld has the metric learned, got {metric}");
        if (metric == "kronecker" && network is null) throw new InvalidInputException("the metric kronecker needs a network, got another objective");
        if (name == "langevin" && metric != "kronecker") throw new InvalidInputException($"sampler langevin has the metric kronecker, got {metric}; expected sgld for the metric {metric}");
        if (!kind.HasSteps && options.StepSize is not null) throw new InvalidInputException($"sampler {name} has no step size, got {options.StepSize}");
        if (options.Preconditioner.Count > 0 && !kind.HasSteps) throw new InvalidInputException($"a preconditioner by hand goes with the samplers sgld, mala, hmc and sgnht, got {name}");
        if (options.Preconditioner.Count > 0 && metric != "none") throw new InvalidInputException($"a preconditioner by hand goes with the metric none, got {metric}");
        if (name == "sgnht" && metric != "kronecker" && options.StepSize is null)
            throw new InvalidInputException($"sampler sgnht in the metric {metric} finds no step size by itself; expected one (step size h), or the metric kronecker");
        _layerwise = name == "langevin" && linear;
        // Closed forms at the price of a few samples for what looks at all of them.
        _objective = (kind.IsExact && network is not null ? LinearNetworkObjective.Of(network, team, watch, store) : null) ?? objective;
        _kind = kind;
        _diagonal = Diagonal(objective.Blocks, sampled, options.Preconditioner);
        var gammas = Gammas(objective, sampled, options, out var gamma);
        _options = options with { Sampler = name, Metric = metric, Gamma = gamma, Chains = options.ChainsAt(objective), BatchSize = kind.IsExact ? (int)Math.Min(objective.SampleCount, int.MaxValue) : options.BatchSize };
        Target = new Target(_objective, sampled, options.NBeta!.Value, gammas) { Box = options.Box };
    }

    /// <summary>The options with the sampler, its metric and γ resolved.</summary>
    public EstimationOptions Options => _options;

    /// <summary>Whether "langevin" moves one layer at a time.</summary>
    public bool IsLayerwise => _layerwise;

    /// <summary>Whether the sampler keeps weights and products in float64.</summary>
    public bool IsDouble => _layerwise || _options.Sampler == "gibbs";

    /// <summary>What is sampled.</summary>
    public Target Target { get; }

    /// <summary>Transitions before the first draw that may count: the metric learns and the step size settles.</summary>
    public int WarmUp => _options.Sampler switch
    {
        "gibbs" => 0,
        "langevin" => _layerwise ? 16 : 500,
        "sgld" when _options.IsPlain => 0,
        "hmc" or "slice" => 200,
        _ => 500,
    };

    /// <summary>Transitions after the warm-up before the trace is first looked at.</summary>
    public int FirstLength => _options.Sampler switch
    {
        "gibbs" => HasManyParameters ? 64 : 256,
        // The error relative to λ̂ falls with the parameters.
        "langevin" => !_layerwise ? 1000 : HasManyParameters ? 32 : 128,
        "hmc" => 200,
        _ => 1000,
    };

    /// <summary>Transitions more where <paramref name="length"/> of them after the warm-up do not suffice. Where each takes seconds the trace is looked at more often.</summary>
    public int More(int length) => Math.Max(length / (HasManyParameters && IsDouble ? 4 : 2), 1);

    /// <summary>Transitions at half the step size, after <paramref name="length"/> of them sufficed, before the trace is looked at: the chains have little left to go.</summary>
    public int LengthAtHalfTheStep(int length) => _layerwise && HasManyParameters ? Math.Max(length / 2, FirstLength) : length;

    /// <summary>The mean acceptance that the step size is adapted to in the warm-up; null where it is not.</summary>
    public double? AcceptanceTarget => _options.StepSize is null ? _kind.AcceptanceTarget : null;

    /// <summary>Every how many transitions the acceptance is on record; 0 for never.</summary>
    public int AcceptanceEvery => AcceptanceTarget is not null || _kind.Test == MetropolisTest.Decisive ? 1 : _kind.Test == MetropolisTest.Observed ? _options.AcceptanceEvery : 0;

    /// <summary>Whether the stationary law depends on the step size, so that a run looks at half of it as well.</summary>
    public bool HasStepBias => !_kind.IsExact;

    /// <summary>The step size to begin with.</summary>
    public double FirstStepSize => _options.StepSize ?? (_options.Sampler, _options.Metric) switch
    {
        ("langevin", _) => _layerwise ? 1.28 : 0.25,
        ("sgnht" or "hmc", "kronecker") => 0.3,
        (_, "kronecker") => 0.1,
        _ when !_kind.HasSteps => 1,
        // From nothing: the adaptation multiplies it tenfold at once, then by e² a step at most.
        _ => 1e-9,
    };

    /// <summary>The sampler of chain number <paramref name="chain"/>.</summary>
    public Sampler Create(int chain, WorkTeam? team)
    {
        var (sampled, seed, step) = (Target.Sampled, _options.Seed, FirstStepSize);
        if (_options.Sampler == "gibbs") return new GibbsSampler(Target, seed, chain);
        if (_layerwise) return new LayerwiseLangevin(Target, new LinearFactors((NetworkObjective)_objective, sampled, MomentSamples, team), _options.BatchSize, new LayerwiseOptions(), step, seed, chain, team);
        var evaluator = _objective.CreateEvaluator(_options.BatchSize, sampled, team);
        return _options.Sampler switch
        {
            "langevin" => new AveragedLangevin(Target, evaluator, Metric(team), step, seed, chain),
            "sgld" when _options.Metric == "none" && double.IsInfinity(_options.Box) => new SgldSampler(Target, evaluator, _diagonal, step, AcceptanceEvery, seed, chain),
            "sgld" or "rmsprop-sgld" => new PreconditionedSgld(Target, evaluator, Metric(team), step, AcceptanceEvery, seed, chain),
            "slice" => new SliceSampler(Target, evaluator, WarmUp, seed, chain),
            "mala" => new Mala(Target, evaluator, Metric(team), step, seed, chain),
            "hmc" => new Hmc(Target, evaluator, Metric(team), step, seed, chain),
            "sgnht" => new Sgnht(Target, evaluator, Metric(team), step, seed, chain, diffusion: 0.5 / step),
            _ => throw new InvalidOperationException(_options.Sampler),
        };
    }

    private bool HasManyParameters => Target.Sampled.Count >= ManyParameters;

    private KroneckerFactors Factors() => new(_objective as NetworkObjective ?? ((LinearNetworkObjective)_objective).Equivalent, Target.Sampled, FactorSamples);

    private Metric Metric(WorkTeam? team) => _options.Metric switch
    {
        "kronecker" => new KroneckerMetric(Factors(), Target.Sampled, Target.Objective.Center, Target.NBeta, Target.Gammas, new KroneckerMetricOptions { WarmUp = WarmUp, Batch = _options.BatchSize < _objective.SampleCount ? _options.BatchSize : double.PositiveInfinity }, team),
        "learned" => new LearnedDiagonal(Target.Sampled, WarmUp),
        _ => new DiagonalMetric(Target.Sampled, _diagonal),
    };

    private static double[] Gammas(Objective objective, ParameterSelection sampled, EstimationOptions options, out double gamma)
    {
        if (options.Localisation == "plain")
        {
            var plain = gamma = options.Gamma ?? PosteriorDefaults.Gamma(sampled, objective.Center);
            return [.. sampled.Blocks.Select(_ => plain)];
        }
        double total = 0;
        var squares = new double[sampled.Blocks.Count];
        for (var b = 0; b < squares.Length; b++) total += squares[b] = WideSum.Squares(sampled.Blocks[b].In(objective.Center));
        // A block at zero has no scale of its own and gets the mean one.
        var relative = gamma = options.Gamma ?? 10;
        var typical = total > 0 ? total / sampled.Count : 1;
        return [.. squares.Select((s, b) => relative / (s > 0 ? s / sampled.Blocks[b].Size : typical))];
    }

    private static double[] Diagonal(IReadOnlyList<ParameterBlock> blocks, ParameterSelection sampled, IReadOnlyList<BlockScale> scales)
    {
        if (scales.FirstOrDefault(s => !blocks.Any(b => BlockPattern.Matches(s.Pattern, b.Name))) is { } unmatched)
            throw new InvalidInputException($"preconditioner: no parameter block matches \"{unmatched.Pattern}\"; the blocks are {string.Join(", ", blocks.Select(b => b.Name))}");
        if (scales.FirstOrDefault(s => !(s.Value > 0 && double.IsFinite(s.Value))) is { } wrong)
            throw new InvalidInputException($"preconditioner value of \"{wrong.Pattern}\" must be a finite number > 0, got {wrong.Value}");
        return [.. sampled.Blocks.Select(b => scales.FirstOrDefault(s => BlockPattern.Matches(s.Pattern, b.Name))?.Value ?? 1)];
    }
}
