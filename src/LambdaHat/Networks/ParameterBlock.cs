namespace LambdaHat.Networks;

/// <summary>A named tensor within the flat parameter vector: elements [Offset, Offset + Size), row-major.</summary>
public sealed record ParameterBlock(string Name, int[] Shape, int Offset, int Size)
{
    /// <summary>The block's slice of a flat vector.</summary>
    public Span<float> In(Span<float> w) => w.Slice(Offset, Size);

    /// <summary>The block's slice of a flat vector.</summary>
    public ReadOnlySpan<float> In(ReadOnlySpan<float> w) => w.Slice(Offset, Size);
}
