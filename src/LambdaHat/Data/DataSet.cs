using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// n samples, each an input and a target of a fixed number of float32 values. Integer inputs (tokens) and labels are
/// stored as floats, which hold every integer up to 2²⁴ exactly.
/// </summary>
public abstract class DataSet
{
    /// <summary>n, the number of samples.</summary>
    public abstract int Count { get; }

    /// <summary>Numbers in a sample's input.</summary>
    public abstract int InputSize { get; }

    /// <summary>Numbers in a sample's target.</summary>
    public abstract int TargetSize { get; }

    /// <summary>
    /// Writes the samples <paramref name="indices"/> into the columns of x (InputSize × columns) and y (TargetSize × columns), feature-major,
    /// and zeros into the columns beyond. Safe for concurrent calls.
    /// </summary>
    public abstract void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y);
}
