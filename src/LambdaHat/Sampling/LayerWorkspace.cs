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
        Images = [new double[widest * rank], new double[widest * rank]];
        Range.Eigen.Decompose(new double[widest * widest], widest, new double[widest]);
    }

    /// <summary>The bytes of one, <see cref="Range"/> left out: the eigendecomposition has four matrices of the widest layer's side.</summary>
    public static long BytesOf(long size, long widest, long rank) => (size * (sizeof(float) + (3 * sizeof(double)))) + (((5 * widest) + (4 * rank)) * widest * sizeof(double));

    public RangeWorkspace Range { get; } = new();

    public DoubleProduct Product => Range.Product;

    public float[] Noise { get; }

    public double[] First { get; }

    public double[] Second { get; }

    public double[] Third { get; }

    public double[] Vectors { get; }

    public double[] Left { get; }

    public double[] Right { get; }

    /// <summary>A of the layer at hand and of the one below.</summary>
    public double[][] Images { get; }
}
