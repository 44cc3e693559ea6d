namespace LambdaHat.Numerics;

/// <summary>What several <see cref="RangeBasis"/> of one thread use in turn: room for the largest of them.</summary>
internal sealed class RangeWorkspace
{
    private long _images, _side;

    /// <summary>Eigenvectors, coefficients and orthonormal rows of matrices with fewer rows than columns.</summary>
    public double[] Eigenvectors { get; private set; } = [];

    public double[] Coefficients { get; private set; } = [];

    public double[] Orthonormal { get; private set; } = [];

    /// <summary>The left singular vectors of the last refinement.</summary>
    public double[] Images { get; private set; } = [];

    public double[] Small { get; private set; } = [];

    public double[] Turned { get; private set; } = [];

    /// <summary>The bytes that it comes to hold for matrices of these shapes.</summary>
    public static long BytesOf(IEnumerable<(int Vectors, int Size)> shapes)
    {
        long square = 0, wide = 0, images = 0, side = 0;
        foreach (var (vectors, size) in shapes)
        {
            long a = vectors, count = Math.Min(vectors, size);
            if (vectors < size) (square, wide) = (Math.Max(square, a * a), Math.Max(wide, a * size));
            (images, side) = (Math.Max(images, count * a), Math.Max(side, count * count));
        }
        return ((2 * square) + wide + images + (2 * side)) * sizeof(double);
    }

    /// <summary>Makes room for matrices of <paramref name="vectors"/> rows of <paramref name="size"/> numbers.</summary>
    public void Fit(int vectors, int size)
    {
        long a = vectors, count = Math.Min(vectors, size);
        if (vectors < size)
        {
            if (Eigenvectors.Length < a * a) (Eigenvectors, Coefficients) = (new double[a * a], new double[a * a]);
            if (Orthonormal.Length < a * size) Orthonormal = new double[a * size];
        }
        (_images, _side) = (Math.Max(_images, count * a), Math.Max(_side, count * count));
    }

    /// <summary>Room for refinements too, once one is asked for.</summary>
    public void FitRefinement()
    {
        if (Images.Length < _images) Images = new double[_images];
        if (Small.Length < _side) (Small, Turned) = (new double[_side], new double[_side]);
    }
}
