using System.Runtime.InteropServices;

namespace LambdaHat.Cli;

/// <summary>Turns Ctrl-C and SIGTERM into a cancellation, so that a command can stop between two steps; a second one ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What a command may take to end without a word.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _terminated;
    private Timer? _patience;

    private delegate void ExitProcess(int code);

    public Interruption() => _registrations = [Register(PosixSignal.SIGINT), Register(PosixSignal.SIGTERM)];

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of an interrupted command, by what interrupted it.</summary>
    public int ExitCode => _terminated ? Cli.ExitCode.Terminated : Cli.ExitCode.Interrupted;

    /// <summary>
    /// Ends the process without its exit handlers: OpenBLAS's would wait for ever for a factorisation that the interruption left behind. Returns where the system has no such call.
    /// </summary>
    public static void Leave(int code)
    {
        if (!OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "_exit", out var exit)) Marshal.GetDelegateForFunctionPointer<ExitProcess>(exit)(code);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _patience?.Dispose();
        _source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !_source.IsCancellationRequested;
        _terminated |= signal == PosixSignal.SIGTERM;
        if (context.Cancel) _patience = new Timer(_ => Console.Error.WriteLine("the piece of work at hand ends first, or what it has found is being saved; once more ends at once, and loses it"), null, s_patience, Timeout.InfiniteTimeSpan);
        _source.Cancel();
    });
}
