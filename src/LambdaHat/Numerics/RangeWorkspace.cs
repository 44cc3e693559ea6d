namespace LambdaHat.Numerics;

/// <summary>What several <see cref="RangeBasis"/> of one thread, and whoever works beside them, use in turn: an eigendecomposition, a product, and room for the largest of them.</summary>
internal sealed class RangeWorkspace
{
    private Room _room;

    public SymmetricEigen Eigen { get; } = new();

    public DoubleProduct Product { get; } = new();

    /// <summary>Eigenvectors, coefficients and orthonormal rows of matrices with fewer rows than columns.</summary>
    public double[] Eigenvectors { get; private set; } = [];

    public double[] Coefficients { get; private set; } = [];

    public double[] Orthonormal { get; private set; } = [];

    /// <summary>The left singular vectors of the last refinement.</summary>
    public double[] Images { get; private set; } = [];

    public double[] Small { get; private set; } = [];

    public double[] Turned { get; private set; } = [];

    /// <summary>The bytes that the room takes for matrices of these shapes, with refinements.</summary>
    public static long BytesOf(IEnumerable<(int Vectors, int Size)> shapes)
    {
        var room = shapes.Aggregate(default(Room), (room, s) => room.With(s.Vectors, s.Size));
        return ((2 * room.Square) + room.Wide + room.Images + (2 * room.Side)) * sizeof(double);
    }

    /// <summary>Makes room for matrices of <paramref name="vectors"/> rows of <paramref name="size"/> numbers.</summary>
    public void Fit(int vectors, int size)
    {
        _room = _room.With(vectors, size);
        if (Eigenvectors.Length < _room.Square) (Eigenvectors, Coefficients) = (new double[_room.Square], new double[_room.Square]);
        if (Orthonormal.Length < _room.Wide) Orthonormal = new double[_room.Wide];
    }

    /// <summary>Room for refinements too, once one is asked for.</summary>
    public void FitRefinement()
    {
        if (Images.Length < _room.Images) Images = new double[_room.Images];
        if (Small.Length < _room.Side) (Small, Turned) = (new double[_room.Side], new double[_room.Side]);
    }

    // Numbers in each of the arrays.
    private readonly record struct Room(long Square, long Wide, long Images, long Side)
    {
        public Room With(long vectors, long size)
        {
            var count = Math.Min(vectors, size);
            var (square, wide) = vectors < size ? (vectors * vectors, vectors * size) : (0, 0);
            return new(Math.Max(Square, square), Math.Max(Wide, wide), Math.Max(Images, count * vectors), Math.Max(Side, count * count));
        }
    }
}
