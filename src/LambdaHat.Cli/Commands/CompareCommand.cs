using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Reporting;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat compare</c>: two networks' λ̂ at the same nβ and γ.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var a = new Argument<string?>("A") { Description = $"folder of a network ({Checkpoint.ConfigFile} and {Checkpoint.TensorFile}), or of a run (result.json)", Arity = ArgumentArity.ExactlyOne };
        var b = new Argument<string?>("B") { Description = "another", Arity = ArgumentArity.ExactlyOne };
        var data = Setting.Text("--data", "SPEC", "the training data of the networks that are estimated [what each was trained on]");
        var loss = Setting.Choice("--loss", $"{string.Join(", ", LossCatalog.Names)} [that of the run; else each network's]", LossCatalog.Names);
        var estimation = new EstimationArguments();
        var arguments = new RunArguments("folder for compare.json and the runs a and b [a dated one under lambdahat-runs/]", saves: true);
        var command = new Command("compare", "Compare two networks' λ̂ at the same nβ and γ (those of A unless given), and say how probable it is that they differ.") { a, b, data, loss };
        estimation.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = estimation.Read(given, run);
            if (options.TwoTemperatures) given.Problem("--two-temperatures goes with estimate");
            DataSpec? spec = null;
            Loss? named = null;
            given.Apply(data, v => spec = DataSpec.Parse(v!));
            given.Apply(loss, v => named = LossCatalog.ByName(v!));
            (string Name, string? Path)[] folders = [("A", given.Text(a)), ("B", given.Text(b))];
            foreach (var (name, path) in folders)
                if (path is not null && !Directory.Exists(path)) given.Problem($"{name}: there is no folder {NearestName.Quote(path)}; expected that of a network or of a run");
            if (spec is not null && folders.All(f => f.Path is not null && SavedRun.IsIn(f.Path))) given.Problem("--data goes with a network that is estimated; both folders hold runs");
            given.Check();
            return CompareRun.Execute(terminal, run, options, new(folders[0].Path!, folders[1].Path!, spec, named), cancellation);
        });
        return command;
    }
}
