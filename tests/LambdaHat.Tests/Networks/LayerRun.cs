using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>One layer of random shape with random parameters, inputs and directions; matrices with padding columns and gaps between rows.</summary>
internal sealed class LayerRun
{
    private readonly int _columns;
    private readonly int _stride;

    public LayerRun(string name, Random random)
    {
        Reference = ReferenceLayer.Create(name, random);
        Samples = random.Next(1, 20);
        _columns = Samples + random.Next(0, 9);
        _stride = _columns + random.Next(0, 5);
        var size = (int)Layer.Parameters.Sum(parameter => parameter.Size);
        W = Draw(size, random);
        W64 = [.. W.Select(value => (double)value)];
        Tw = Draw(size, random);
        X = Filled(Layer.Inputs, 0);
        Y = Filled(Layer.Outputs, float.NaN);
        Dy = Filled(Layer.Outputs, 0);
        Tx = Filled(Layer.Inputs, 0);
        X.SetSamples(Samples, () => Reference.DrawInput(random));
        Dy.SetSamples(Samples, () => Symmetric(random));
        Tx.SetSamples(Samples, () => Symmetric(random));
    }

    public ReferenceLayer Reference { get; }

    public Layer Layer => Reference.Layer;

    public MatrixProduct Product { get; } = new();

    public int Samples { get; }

    public float[] W { get; }

    public double[] W64 { get; }

    public float[] Tw { get; }

    public TestMatrix X { get; }

    public TestMatrix Y { get; }

    public TestMatrix Dy { get; }

    public TestMatrix Tx { get; }

    public void Forward() => Layer.Forward(W, X.View, Y.View, Product);

    public TestMatrix Filled(int rows, float value) => new(rows, _columns, _stride, value);

    private static float Symmetric(Random random) => (2 * random.NextSingle()) - 1;

    private static float[] Draw(int size, Random random) => [.. Enumerable.Range(0, size).Select(_ => Symmetric(random))];
}

/// <summary>A matrix on the heap, with a gap between its rows.</summary>
internal sealed class TestMatrix
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _stride;

    public TestMatrix(int rows, int columns, int stride, float value)
    {
        (_rows, _columns, _stride) = (rows, columns, stride);
        Data = new float[rows * stride];
        View.Fill(value);
    }

    public float[] Data { get; }

    public Matrix View => new(Data, _rows, _columns, _stride);

    public float At(int row, int column) => Data[(row * _stride) + column];

    public double[] Column(int column) => [.. Enumerable.Range(0, _rows).Select(row => (double)At(row, column))];

    public IEnumerable<float> Padding(int samples) => Enumerable.Range(0, _rows).SelectMany(row => Enumerable.Range(samples, _columns - samples).Select(column => At(row, column)));

    public void SetSamples(int samples, Func<float> draw)
    {
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < samples; column++) Data[(row * _stride) + column] = draw();
        }
    }
}
