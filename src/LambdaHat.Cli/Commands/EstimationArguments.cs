using System.CommandLine;
using System.Globalization;
using LambdaHat.Cli.Parsing;
using LambdaHat.Estimation;

namespace LambdaHat.Cli.Commands;

/// <summary>The options that say how to estimate, shared by the commands that do.</summary>
internal sealed class EstimationArguments
{
    private static readonly EstimationOptions s_defaults = new();

    private readonly Setting<string?> _sampler = Setting.Choice("--sampler", $"{string.Join(", ", EstimationOptions.Samplers)} [auto]", EstimationOptions.Samplers);
    private readonly Setting<string?> _metric = Setting.Choice("--metric", $"what preconditions the sampler: {string.Join(", ", EstimationOptions.Metrics)} [the sampler's own]", EstimationOptions.Metrics);
    private readonly Setting<string?> _localisation = Setting.Choice("--localisation", "plain, or relative: γ for every block in units of d_b/‖w*_b‖² [plain]", EstimationOptions.Localisations);
    private readonly Setting<double> _box = Setting.Number("--box", "r", "half the width of a bounding box around w* [none]");
    private readonly Setting<double> _tolerance = Setting.Number("--tolerance", "PART", $"the standard error to reach, relative to λ̂ [{s_defaults.Tolerance}]");
    private readonly Setting<double> _maxMinutes = Setting.Number("--max-minutes", "M", $"the most minutes of sampling when --steps is not given [{s_defaults.MaxMinutes}]");
    private readonly Setting<int> _maxSteps = Setting.Whole("--max-steps", "T", $"the most steps of a chain when --steps is not given [{s_defaults.MaxSteps}]", least: 16);
    private readonly Setting<double> _stepSize = Setting.Number("--step-size", "ε", "ε, the step size [found; 5e-7 for plain sgld]");
    private readonly Setting<double> _gamma = Setting.Number("--gamma", "γ", "γ, the strength of the localisation (γ/2)‖w − w*‖² [10·d/‖w*‖²; 1 for plain sgld]");
    private readonly Setting<double> _nBeta = Setting.Number("--nbeta", "nβ", "nβ, samples times inverse temperature [n / ln n]");
    private readonly Setting<int> _batchSize = Setting.Whole("--batch-size", "B", $"samples in a minibatch [{s_defaults.BatchSize}]", least: 1);
    private readonly Setting<int> _chains = Setting.Whole("--chains", "C", "independent chains [4; 2 for a linear network of 50,000 parameters or more]", least: 1);
    private readonly Setting<int> _steps = Setting.Whole("--steps", "T", "a chain's steps in all, burn-in included [as many as it takes; 10000 for plain sgld]", least: 2);
    private readonly Setting<double> _burnIn = Setting.Number("--burn-in", "PART", "what to discard: below 1 a fraction of the steps, else a count [what the trace tells; 0.9 for plain sgld]");
    private readonly Setting<int> _thinning = Setting.Whole("--thinning", "k", $"keep every k-th draw [{s_defaults.Thinning}]", least: 1);
    private readonly Setting<int> _acceptanceEvery = Setting.Whole("--acceptance-every", "k", $"evaluate the Metropolis acceptance every k-th step, 0 for never [{s_defaults.AcceptanceEvery}]", least: 0);
    private readonly Option<bool> _twoTemperatures = new("--two-temperatures") { Description = "sample at 1.5·nβ as well, for a second estimate; costs as much again", Arity = ArgumentArity.Zero };
    private readonly Option<string[]> _restrict = new("--restrict") { Description = "sample only parameter blocks of this name ('*' matches anything); may be repeated", HelpName = "PATTERN" };
    private readonly Option<string[]> _preconditioner = new("--preconditioner") { Description = "a diagonal value for the blocks of a name, as PATTERN=VALUE; may be repeated [1]", HelpName = "P=V" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_sampler, _metric, _tolerance, _maxMinutes, _maxSteps, _stepSize, _gamma, _localisation, _box, _nBeta, _batchSize, _chains, _steps, _burnIn, _thinning, _acceptanceEvery, _twoTemperatures, _restrict, _preconditioner])
            command.Options.Add(option);
    }

    /// <summary>Whether γ is given.</summary>
    public bool GivesGamma(Given given) => given.Has(_gamma);

    /// <summary>Whether nβ is given.</summary>
    public bool GivesNBeta(Given given) => given.Has(_nBeta);

    /// <summary>The options given over the defaults; everything out of range becomes a problem of <paramref name="given"/>.</summary>
    public EstimationOptions Read(Given given, RunSettings run)
    {
        var options = new EstimationOptions { TwoTemperatures = given.Has(_twoTemperatures), Seed = run.Seed, Threads = run.Threads, Restrict = given.Texts(_restrict) };
        given.Apply(_sampler, v => options = options with { Sampler = v! });
        given.Apply(_metric, v => options = options with { Metric = v });
        given.Apply(_localisation, v => options = options with { Localisation = v! });
        given.Apply(_box, v => options = options with { Box = v });
        given.Apply(_tolerance, v => options = options with { Tolerance = v });
        given.Apply(_maxMinutes, v => options = options with { MaxMinutes = v });
        given.Apply(_maxSteps, v => options = options with { MaxSteps = v });
        given.Apply(_stepSize, v => options = options with { StepSize = v });
        given.Apply(_gamma, v => options = options with { Gamma = v });
        given.Apply(_nBeta, v => options = options with { NBeta = v });
        given.Apply(_batchSize, v => options = options with { BatchSize = v });
        given.Apply(_chains, v => options = options with { Chains = v });
        var lengths = given.Apply(_steps, v => options = options with { Steps = v })
            & given.Apply(_burnIn, v => options = options with { BurnIn = v })
            & given.Apply(_thinning, v => options = options with { Thinning = v });
        given.Apply(_acceptanceEvery, v => options = options with { AcceptanceEvery = v });
        given.Try("--preconditioner", () => options = options with { Preconditioner = [.. given.Texts(_preconditioner).Select(Scale)] });
        // The number of samples has no part in what is checked here.
        if (lengths) given.Try("--steps, --burn-in, --thinning", () => options.Resolve(int.MaxValue));
        return options;
    }

    private static BlockScale Scale(string text)
    {
        var split = text.LastIndexOf('=');
        return split > 0 && double.TryParse(text[(split + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && double.IsFinite(value)
            ? new BlockScale(text[..split], value)
            : throw new InvalidInputException($"expected PATTERN=VALUE with a finite value > 0, got \"{text}\"");
    }
}
