using System.Numerics.Tensors;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The Kronecker factors of a linear network, as <see cref="KroneckerFactors"/> has them, and the turns into their eigenbases, all in float64: along a chain the curvatures of one layer may be 10¹⁵ apart, and a basis that is
/// off by a float32 rounding moves stiff directions with flat ones.
/// </summary>
public sealed class LinearFactors : IDisposable
{
    private readonly NetworkObjective _objective;
    private readonly LinearPass _pass;
    private readonly SharedDoubleProduct _product;
    private readonly AlignedMemory _inputs, _targets, _outputs, _probes;
    private readonly int[] _indices, _places;
    private readonly double[] _first, _second;

    /// <summary>Factors of the layers that <paramref name="sampled"/> touches, over <paramref name="samples"/> samples at a time (at most n).</summary>
    public LinearFactors(NetworkObjective objective, ParameterSelection sampled, int samples, WorkTeam? team = null)
    {
        _objective = objective;
        var count = Math.Min(samples, objective.Data.Count);
        _pass = new LinearPass(objective.Network, count, team);
        _product = new SharedDoubleProduct(team);
        AlignedMemory Rows(int rows) => new(checked(rows * AlignedMemory.RowStride(count)));
        (_inputs, _targets, _outputs, _probes) = (Rows(objective.Network.Inputs), Rows(objective.Data.TargetSize), Rows(objective.Network.Outputs), Rows(objective.Network.Outputs));
        _indices = new int[count];
        Layers = LayerFactors.Of(objective.Network, sampled);
        _places = [.. Layers.Select(l => _pass.Layers.TakeWhile(p => p.Layer != l.Layer).Count())];
        var largest = Layers.Select(l => l.Block.Size).DefaultIfEmpty(0).Max();
        (_first, _second) = (new double[largest], new double[largest]);
    }

    /// <summary>The layers with sampled parameters, first to last.</summary>
    public IReadOnlyList<LayerFactors> Layers { get; }

    /// <summary>The place of layer number <paramref name="index"/> of <see cref="Layers"/> among the dense layers.</summary>
    public int Place(int index) => _places[index];

    /// <summary>
    /// Draws samples for (seed, chain, step), runs them through the network at w and measures S of every layer. The inputs' side follows by <see cref="MeasureInputs"/>, layer by layer.
    /// </summary>
    public void Begin(double[] w, ulong seed, int chain, long step)
    {
        var (data, samples, last) = (_objective.Data, _indices.Length, _pass.Layers.Count - 1);
        if (samples == data.Count) for (var i = 0; i < samples; i++) _indices[i] = i;
        // From the probes' stream, so that no minibatch is the same.
        else new RandomStream(seed, RandomPurpose.Probe, chain, step << 1).FillIndices(_indices, data.Count);
        data.Read(_indices, View(_inputs, _objective.Network.Inputs), View(_targets, data.TargetSize));
        _pass.Load(View(_inputs, _objective.Network.Inputs), samples);
        _pass.Forward(w, 0, last + 1);
        _pass.ReadOutput(View(_outputs, _objective.Network.Outputs));
        _objective.Loss.SampleCurvature(View(_outputs, _objective.Network.Outputs), View(_targets, data.TargetSize), samples, new RandomStream(seed, RandomPurpose.Probe, chain, (step << 1) | 1), View(_probes, _objective.Network.Outputs), 1);
        _pass.SetOutputDerivative(View(_probes, _objective.Network.Outputs));
        for (var (place, index) = (last, Layers.Count - 1); index >= 0; place--)
        {
            if (place < last) _pass.Descend(w, place);
            if (_places[index] == place) Layers[index--].MeasureOutputs(_pass.Derivative(place));
        }
    }

    /// <summary>Measures A of layer number <paramref name="index"/> of <see cref="Layers"/> from what arrives at it now.</summary>
    public void MeasureInputs(int index) => Layers[index].MeasureInputs(_pass.Arriving(_places[index]));

    /// <summary>After layer number <paramref name="index"/> has moved to w: brings what arrives at the next one up to date.</summary>
    public void PassOn(double[] w, int index)
    {
        if (index + 1 < Layers.Count) _pass.Forward(w, _places[index], _places[index + 1]);
    }

    /// <summary>z ← R ∘ (U_Sᵀ·G·U_A) of layer number <paramref name="index"/>, G (outputs × inputs) a gradient with respect to its matrix.</summary>
    public void Whiten(int index, double[] gradient, Span<float> z)
    {
        var (layer, rows, columns) = Of(index);
        var turned = new DoubleView(_first, 0, columns);
        _product.Multiply(rows, columns, rows, new(layer.OutputVectors, 0, rows), new(gradient, 0, columns), turned);
        if (columns > 1)
        {
            _product.Multiply(rows, columns, columns, turned, new(layer.InputVectors, 0, columns, Transposed: true), new(_second, 0, columns));
            turned = new(_second, 0, columns);
        }
        var scale = layer.Block.Scale;
        for (var i = 0; i < z.Length; i++) z[i] = (float)(turned.Data[i] * scale[i]);
    }

    /// <summary>The matrix of layer number <paramref name="index"/> in w ← it + U_S·(R ∘ Z)·U_Aᵀ.</summary>
    public void AddUnwhitened(int index, ReadOnlySpan<float> z, double[] w)
    {
        var (layer, rows, columns) = Of(index);
        var scale = layer.Block.Scale;
        for (var i = 0; i < z.Length; i++) _first[i] = (double)z[i] * scale[i];
        var (turned, target) = (new DoubleView(_first, 0, columns), new DoubleView(w, _pass.Layers[_places[index]].Offset, columns));
        if (columns > 1)
        {
            _product.Multiply(rows, columns, columns, turned, new(layer.InputVectors, 0, columns), new(_second, 0, columns));
            turned = new(_second, 0, columns);
        }
        _product.Multiply(rows, columns, rows, new(layer.OutputVectors, 0, rows, Transposed: true), turned, target, accumulate: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in (AlignedMemory[])[_inputs, _targets, _outputs, _probes]) memory.Dispose();
        foreach (var layer in Layers) layer.Dispose();
    }

    private (LayerFactors Layer, int Rows, int Columns) Of(int index) => (Layers[index], Layers[index].Block.Rows, Layers[index].Block.Columns);

    private Matrix View(AlignedMemory memory, int rows) => new(memory.Span, rows, NetworkPass.PaddedColumns(_indices.Length), AlignedMemory.RowStride(_indices.Length));
}
