using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>What the layers of one <see cref="GibbsByLayers"/> use in turn.</summary>
internal sealed class LayerWorkspace
{
    /// <summary>For layers of at most <paramref name="size"/> weights and <paramref name="widest"/> rows or columns, and inputs of that <paramref name="rank"/>.</summary>
    public LayerWorkspace(int size, int widest, int rank)
    {
        Noise = new float[size];
        First = new double[size];
        Second = new double[size];
        Third = new double[size];
        Vectors = new double[widest * widest];
        Left = new double[widest * rank];
        Right = new double[widest * rank];
        Eigen.Decompose(new double[widest * widest], widest, new double[widest]);
    }

    public SymmetricEigen Eigen { get; } = new();

    public DoubleProduct Product { get; } = new();

    public float[] Noise { get; }

    public double[] First { get; }

    public double[] Second { get; }

    public double[] Third { get; }

    public double[] Vectors { get; }

    public double[] Left { get; }

    public double[] Right { get; }
}
