using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>A part of a saved state: its name, and what writes or reads it.</summary>
public readonly record struct StateSection(string Name, Action<StateTransfer> Transfer);
