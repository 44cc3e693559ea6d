using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LambdaHat.Cli.Parsing;

/// <summary>Help at every command, with examples after the options, and the version.</summary>
internal static class Help
{
    private static readonly Dictionary<string, string[]> s_examples = new()
    {
        ["lambdahat"] = ["lambdahat demo", "lambdahat train mnist-mlp --data mnist:DIR --out model", "lambdahat estimate model", "lambdahat theory dln --widths 4,4,4,4 --rank 0"],
        ["demo"] = ["lambdahat demo", "lambdahat demo --seed 7 --json"],
        ["estimate"] =
        [
            "lambdahat estimate model",
            "lambdahat estimate model --data npz:data.npz --loss behavioural --restrict 'fc1.*' --tolerance 0.02",
            "lambdahat estimate model --sampler sgld --step-size 1e-7 --steps 20000 --burn-in 0.5",
            "lambdahat estimate --dln 10,20,15,12 --ranks 10,11,12 --n 100000 --json",
        ],
        ["sweep"] =
        [
            "lambdahat sweep model --data mnist:DIR --out sweep",
            "lambdahat sweep model --resume sweep",
            "lambdahat sweep --dln 4,3,2 --gammas 0.1,1,10,100 --nbetas 1000,3000 --json",
        ],
        ["track"] =
        [
            "lambdahat track model/checkpoints --out track",
            "lambdahat track model/checkpoints --resume track",
            "lambdahat track runs/seed-1 --data npz:data.npz --loss behavioural --gamma 10 --json",
        ],
        ["compare"] = ["lambdahat compare model-1 model-2 --out compare", "lambdahat compare compare/a model-3 --json"],
        ["hessian"] =
        [
            "lambdahat hessian model --out hessian",
            "lambdahat hessian model --cutoff accuracy=0.995",
            "lambdahat hessian model --method dense --matrix gauss-newton --projections filter",
            "lambdahat hessian --dln 20,20,20 --ranks 20,20 --n 1000 --json",
            "lambdahat hessian model --sandwich",
        ],
        ["reproduce"] = ["lambdahat reproduce --list", "lambdahat reproduce volume-scaling --out volume", "lambdahat reproduce dln-accuracy --size smoke --json"],
        ["train"] = ["lambdahat train mnist-mlp --data mnist:DIR --out model", "lambdahat train modular-addition --out model --checkpoints 20 --spacing logarithmic"],
        ["resume"] = ["lambdahat resume lambdahat-runs/20260101-120000-estimate", "lambdahat resume run --json"],
        ["verify"] = ["lambdahat verify run", "lambdahat verify lambdahat-runs/20260101-120000-estimate --json"],
        ["theory"] = ["lambdahat theory dln --widths 4,4,4,4 --rank 0 --json", "lambdahat theory monomial --exponents 2,4"],
        ["dln"] = ["lambdahat theory dln --widths 4,4,4,4 --rank 0 --json", "lambdahat theory dln --widths 3,2,3 --rank 1"],
        ["rrr"] = ["lambdahat theory rrr --in 10 --out 12 --hidden 8 --rank 3"],
        ["two-layer"] = ["lambdahat theory two-layer --widths 33,10,40 --ranks 10,7 --product-rank 7"],
        ["monomial"] = ["lambdahat theory monomial --exponents 2,4"],
        ["power-sum"] = ["lambdahat theory power-sum --exponents 4,4"],
    };

    /// <summary>Adds <c>--help</c> to the command and those below it, and <c>--version</c> to itself.</summary>
    public static void Attach(Command root, Terminal terminal, string version)
    {
        var help = new HelpOption();
        var action = (HelpAction)help.Action!;
        action.MaxWidth = terminal.Results.Profile.Width;
        help.Action = new WithExamples(action);
        root.Options.Add(help);
        root.Options.Add(new Option<bool>("--version") { Description = "Show the version", Action = new Print(version) });
    }

    private sealed class WithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in s_examples[parseResult.CommandResult.Command.Name]) output.WriteLine($"  {example}");
            return code;
        }
    }

    private sealed class Print(string text) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
            return ExitCode.Done;
        }
    }
}
