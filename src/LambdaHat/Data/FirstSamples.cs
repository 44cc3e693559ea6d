using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>The first samples of a data set.</summary>
internal sealed class FirstSamples : DataSet
{
    private readonly DataSet _data;

    /// <summary>The first <paramref name="count"/> of <paramref name="data"/>, or all where there are fewer.</summary>
    public FirstSamples(DataSet data, int count) => (_data, Count) = (data, Math.Min(data.Count, count));

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override int InputSize => _data.InputSize;

    /// <inheritdoc/>
    public override int TargetSize => _data.TargetSize;

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<int> indices, Matrix x, Matrix y) => _data.Read(indices, x, y);
}
