using System.CommandLine;
using System.Globalization;
using LambdaHat.Estimation;

namespace LambdaHat.Cli.Commands;

/// <summary>The options that say how to estimate, shared by the commands that do.</summary>
internal sealed class EstimationArguments
{
    private static readonly EstimationOptions s_defaults = new();

    private readonly Option<string?> _sampler = new("--sampler") { Description = "sgld", HelpName = "NAME" };
    private readonly Option<double?> _stepSize = new("--step-size") { Description = $"ε, the step size [{s_defaults.StepSize:G3}]", HelpName = "ε" };
    private readonly Option<double?> _gamma = new("--gamma") { Description = $"γ, the strength of the localisation (γ/2)‖w − w*‖² [{s_defaults.Gamma}]", HelpName = "γ" };
    private readonly Option<double?> _nBeta = new("--nbeta") { Description = "nβ, samples times inverse temperature [n / ln n]", HelpName = "nβ" };
    private readonly Option<int?> _batchSize = new("--batch-size") { Description = $"samples in a minibatch [{s_defaults.BatchSize}]", HelpName = "B" };
    private readonly Option<int?> _chains = new("--chains") { Description = $"independent chains [{s_defaults.Chains}]", HelpName = "C" };
    private readonly Option<int?> _steps = new("--steps") { Description = $"a chain's steps in all, burn-in included [{s_defaults.Steps}]", HelpName = "T" };
    private readonly Option<double?> _burnIn = new("--burn-in") { Description = $"what to discard: below 1 a fraction of the steps, else a count [{s_defaults.BurnIn}]", HelpName = "PART" };
    private readonly Option<int?> _thinning = new("--thinning") { Description = $"keep every k-th draw [{s_defaults.Thinning}]", HelpName = "k" };
    private readonly Option<int?> _acceptanceEvery = new("--acceptance-every") { Description = $"evaluate the Metropolis acceptance every k-th step, 0 for never [{s_defaults.AcceptanceEvery}]", HelpName = "k" };
    private readonly Option<string[]> _restrict = new("--restrict") { Description = "sample only parameter blocks of this name ('*' matches anything); may be repeated", HelpName = "PATTERN" };
    private readonly Option<string[]> _preconditioner = new("--preconditioner") { Description = "a diagonal value for the blocks of a name, as PATTERN=VALUE; may be repeated [1]", HelpName = "P=V" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_sampler, _stepSize, _gamma, _nBeta, _batchSize, _chains, _steps, _burnIn, _thinning, _acceptanceEvery, _restrict, _preconditioner])
            command.Options.Add(option);
    }

    /// <summary>The options given on the command line over <paramref name="defaults"/>; everything out of range goes to <paramref name="problems"/>.</summary>
    public EstimationOptions Read(ParseResult parsed, EstimationOptions defaults, Problems problems)
    {
        var options = defaults;
        void Set<T>(T? value, Func<EstimationOptions, T, EstimationOptions> with) where T : struct
        {
            if (value is { } given) problems.Collect(() => options = with(options, given));
        }
        if (parsed.GetValue(_sampler) is { } sampler) problems.Collect(() => options = options with { Sampler = sampler });
        Set(parsed.GetValue(_stepSize), (o, v) => o with { StepSize = v });
        Set(parsed.GetValue(_gamma), (o, v) => o with { Gamma = v });
        Set(parsed.GetValue(_nBeta), (o, v) => o with { NBeta = v });
        Set(parsed.GetValue(_batchSize), (o, v) => o with { BatchSize = v });
        Set(parsed.GetValue(_chains), (o, v) => o with { Chains = v });
        Set(parsed.GetValue(_steps), (o, v) => o with { Steps = v });
        Set(parsed.GetValue(_burnIn), (o, v) => o with { BurnIn = v });
        Set(parsed.GetValue(_thinning), (o, v) => o with { Thinning = v });
        Set(parsed.GetValue(_acceptanceEvery), (o, v) => o with { AcceptanceEvery = v });
        if (parsed.GetValue(_restrict) is { Length: > 0 } patterns) options = options with { Restrict = patterns };
        if (parsed.GetValue(_preconditioner) is { Length: > 0 } scales) options = options with { Preconditioner = [.. scales.Select(s => Scale(s, problems))] };
        if (options.BurnInSteps >= options.Steps) problems.Collect(() => options.Resolve(2));
        return options;
    }

    private static BlockScale Scale(string text, Problems problems)
    {
        var split = text.LastIndexOf('=');
        if (split > 0 && double.TryParse(text[(split + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return new(text[..split], value);
        problems.Add($"preconditioner must be PATTERN=VALUE, got \"{text}\"");
        return new("*", 1);
    }
}
