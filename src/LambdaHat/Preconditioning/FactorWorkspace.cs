using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>What the layers of one set of factors use in turn to decompose them.</summary>
internal sealed class FactorWorkspace
{
    public SymmetricEigen Eigen { get; } = new();

    public DoubleProduct Product { get; } = new();

    public RangeWorkspace Range { get; } = new();
}
