using System.Text.Json.Nodes;
using LambdaHat.Data;

namespace LambdaHat.Networks;

/// <summary>What <c>config.json</c> says besides the layers: the loss, and the data the network was trained on.</summary>
public sealed record ModelConfig
{
    /// <summary>The losses that can be named.</summary>
    public static IReadOnlyList<string> LossNames { get; } = ["mse", "mse-sum", "cross-entropy", "behavioural"];

    /// <summary>The loss: one of <see cref="LossNames"/>, or null when the file names none.</summary>
    public string? Loss
    {
        get;
        init => field = value is null || LossNames.Contains(value)
            ? value
            : throw new InvalidInputException($"unknown loss {NearestName.Quote(value)}; expected one of {string.Join(", ", LossNames)}{NearestName.Hint(value, LossNames)}");
    }

    /// <summary>The data, or null when the file names none.</summary>
    public DataSpec? Data { get; init; }

    /// <summary>The preprocessing of the data; null for the default of the data's scheme.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>The split of the data; null for the default of the data's scheme.</summary>
    public Split? Split { get; init; }

    /// <summary>Notes on the training, of any form; kept, never read.</summary>
    public JsonObject? Training { get; init; }
}
