using System.CommandLine;
using System.Reflection;
using LambdaHat.Cli.Commands;

namespace LambdaHat.Cli;

/// <summary>The command's root: parses, runs one subcommand, and turns every foreseeable failure into one message and an exit code.</summary>
internal static class LambdaHatCommand
{
    /// <summary>The version that <c>--version</c> prints and every result carries.</summary>
    public static string Version { get; } =
        typeof(LambdaHatCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static int Run(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        var root = new RootCommand("Measures the complexity of a trained neural network: its local learning coefficient, with an error bar.")
        {
            DemoCommand.Create(terminal, cancellation),
            EstimateCommand.Create(terminal, cancellation),
            TrainCommand.Create(terminal, cancellation),
            TheoryCommand.Create(terminal),
        };
        HelpExamples.Attach(root);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var message in parsed.Errors.Select(e => e.Message).Distinct()) terminal.Error.WriteLine($"lambdahat: {message}");
            terminal.Error.WriteLine($"See 'lambdahat {string.Join(' ', CommandPath(parsed))}--help'.");
            return ExitCode.BadInput;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error });
        }
        catch (InvalidInputException e)
        {
            terminal.Error.WriteLine($"lambdahat: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"lambdahat: {e.Message}");
            return ExitCode.BadInput;
        }
        catch (OutOfMemoryException)
        {
            terminal.Error.WriteLine("lambdahat: not enough memory for this network and batch size; fewer threads, chains or samples a batch need less");
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("lambdahat: interrupted");
            return ExitCode.Interrupted;
        }
    }

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        for (var command = parsed.CommandResult; command.Parent is System.CommandLine.Parsing.CommandResult parent; command = parent)
            yield return command.Command.Name + " ";
    }
}
