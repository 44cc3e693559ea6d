using System.Numerics.Tensors;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The two Kronecker factors of one layer and the metric block made from them. With a memory μ &gt; 0 a measurement is averaged into the earlier ones: F ← μ·F + (1 − μ)·new.
/// </summary>
public sealed class LayerFactors : IDisposable
{
    // A direction of rare inputs counts so many times as steep as one visit shows it.
    private const double Visits = 2;

    private readonly double[] _outputs, _outputVectors, _outputValues;
    private readonly double[] _inputs, _inputVectors, _inputValues, _visited, _fourths, _measuredFourths;
    private readonly bool _isEmbedding, _hasWeight, _hasBias;
    private readonly RangeWorkspace _work;
    private readonly double[] _measured, _gram;
    private readonly MeasuredSide _outputSide, _inputSide;
    private bool _inputsKnown, _outputsKnown, _areInputsDecomposed;
    private double _inputMemory;

    private LayerFactors(int layer, Layer kind, ParameterSelection sampled, RangeWorkspace work)
    {
        (Layer, Sampled, _work) = (layer, sampled, work);
        (_outputSide, _inputSide) = (new MeasuredSide(work), new MeasuredSide(work));
        var weight = sampled.Blocks.FirstOrDefault(b => b.Shape.Length == 2);
        var bias = sampled.Blocks.FirstOrDefault(b => b.Shape.Length == 1);
        (_hasWeight, _hasBias, _isEmbedding) = (weight is not null, bias is not null, kind is Embedding);
        var columns = (weight?.Shape[1] ?? 0) + (bias is null ? 0 : 1);
        var rows = weight?.Shape[0] ?? bias!.Shape[0];
        Block = new KroneckerBlock(rows, columns, weight?.Offset ?? -1, bias?.Offset ?? -1, rowBasis: !_isEmbedding, columnBasis: _isEmbedding || columns > 1);
        Gamma = 1;
        // For an embedding the outputs' side are the columns, the inputs' side the vocabulary.
        var (outputSide, inputSide) = _isEmbedding ? (columns, rows) : (rows, columns);
        (_outputs, _outputVectors, _outputValues) = (new double[outputSide * outputSide], new double[outputSide * outputSide], new double[outputSide]);
        var stored = _isEmbedding ? inputSide : inputSide * inputSide;
        (_inputs, _inputVectors, _inputValues) = (new double[stored], new double[stored], new double[inputSide]);
        // An embedding's inputs are 0 or 1: their fourth powers are themselves.
        (_fourths, _measuredFourths, _visited) = (new double[_isEmbedding ? 0 : inputSide], new double[_isEmbedding ? 0 : inputSide], new double[inputSide]);
        _measured = new double[Math.Max(_outputs.Length, stored)];
        _gram = new double[_hasBias && !_isEmbedding ? (columns - 1) * (columns - 1) : 0];
    }

    /// <summary>The index of the layer in the network.</summary>
    public int Layer { get; }

    /// <summary>The sampled tensors of the layer.</summary>
    public ParameterSelection Sampled { get; }

    /// <summary>The metric.</summary>
    public KroneckerBlock Block { get; }

    /// <summary>γ of the layer's matrix; of its bias where no matrix is sampled.</summary>
    public double Gamma { get; private set; }

    /// <summary>μ, in [0, 1).</summary>
    public double Memory { get; set; }

    /// <summary>The samples of a minibatch that gradients are taken over; infinite where they are of all samples.</summary>
    public double Batch { get; set; } = double.PositiveInfinity;

    /// <summary>Σ p/2 over the block, p = nβ·c·s·a/(nβ·c·s·a + γ), as of the last <see cref="Decompose"/>: the layer's own λ_quad.</summary>
    public double Quadratic { get; private set; }

    /// <summary>Σ p·(precision of the metric)/(precision): <see cref="Quadratic"/> with every direction counted by how many times slower rare inputs make it, twice.</summary>
    internal double Slowed { get; private set; }

    /// <summary>The trace of the layer's curvature nβ·c·S ⊗ A, as of the last <see cref="Decompose"/>.</summary>
    internal double Trace { get; private set; }

