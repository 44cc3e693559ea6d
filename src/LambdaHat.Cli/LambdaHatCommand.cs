using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using LambdaHat.Cli.Commands;
using LambdaHat.Cli.Parsing;

namespace LambdaHat.Cli;

/// <summary>The command's root: parses, runs one subcommand, and turns every failure into a message and an exit code.</summary>
internal static class LambdaHatCommand
{
    // A word beginning with '@' is a word, not a file of arguments.
    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>The version that <c>--version</c> prints and every result carries.</summary>
    public static string Version { get; } =
        typeof(LambdaHatCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static int Run(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        var root = new Command("lambdahat", "Measures the complexity of a trained neural network: its local learning coefficient, with an error bar.")
        {
            DemoCommand.Create(terminal, cancellation),
            EstimateCommand.Create(terminal, cancellation),
            SweepCommand.Create(terminal, cancellation),
            TrackCommand.Create(terminal, cancellation),
            CompareCommand.Create(terminal, cancellation),
            HessianCommand.Create(terminal, cancellation),
            ReproduceCommand.Create(terminal, cancellation),
            TrainCommand.Create(terminal, cancellation),
            ResumeCommand.Create(terminal, words => Run(words, terminal, cancellation)),
            VerifyCommand.Create(terminal, words => Run(words, Terminal.Plain(TextWriter.Null, terminal.Error), cancellation)),
            TheoryCommand.Create(terminal),
        };
        Help.Attach(root, terminal, Version);
        var parsed = root.Parse(args, s_parsing);
        try
        {
            return Invoke(parsed, terminal);
        }
        catch (ConfigurationException e)
        {
            foreach (var problem in e.Problems) terminal.Error.WriteLine($"lambdahat: {problem}");
            terminal.Error.WriteLine($"See '{CommandPath(parsed.CommandResult)} --help'.");
            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, ExitCode.BadInput);
        }
        catch (OutOfMemoryException)
        {
            return Fail("not enough memory for this network and batch size; fewer threads, chains or samples a batch need less", ExitCode.BadInput);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", ExitCode.Interrupted);
        }
        catch (Exception e)
        {
            return Fail($"internal error, please report it with the command line: {e.GetType().Name}: {e.Message}", ExitCode.InternalError);
        }

        int Fail(string message, int code)
        {
            terminal.Error.WriteLine($"lambdahat: {message}");
            return code;
        }
    }

    // A command whose line has mistakes still reads its options, so that all of them are reported together.
    private static int Invoke(ParseResult parsed, Terminal terminal)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = terminal.Out, Error = terminal.Error });
        if (parsed.CommandResult.Command.Action is SynchronousCommandLineAction action) return action.Invoke(parsed);
        new Given(parsed).Check();
        throw new ConfigurationException([.. parsed.Errors.Select(e => e.Message)]);
    }

    private static string CommandPath(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{CommandPath(parent)} {result.Command.Name}" : result.Command.Name;
}
