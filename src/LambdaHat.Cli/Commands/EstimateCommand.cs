using System.CommandLine;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat estimate</c>: λ̂ of a checkpoint with its data, or of a random deep linear network.</summary>
internal static class EstimateCommand
{
    private const int DefaultSamples = 100_000;

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var folder = new Argument<string?>("MODEL_DIR") { Description = "folder with config.json and model.safetensors", Arity = ArgumentArity.ZeroOrOne };
        folder.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value.StartsWith('-')) result.AddError($"unknown option {result.Tokens[0].Value}");
        });
        var data = new Option<string?>("--data") { Description = "the training data, e.g. mnist:DIR, npz:FILE, csv:FILE,target=COLUMN", HelpName = "SPEC" };
        var loss = new Option<string?>("--loss") { Description = "mse, mse-sum, cross-entropy or behavioural [the checkpoint's; mse for --dln]", HelpName = "LOSS" };
        var widths = NumberList.Option("--dln", "estimate at a random deep linear network of these widths instead");
        var ranks = NumberList.Option("--ranks", "with --dln: the rank of every matrix [random]");
        var samples = new Option<int?>("--n") { Description = $"with --dln: the number of samples [{DefaultSamples}]", HelpName = "n" };
        var estimation = new EstimationArguments();
        var run = new RunArguments();
        var command = new Command("estimate", "Estimate the local learning coefficient by localised SGLD.") { folder, data, loss, widths, ranks, samples };
        estimation.AddTo(command);
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var options = estimation.Read(parsed, new EstimationOptions { Seed = run.Seed(parsed), Threads = run.Threads(parsed, problems) }, problems);
            var (directory, dln) = (parsed.GetValue(folder), parsed.GetValue(widths));
            if (directory is null == dln is null) problems.Add("give either MODEL_DIR or --dln WIDTHS");
            if (dln is null && parsed.GetValue(ranks) is not null) problems.Add("--ranks goes with --dln");
            if (dln is null && parsed.GetValue(samples) is not null) problems.Add("--n goes with --dln; with a checkpoint n is the number of training samples in the data");
            if (dln is not null && parsed.GetValue(data) is not null) problems.Add("--data goes with MODEL_DIR, not with --dln, which makes its own");
            var count = parsed.GetValue(samples) ?? DefaultSamples;
            if (count < 2) problems.Add($"n must be a whole number ≥ 2, got {count}");
            var lossName = parsed.GetValue(loss);
            if (lossName is not null) problems.Collect(() => LossCatalog.ByName(lossName));
            problems.ThrowIfAny();

            return EstimateRun.Execute(terminal, team => dln is not null
                    ? Subject.DeepLinear(dln, parsed.GetValue(ranks), count, options.Seed, LossCatalog.ByName(lossName ?? "mse"), team)
                    : Subject.Checkpoint(directory!, parsed.GetValue(data), lossName, team),
                options, CommandText.Of(parsed), dln is not null ? "dln" : "estimate", run.Out(parsed), run.Json(parsed), cancellation);
        });
        return command;
    }
}
