using System.CommandLine;
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
        var run = new RunArguments();
        var command = new Command("demo", $"Estimate λ of a deep linear network of widths {string.Join(',', s_widths)} whose exact λ is known; under a minute.");
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            var problems = new Problems();
            var options = new EstimationOptions
            {
                Seed = run.Seed(parsed),
                Threads = run.Threads(parsed, problems),
                StepSize = 1e-7,
                Steps = 100_000,
                BurnIn = 0.2,
                Thinning = 10,
                AcceptanceEvery = 100,
            };
            problems.ThrowIfAny();
            return EstimateRun.Execute(terminal, team => Subject.DeepLinear(s_widths, s_ranks, Samples, options.Seed, LossCatalog.ByName("mse"), team),
                options, CommandText.Of(parsed), "demo", run.Out(parsed), run.Json(parsed), cancellation);
        });
        return command;
    }
}