    /// <summary>The layers of <paramref name="network"/> that <paramref name="sampled"/> touches, to be measured and decomposed one after the other.</summary>
    public static IReadOnlyList<LayerFactors> Of(Network network, ParameterSelection sampled)
    {
        var work = new RangeWorkspace();
        List<LayerFactors> layers = [];
        for (var l = 0; l < network.Layers.Count; l++)
        {
            var range = network.ParameterRange(l);
            var within = sampled.Within(range.Start.Value, range.End.Value);
            if (within.Count > 0) layers.Add(new LayerFactors(l, network.Layers[l].Layer, within, work));
        }
        return layers;
    }

    /// <summary>Sets what localises the layer, γ for every sampled block of <see cref="Sampled"/>, before anything is measured.</summary>
    public void Localise(Func<ParameterBlock, double> gamma)
    {
        Gamma = gamma(Sampled.Blocks[0]);
        var bias = gamma(Sampled.Blocks[^1]);
        Block.ConstantInput = Gamma > 0 && bias > 0 ? (float)Math.Sqrt(Gamma / bias) : 1;
    }

    /// <summary>S from the derivatives with respect to the layer's outputs.</summary>
    public void MeasureOutputs(ReadOnlyMatrix derivative)
    {
        var side = _outputValues.Length;
        var target = Start(_outputs, ref _outputsKnown, out var average);
        var parts = derivative.Rows / side;
        for (var part = 0; part < parts; part++) _work.Product.GramDouble(derivative.RowRange(part * side, side), target);
        Finish(_outputs, target, average, 1.0 / (derivative.Columns * parts));
    }

    /// <summary>A from what arrives at the layer.</summary>
    public void MeasureInputs(ReadOnlyMatrix input)
    {
        if (AreInputsFixed) return;
        BeginInputs();
        AddInputs(input);
        EndInputs(input.Columns);
    }

    /// <summary>Whether A is that of the data themselves, which do not change with w: measured once, over many samples, for good.</summary>
    public bool AreInputsFixed { get; private set; }

    /// <summary>A of the data themselves, of <paramref name="samples"/> samples that <paramref name="add"/> gives to <see cref="AddInputs"/>; it is not measured again.</summary>
    internal void FixInputs(int samples, Action add)
    {
        BeginInputs();
        add();
        EndInputs(samples);
        AreInputsFixed = true;
    }

    /// <summary>Adds samples to the measurement of A.</summary>
    internal void AddInputs(ReadOnlyMatrix input)
    {
        var side = _inputValues.Length;
        var target = _measured.AsSpan(0, _inputs.Length);
        if (_isEmbedding)
        {
            for (var t = 0; t < input.Rows; t++)
                foreach (var token in input.Row(t)) target[(int)token]++;
            return;
        }
        var width = _hasWeight ? side - (_hasBias ? 1 : 0) : 0;
        if (width == side) _work.Product.GramDouble(input, target);
        else
        {
            double constant = Block.ConstantInput;
            for (var i = 0; i < width; i++)
            {
                var sum = 0.0;
                foreach (var x in input.Row(i)) sum += x;
                target[(i * side) + width] += constant * sum;
                target[(width * side) + i] += constant * sum;
            }
            target[^1] += constant * constant * input.Columns;
            _gram.AsSpan().Clear();
            if (width > 0) _work.Product.GramDouble(input, _gram);
            for (var i = 0; i < width; i++) TensorPrimitives.Add(target.Slice(i * side, width), _gram.AsSpan(i * width, width), target.Slice(i * side, width));
        }
        for (var i = 0; i < side; i++) _measuredFourths[i] += i < width ? WideSum.FourthPowers(input.Row(i)) : Math.Pow(Block.ConstantInput, 4) * input.Columns;
    }

    private void BeginInputs()
    {
        Start(_inputs, ref _inputsKnown, out _inputMemory);
        _measuredFourths.AsSpan().Clear();
    }

    private void EndInputs(int samples)
    {
        Finish(_inputs, _measured, _inputMemory, 1.0 / samples);
        Finish(_fourths, _measuredFourths, _inputMemory, 1.0 / samples);
        _areInputsDecomposed = false;
    }

