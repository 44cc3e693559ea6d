using System.CommandLine;
using LambdaHat.Cli.Parsing;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat estimate</c>: λ̂ of a checkpoint with its data, or of a random deep linear network.</summary>
internal static class EstimateCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var subject = new SubjectArguments();
        var estimation = new EstimationArguments();
        var arguments = new RunArguments(EstimateRun.FolderDescription, saves: true);
        var command = new Command("estimate", "Estimate the local learning coefficient, and say whether to believe it.");
        subject.AddTo(command);
        estimation.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = estimation.Read(given, run);
            var load = subject.Read(given, options.Seed);
            given.Check();
            return EstimateRun.Execute(terminal, subject.IsDeepLinear(given) ? "dln" : "estimate", run, options, load, cancellation);
        });
        return command;
    }
}
