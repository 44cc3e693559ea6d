namespace LambdaHat.Cli;

/// <summary>Collects everything that is wrong with a command's options, to be reported all at once.</summary>
internal sealed class Problems
{
    private readonly List<string> _messages = [];

    /// <summary>Notes a problem.</summary>
    public void Add(string message) => _messages.Add(message);

    /// <summary>Runs <paramref name="set"/> and notes what it objects to.</summary>
    public void Collect(Action set)
    {
        try
        {
            set();
        }
        catch (InvalidInputException e)
        {
            Add(e.Message);
        }
    }

    /// <summary>Throws one <see cref="InvalidInputException"/> with every problem, if there is any.</summary>
    public void ThrowIfAny()
    {
        if (_messages.Count > 0) throw new InvalidInputException(string.Join("\nlambdahat: ", _messages));
    }
}
