using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat estimate</c>: λ̂ of a checkpoint with its data, or of a random deep linear network.</summary>
internal static class EstimateCommand
{
    private const int DefaultSamples = 100_000;

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var folder = new Argument<string?>("MODEL_DIR") { Description = $"folder with {Checkpoint.ConfigFile} and {Checkpoint.TensorFile}", Arity = ArgumentArity.ZeroOrOne };
        var data = Setting.Text("--data", "SPEC", "the training data, e.g. mnist:DIR, npz:FILE, csv:FILE,target=COLUMN [what the checkpoint was trained on]");
        var loss = Setting.Choice("--loss", $"{string.Join(", ", LossCatalog.Names)} [the checkpoint's; mse for --dln]", LossCatalog.Names);
        var widths = Setting.Wholes("--dln", "estimate at a random deep linear network of these widths instead", least: 1);
        var ranks = Setting.Wholes("--ranks", "with --dln: the rank of every matrix [random]", least: 0);
        var samples = Setting.Whole("--n", "n", $"with --dln: the number of samples [{DefaultSamples}]", least: 2);
        var estimation = new EstimationArguments();
        var arguments = new RunArguments(EstimateRun.FolderDescription);
        var command = new Command("estimate", "Estimate the local learning coefficient, and say whether to believe it.") { folder, data, loss, widths, ranks, samples };
        estimation.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = estimation.Read(given, run);
            Loss? chosenLoss = null;
            DataSpec? spec = null;
            given.Apply(loss, v => chosenLoss = LossCatalog.ByName(v!));
            given.Apply(data, v => spec = DataSpec.Parse(v!));
            var directory = given.Text(folder);
            if (given.Has(widths) == directory is not null) given.Problem("expected either MODEL_DIR or --dln WIDTHS");
            Func<WorkTeam, Subject> load;
            if (given.Has(widths))
            {
                if (given.Has(data)) given.Problem("--data goes with MODEL_DIR, not with --dln, which makes its own");
                int[]? cuts = null;
                var (layers, n) = (given.Of(widths, []), given.Of(samples, DefaultSamples));
                if (given.Apply(ranks, v => cuts = v) && layers.Length > 0) given.Try("--dln, --ranks", () => DeepLinearTeacher.Check(layers, cuts));
                load = team => Subject.DeepLinear(layers, cuts, n, options.Seed, chosenLoss ?? SquaredError.Mean, team);
            }
            else
            {
                if (given.Has(ranks)) given.Problem("--ranks goes with --dln");
                if (given.Has(samples)) given.Problem("--n goes with --dln; with MODEL_DIR n is the number of training samples in the data");
                if (directory is not null && !Directory.Exists(directory))
                    given.Problem($"MODEL_DIR: there is no folder {NearestName.Quote(directory)}; expected one with {Checkpoint.ConfigFile} and {Checkpoint.TensorFile}");
                load = team => Subject.Checkpoint(directory!, spec, chosenLoss, team);
            }
            given.Check();
            return EstimateRun.Execute(terminal, given.Has(widths) ? "dln" : "estimate", run, options, load, cancellation);
        });
        return command;
    }
}
