namespace LambdaHat.Losses;

/// <summary>The losses that the command line and <c>config.json</c> can name.</summary>
public static class LossCatalog
{
    private static readonly Loss[] s_losses = [SquaredError.Mean, SquaredError.Sum, CrossEntropy.Instance, SquaredError.Behavioural];

    /// <summary>The legal names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_losses.Select(loss => loss.Name)];

    /// <summary>The loss called <paramref name="name"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="place">Where the name stands, for the message: an option or a file and key.</param>
    /// <exception cref="InvalidInputException">No loss has that name.</exception>
    public static Loss ByName(string name, string place = "loss") => Array.Find(s_losses, loss => loss.Name == name)
        ?? throw new InvalidInputException($"{place}: expected one of {string.Join(", ", Names)}, got \"{name}\"");
}
