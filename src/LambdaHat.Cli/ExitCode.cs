namespace LambdaHat.Cli;

/// <summary>What the command tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int InternalError = 1;
    public const int BadInput = 2;
    public const int AllChainsDiverged = 3;
    public const int Differs = 4;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
