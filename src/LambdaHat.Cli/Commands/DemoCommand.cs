using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Cli.Subjects;
using LambdaHat.Estimation;
using LambdaHat.Losses;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat demo</c>: the main job on a deep linear network whose λ is known.</summary>
internal static class DemoCommand
{
    private static readonly int[] s_widths = [10, 20, 15, 12];
    private static readonly int[] s_ranks = [10, 11, 12];
    private const int Samples = 100_000;

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var arguments = new RunArguments(EstimateRun.FolderDescription, saves: true);
        var command = new Command("demo", $"Estimate λ of a deep linear network of widths {string.Join(',', s_widths)} whose exact λ is known; under a minute.");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            given.Check();
            var options = new EstimationOptions
            {
                Seed = run.Seed,
                Threads = run.Threads,
                Gamma = 1,
            };
            return EstimateRun.Execute(terminal, "demo", run, options, preparation => Subject.DeepLinear(s_widths, s_ranks, Samples, options.Seed, LossCatalog.ByName("mse"), preparation), cancellation);
        });
        return command;
    }
}
