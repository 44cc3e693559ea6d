using Spectre.Console;

namespace LambdaHat.Cli;

/// <summary>
/// Where a command writes: results for people or programs to <see cref="Out"/>, everything else (progress, notes, errors) to <see cref="Error"/>.
/// </summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error, IAnsiConsole Results, IAnsiConsole Notes, bool Live)
{
    /// <summary>The process's own streams; colours and live bars only where a terminal shows them and NO_COLOR does not forbid it.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, On(Console.Out, Console.IsOutputRedirected), On(Console.Error, Console.IsErrorRedirected), !Console.IsErrorRedirected);

    /// <summary>Plain text to two writers, without colours or live displays.</summary>
    public static Terminal Plain(TextWriter output, TextWriter error) => new(output, error, On(output, true), On(error, true), false);

    private static IAnsiConsole On(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected) console.Profile.Width = 120;
        return console;
    }
}
