using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The Jacobian J of the outputs of the first m samples at w by the selected parameters, known by its products with blocks of vectors. Row s·outputs + o is output o of sample s. Products
/// are float32, summed over chunks of samples in float64; J·V takes about 2·m·d operations a vector, Jᵀ·U as many.
/// </summary>
public sealed unsafe class NetworkJacobian : IBlockStep, IDisposable
{
    /// <summary>The most elements that <see cref="Assemble"/> makes: 1 GiB of float32.</summary>
    public const int LargestAssembly = 1 << 28;

    private readonly ChunkedNetwork _network;
    private readonly int _outputs;
    private bool _transposed;
    private float* _source;
    private double* _target;

    /// <summary>Prepares products at <paramref name="w"/>, which is copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data; their targets are not used.</param>
    /// <param name="w">The flat parameters.</param>
    /// <param name="selection">The parameters that derivatives are taken by, in the order of their blocks; null for all.</param>
    /// <param name="samples">m, from 1 to n; null for n.</param>
    /// <param name="team">Threads that share the products; their number changes no result.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public NetworkJacobian(Network network, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection = null, int? samples = null, WorkTeam? team = null)
    {
        DataFit.CheckInputs(network, data, w.Length, "the data");
        _network = new ChunkedNetwork(network, data, w, selection, samples, ownTargets: true, team: team);
        _outputs = network.Outputs;
        Rows = checked(_network.SampleCount * _outputs);
    }

    /// <summary>m·outputs.</summary>
    public int Rows { get; }

    /// <summary>The number of selected parameters, J's columns.</summary>
    public int Dimension => _network.Dimension;

    /// <summary>results ← J·V: vector j is the elements [j·<see cref="Dimension"/>, …), its product [j·<see cref="Rows"/>, …). The numbers are float32 ones.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Multiply(ReadOnlySpan<float> vectors, Span<double> results, int columns) => Run(vectors, Dimension, results, Rows, columns, transposed: false);

    /// <summary>results ← Jᵀ·U: vector j is the elements [j·<see cref="Rows"/>, …), its product [j·<see cref="Dimension"/>, …).</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void MultiplyTransposed(ReadOnlySpan<float> vectors, Span<double> results, int columns) => Run(vectors, Rows, results, Dimension, columns, transposed: true);

    /// <summary>J, row-major (<see cref="Rows"/> × <see cref="Dimension"/>), by products with unit vectors. <see cref="ExactJacobian"/> makes it in float64.</summary>
    /// <exception cref="InvalidInputException">J has more than <see cref="LargestAssembly"/> elements.</exception>
    public float[] Assemble()
    {
        const int block = 64;
        if ((long)Rows * Dimension > LargestAssembly)
            throw new InvalidInputException($"a Jacobian of {Rows} rows and {Dimension} columns is not assembled; expected at most {LargestAssembly} elements");
        var jacobian = new float[Rows * Dimension];
        float[] vectors = new float[block * Dimension];
        var results = new double[checked(block * Rows)];
        for (var first = 0; first < Dimension; first += block)
        {
            var columns = Math.Min(block, Dimension - first);
            for (var j = 0; j < columns; j++) vectors[(j * Dimension) + first + j] = 1;
            Multiply(vectors.AsSpan(0, columns * Dimension), results.AsSpan(0, columns * Rows), columns);
            for (var j = 0; j < columns; j++) vectors[(j * Dimension) + first + j] = 0;
            for (var i = 0; i < Rows; i++)
            {
                for (var j = 0; j < columns; j++) jacobian[(i * Dimension) + first + j] = (float)results[(j * Rows) + i];
            }
        }
        return jacobian;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    void IBlockStep.Execute(BlockPass pass, LoadedChunk chunk, int first, int count)
    {
        if (_transposed) Transposed(pass, chunk.Activations, first, count);
        else Straight(pass, chunk.Activations, first, count);
    }

    private void Run(ReadOnlySpan<float> vectors, int from, Span<double> results, int to, int columns, bool transposed)
    {
        if (vectors.Length != (long)columns * from || results.Length != (long)columns * to)
            throw new ArgumentException($"expected {columns} vectors of {from} elements and room for as many of {to}, got {vectors.Length} and {results.Length} elements");
        fixed (float* source = vectors)
        fixed (double* target = results)
        {
            _transposed = transposed;
            _source = source;
            _target = target;
            _network.Run(this, columns);
        }
    }

    private void Straight(BlockPass pass, ChunkActivations chunk, int first, int count)
    {
        var tangent = pass.Tangent(chunk, _network.Parameters, new(_source + ((nint)first * Dimension), count * Dimension), count, default);
        for (var j = 0; j < count; j++)
        {
            var outputs = tangent.Vector(j, count);
            var result = new Span<double>(_target + ((nint)(first + j) * Rows) + ((nint)chunk.Start * _outputs), chunk.Count * _outputs);
            for (var o = 0; o < _outputs; o++)
            {
                var row = outputs.Row(o);
                for (var s = 0; s < chunk.Count; s++) result[(s * _outputs) + o] = row[s];
            }
        }
    }

    private void Transposed(BlockPass pass, ChunkActivations chunk, int first, int count)
    {
        var cotangents = pass.OutputDerivative(chunk, count);
        for (var j = 0; j < count; j++)
        {
            var outputs = cotangents.Vector(j, count);
            var source = new ReadOnlySpan<float>(_source + ((nint)(first + j) * Rows) + ((nint)chunk.Start * _outputs), chunk.Count * _outputs);
            for (var o = 0; o < _outputs; o++)
            {
                var row = outputs.Row(o);
                for (var s = 0; s < chunk.Count; s++) row[s] = source[(s * _outputs) + o];
                row[chunk.Count..].Clear();
            }
        }
        var results = new Span<double>(_target + ((nint)first * Dimension), count * Dimension);
        if (chunk.Start == 0) results.Clear();
        pass.Backward(chunk, _network.Parameters, results, count);
    }
}
