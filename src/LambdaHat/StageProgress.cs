namespace LambdaHat;

/// <summary>Where a piece of work stands that goes through stages.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Share">How much of this stage's work is done, from 0 to 1.</param>
/// <param name="Detail">What it has found so far; may be empty.</param>
public readonly record struct StageProgress(string Stage, double Share, string Detail);
