using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Cli.Subjects;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Cli.Commands;

/// <summary>What to estimate at: a checkpoint with its data, or a random deep linear network.</summary>
internal sealed class SubjectArguments
{
    private const int DefaultSamples = 100_000;

    private readonly Argument<string?> _folder = new("MODEL_DIR") { Description = $"folder with {Checkpoint.ConfigFile} and {Checkpoint.TensorFile}", Arity = ArgumentArity.ZeroOrOne };
    private readonly Setting<string?> _data = Setting.Text("--data", "SPEC", "the training data, e.g. mnist:DIR, npz:FILE, csv:FILE,target=COLUMN [what the checkpoint was trained on]");
    private readonly Setting<string?> _loss = Setting.Choice("--loss", $"{string.Join(", ", LossCatalog.Names)} [the checkpoint's; mse for --dln]", LossCatalog.Names);
    private readonly Setting<int[]> _widths = Setting.Wholes("--dln", "estimate at a random deep linear network of these widths instead", least: 1);
    private readonly Setting<int[]> _ranks = Setting.Wholes("--ranks", "with --dln: the rank of every matrix [random]", least: 0);
    private readonly Setting<int> _samples = Setting.Whole("--n", "n", $"with --dln: the number of samples [{DefaultSamples}]", least: 2);

    public void AddTo(Command command)
    {
        command.Arguments.Add(_folder);
        foreach (var option in (Option[])[_data, _loss, _widths, _ranks, _samples]) command.Options.Add(option);
    }

    /// <summary>Whether it is a random deep linear network.</summary>
    public bool IsDeepLinear(Given given) => given.Has(_widths);

    /// <summary>Whether a loss was named.</summary>
    public bool GivesLoss(Given given) => given.Has(_loss);

    /// <summary>How to load the subject; everything that cannot be becomes a problem of <paramref name="given"/>.</summary>
    public Func<Preparation, Subject> Read(Given given, ulong seed)
    {
        Loss? loss = null;
        DataSpec? spec = null;
        given.Apply(_loss, v => loss = LossCatalog.ByName(v!));
        given.Apply(_data, v => spec = DataSpec.Parse(v!));
        var directory = given.Text(_folder);
        if (given.Has(_widths) == directory is not null) given.Problem("expected either MODEL_DIR or --dln WIDTHS");
        if (given.Has(_widths))
        {
            if (given.Has(_data)) given.Problem("--data goes with MODEL_DIR, not with --dln, which makes its own");
            int[]? cuts = null;
            var (layers, n) = (given.Of(_widths, []), given.Of(_samples, DefaultSamples));
            if (given.Apply(_ranks, v => cuts = v) && layers.Length > 0) given.Try("--dln, --ranks", () => DeepLinearTeacher.Check(layers, cuts));
            return preparation => Subject.DeepLinear(layers, cuts, n, seed, loss ?? SquaredError.Mean, preparation);
        }
        if (given.Has(_ranks)) given.Problem("--ranks goes with --dln");
        if (given.Has(_samples)) given.Problem("--n goes with --dln; with MODEL_DIR n is the number of training samples in the data");
        if (directory is not null && !Directory.Exists(directory))
            given.Problem($"MODEL_DIR: there is no folder {NearestName.Quote(directory)}; expected one with {Checkpoint.ConfigFile} and {Checkpoint.TensorFile}");
        return preparation => Subject.Checkpoint(directory!, spec, loss, preparation);
    }
}
