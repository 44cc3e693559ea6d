using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The Jacobian J of the outputs of the first m samples (rows in the order of the samples, outputs together) by the selected parameters, and Gauss–Newton
/// matrices, in float64 throughout: forward and backward passes of one sample at a time, then matrix products. For ranks at machine precision where the matrix is small. A
/// matrix JᵀJ tells singular values of J below about 1e-8 of the largest from zero no more.
/// </summary>
public sealed unsafe class ExactJacobian : ITeamWork
{
    // Rows of J that are multiplied at once, at least, and rows of G that one thread makes at a time.
    private const int Rows = 512;
    private const int Strip = 256;

    private readonly Network _network;
    private readonly DataSet _data;
    private readonly ParameterBlock[] _blocks;
    private readonly double[] _parameters;
    private readonly WorkTeam? _team;
    private readonly SampleJacobian[] _workers;
    private readonly DoubleProduct[] _products;
    private readonly float[] _inputs;
    private readonly float[] _targets;
    private readonly int[] _indices;
    private (bool Multiplies, Loss? Loss, int Count) _work;
    private double* _rows;
    private double* _gram;

    /// <summary>Prepares at <paramref name="w"/>, which is copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data.</param>
    /// <param name="w">The flat parameters.</param>
    /// <param name="selection">The parameters that derivatives are taken by, in the order of their blocks; null for all.</param>
    /// <param name="samples">m, from 1 to n; null for n.</param>
    /// <param name="team">Threads that share the work; their number changes no result.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public ExactJacobian(Network network, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection = null, int? samples = null, WorkTeam? team = null)
    {
        DataFit.CheckInputs(network, data, w.Length, "the data");
        SampleCount = samples ?? data.Count;
        if (SampleCount < 1 || SampleCount > data.Count) throw new InvalidInputException($"samples of the Jacobian: expected 1 to {data.Count}, got {SampleCount}");
        selection ??= ParameterSelection.All(network.Blocks);
        if (selection.Count == 0) throw new InvalidInputException("the Jacobian needs at least one parameter, got none");
        (_network, _data, _team) = (network, data, team);
        _blocks = [.. selection.Blocks];
        Dimension = selection.Count;
        _parameters = [.. w.ToArray().Select(value => (double)value)];
        _workers = [.. Enumerable.Range(0, team?.Size ?? 1).Select(_ => new SampleJacobian(network, _parameters, _blocks, data.TargetSize))];
        _products = [.. _workers.Select(_ => new DoubleProduct())];
        _indices = new int[Math.Min(SampleCount, Math.Max(1, Rows / network.Outputs))];
        _inputs = new float[checked(network.Inputs * _indices.Length)];
        _targets = new float[checked(data.TargetSize * _indices.Length)];
    }

    /// <summary>m, the number of samples.</summary>
    public int SampleCount { get; }

    /// <summary>The number of selected parameters.</summary>
    public int Dimension { get; }

    /// <summary>J, row-major: row s·outputs + o holds the derivatives of output o of sample s.</summary>
    /// <exception cref="InvalidInputException">The matrix has more elements than an array can hold.</exception>
    public double[] Assemble()
    {
        if ((long)SampleCount * _network.Outputs * Dimension > Array.MaxLength)
            throw new InvalidInputException($"a Jacobian of {(long)SampleCount * _network.Outputs} rows and {Dimension} columns does not fit in memory; expected at most {Array.MaxLength} elements");
        var jacobian = new double[SampleCount * _network.Outputs * Dimension];
        fixed (double* all = jacobian)
        {
            for (var start = 0; start < SampleCount; start += _indices.Length) Fill(start, null, all + ((nint)start * _network.Outputs * Dimension));
        }
        return jacobian;
    }

    /// <summary>
    /// G = (1/m) Σ_s J_sᵀ (∂²ℓ/∂f²)_s J_s, row-major and exactly symmetric: about m·outputs·d² operations, d² numbers. With <see cref="SquaredError.Behavioural"/>
    /// (2/m)·JᵀJ, the Hessian of the behavioural loss at its minimum w, whatever the targets.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="progress">Called on this thread with the share of the samples that is done; it may end the work by an exception.</param>
    /// <exception cref="InvalidInputException">The data do not fit the loss, or the matrix has more elements than an array can hold.</exception>
    public double[] GaussNewton(Loss loss, Action<double>? progress = null)
    {
        if (loss != SquaredError.Behavioural) DataFit.Check(_network, loss, _data, _parameters.Length, "the data");
        if ((long)Dimension * Dimension > Array.MaxLength)
            throw new InvalidInputException($"a matrix of dimension {Dimension} does not fit in memory; expected at most {(int)Math.Sqrt(Array.MaxLength)}");
        double[] gram = new double[Dimension * Dimension], rows = new double[checked(_indices.Length * _network.Outputs * Dimension)];
        fixed (double* g = gram, r = rows)
        {
            _gram = g;
            for (var start = 0; start < SampleCount; start += _indices.Length)
            {
                Fill(start, loss, r);
                _work.Multiplies = true;
                Share();
                progress?.Invoke((double)Math.Min(start + _indices.Length, SampleCount) / SampleCount);
            }
        }
        for (var i = 0; i < Dimension; i++)
        {
            for (var j = 0; j <= i; j++) gram[(j * Dimension) + i] = gram[(i * Dimension) + j] /= SampleCount;
        }
        return gram;
    }

    /// <inheritdoc/>
    void ITeamWork.Execute(int part, int parts)
    {
        var (multiplies, loss, count) = _work;
        if (multiplies) Multiply(_products[part], part, parts, count * _network.Outputs);
        else Differentiate(_workers[part], part, parts, loss, count);
    }

    private void Share()
    {
        if (_team is null) ((ITeamWork)this).Execute(0, 1);
        else _team.Run(this);
    }

    private void Fill(int start, Loss? loss, double* rows)
    {
        var count = Math.Min(_indices.Length, SampleCount - start);
        for (var i = 0; i < count; i++) _indices[i] = start + i;
        _data.Read(_indices.AsSpan(0, count), new Matrix(_inputs, _network.Inputs, count), new Matrix(_targets, _data.TargetSize, count));
        _rows = rows;
        _work = (false, loss, count);
        Share();
    }

    private void Differentiate(SampleJacobian worker, int part, int parts, Loss? loss, int count)
    {
        for (var s = part; s < count; s += parts)
        {
            for (var i = 0; i < worker.Input.Length; i++) worker.Input[i] = _inputs[(i * count) + s];
            for (var i = 0; i < worker.Target.Length; i++) worker.Target[i] = _targets[(i * count) + s];
            var size = _network.Outputs * Dimension;
            worker.Fill(loss, new Span<double>(_rows + ((nint)s * size), size));
        }
    }

    // The lower triangle of G in strips of rows, the long ones first.
    private void Multiply(DoubleProduct product, int part, int parts, int depth)
    {
        for (var strip = Tiling.Count(Dimension, Strip) - 1 - part; strip >= 0; strip -= parts)
        {
            var first = strip * Strip;
            var end = Math.Min(first + Strip, Dimension);
            product.Multiply(end - first, end, depth, _rows + first, Dimension, true, _rows, Dimension, false, _gram + ((nint)first * Dimension), Dimension, accumulate: true);
        }
    }
}