    /// <summary>S = <paramref name="scale"/>·XᵀX of a dense layer without bias, X of <paramref name="rows"/> rows in float64.</summary>
    internal void MeasureOutputs(double[] x, int rows, double scale) => _outputSide.Measure(x, rows, scale, Refined, _outputs, _outputVectors, _outputValues);

    /// <summary>A = <paramref name="scale"/>·XᵀX of a dense layer without bias.</summary>
    internal void MeasureInputs(double[] x, int rows, double scale) => _inputSide.Measure(x, rows, scale, Refined, _inputs, _inputVectors, _inputValues);

    /// <summary>
    /// Whether all float64 measurements are decomposed by the singular values of what was measured, not by their squares, so that eigenvalues are accurate to 2⁻¹⁰⁴ of the largest, not 2⁻⁵². Those of fewer rows than
    /// columns always are.
    /// </summary>
    internal bool Refined { get; set; }

    /// <summary>Whether the rounding of squares, as of the last <see cref="Decompose"/>, makes directions steeper than γ that may be flat.</summary>
    internal bool SquaresSuffice { get; private set; } = true;

    /// <summary>U_Sᵀ of a dense layer in float64.</summary>
    internal double[] OutputVectors => _outputVectors;

    /// <summary>U_Aᵀ of a dense layer in float64; of no meaning where it has one input.</summary>
    internal double[] InputVectors => _inputVectors;

    /// <summary>
    /// The metric from the factors as they are: precision nβ·c·s·a + γ, with a no less than what a minibatch sees of it at once (<see cref="Visit"/>), and at least the inverse of <paramref name="flatVariance"/> where that is not 0. A bias's share of a direction counts tr A times that, as if it came from the inputs: a rescaling of
    /// the layer below then moves the least precision as it moves the parameters.
    /// </summary>
    public void Decompose(double nBeta, double c, double flatVariance)
    {
        var (rows, columns) = (Block.Rows, Block.Columns);
        if (!_outputSide.IsDecomposed) Eigen(_outputs, _outputVectors, _outputValues, _isEmbedding ? Block.ColumnBasis : Block.RowBasis);
        if (_isEmbedding) _inputs.CopyTo(_inputValues, 0);
        else if (columns > 1 && !_inputSide.IsDecomposed && !_areInputsDecomposed) Eigen(_inputs, _inputVectors, _inputValues, Block.ColumnBasis);
        else if (columns == 1) _inputValues[0] = _inputs[0];
        _areInputsDecomposed = AreInputsFixed;
        // Below that eigenvalues are rounding, of either sign: a direction that is steep for all one knows must not be taken for flat.
        static double Rounding(double[] values, MeasuredSide side) => values.Length * Math.ScaleB(Math.Max(values.Max(), 0), side.IsDecomposed ? -104 : -52);
        var (rowValues, columnValues) = _isEmbedding ? (_inputValues, _outputValues) : (_outputValues, _inputValues);
        var (leastRow, leastColumn) = _isEmbedding ? (Rounding(rowValues, _inputSide), Rounding(columnValues, _outputSide)) : (Rounding(rowValues, _outputSide), Rounding(columnValues, _inputSide));
        SquaresSuffice = Refined || nBeta * c * Math.Max(leastRow * columnValues.Max(), rowValues.Max() * leastColumn) <= Gamma;
        Visit();
        var (rowSteep, columnSteep) = _isEmbedding ? (_visited, _outputValues) : (_outputValues, _visited);
        var scale = Block.Scale;
        var arriving = 0.0;
        if (_hasBias && _hasWeight) for (var i = 0; i < columns - 1; i++) arriving += _inputs[(i * columns) + i];
        double quadratic = 0, slowed = 0;
        for (var j = 0; j < rows; j++)
        {
            var row = scale.Slice(j * columns, columns);
            var (factor, steep) = (nBeta * c * Math.Max(rowValues[j], leastRow), nBeta * c * Math.Max(rowSteep[j], leastRow));
            for (var i = 0; i < columns; i++)
            {
                var curvature = factor * Math.Max(columnValues[i], leastColumn);
                var bias = arriving > 0 ? _inputVectors[(i * columns) + columns - 1] : 0;
                var precision = (steep * Math.Max(columnSteep[i], leastColumn)) + Gamma;
                if (curvature > 0)
                {
                    var share = curvature / (curvature + Gamma);
                    quadratic += share;
                    slowed += share * precision / (curvature + Gamma);
                }
                if (flatVariance > 0) precision = Math.Max(precision, 1 / (flatVariance * (1 + (bias * bias * (arriving - 1)))));
                row[i] = (float)(1 / Math.Sqrt(precision));
            }
        }
        (Quadratic, Slowed) = (quadratic / 2, slowed);
        Trace = nBeta * c * TensorPrimitives.Sum<double>(rowValues) * TensorPrimitives.Sum<double>(columnValues);
    }

