using LambdaHat.Data;
using LambdaHat.Losses;

namespace LambdaHat.Estimation;

/// <summary>What a result was computed from, as SHA-256 sums: the parameters w*, and the training samples as they were used.</summary>
public sealed record InputHashes(string Parameters, string Data)
{
    /// <summary>Those of <paramref name="objective"/>.</summary>
    public static InputHashes Of(NetworkObjective objective) => new(Fingerprint.Of(objective.Center), Fingerprint.Of(objective.Data));
}
