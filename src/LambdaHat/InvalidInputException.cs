namespace LambdaHat;

/// <summary>
/// Something the user gave is not usable. The message is complete: it names the value, the legal range and the
/// place (file, tensor, option), so that a command can print it alone and leave with exit code 2.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>Creates the exception from one message for the user.</summary>
    public InvalidInputException(string message) : base(message) { }

    /// <summary>Creates the exception from one message for the user and the failure that revealed it.</summary>
    public InvalidInputException(string message, Exception inner) : base(message, inner) { }
}