    // An input that few samples have (a rare token, an outlier, a unit that seldom fires) shows its curvature in few minibatches, and there one sample of B makes it E[x⁴]/(B·E[x²]), kurtosis/B times the mean E[x²].
    // Steps that suit the mean would overshoot at every visit. In an eigenvector of A the inputs' kurtoses count by the squares of its elements.
    private void Visit()
    {
        _inputValues.CopyTo(_visited, 0);
        if (double.IsInfinity(Batch)) return;
        var side = _inputValues.Length;
        for (var i = 0; i < side; i++)
        {
            if (_isEmbedding) _visited[i] = Math.Max(_inputValues[i], Visits / Batch);
            else
            {
                var kurtosis = 0.0;
                for (var k = 0; k < side; k++)
                {
                    var (square, share) = (_inputs[(k * side) + k], side == 1 ? 1 : _inputVectors[(i * side) + k]);
                    if (square > 0) kurtosis += share * share * (_fourths[k] / square / square);
                }
                _visited[i] *= Math.Max(1, Visits * kurtosis / Batch);
            }
        }
    }

    /// <summary>
    /// What keeps directions without curvature from having no scale at all where nothing localises them: the mean square of the layer's own matrix at <paramref name="center"/>, of its bias where no matrix is sampled; 0 under localisation.
    /// </summary>
    public double FlatVariance(ReadOnlySpan<float> center)
    {
        if (Gamma > 0) return 0;
        var block = Sampled.Blocks.FirstOrDefault(b => b.Shape.Length == 2) ?? Sampled.Blocks[0];
        var square = WideSum.Squares(block.In(center)) / block.Size;
        return square > 0 ? square : 1;
    }

    /// <summary>Writes or reads the factors and the metric made from them.</summary>
    public void Transfer(StateTransfer state)
    {
        (_outputsKnown, _inputsKnown, Quadratic, Slowed) = (state.Value(_outputsKnown), state.Value(_inputsKnown), state.Value(Quadratic), state.Value(Slowed));
        (AreInputsFixed, _areInputsDecomposed) = (state.Value(AreInputsFixed), state.Value(_areInputsDecomposed));
        (Refined, SquaresSuffice, Trace) = (state.Value(Refined), state.Value(SquaresSuffice), state.Value(Trace));
        state.Values(_outputs.AsSpan());
        state.Values(_inputs.AsSpan());
        state.Values(_fourths.AsSpan());
        state.Values(_inputValues.AsSpan());
        state.Values(_outputVectors.AsSpan());
        state.Values(_inputVectors.AsSpan());
        state.Values(Block.Scale);
        state.Values(Block.RowBasis);
        state.Values(Block.ColumnBasis);
    }

    /// <inheritdoc/>
    public void Dispose() => Block.Dispose();

    private void Eigen(double[] factor, double[] vectors, double[] values, Span<float> basis)
    {
        factor.CopyTo(vectors, 0);
        _work.Eigen.Decompose(vectors, values.Length, values);
        for (var i = 0; i < basis.Length; i++) basis[i] = (float)vectors[i];
    }

    private Span<double> Start(double[] factor, ref bool known, out double average)
    {
        average = known ? Memory : 0;
        known = true;
        var target = _measured.AsSpan(0, factor.Length);
        target.Clear();
        return target;
    }

    private static void Finish(double[] factor, ReadOnlySpan<double> measured, double average, double scale)
    {
        for (var i = 0; i < factor.Length; i++) factor[i] = (average * factor[i]) + ((1 - average) * scale * measured[i]);
    }
}
