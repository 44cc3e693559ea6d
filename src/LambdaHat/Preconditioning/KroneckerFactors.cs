using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// The Kronecker factors of a network's Gauss–Newton matrix (Martens &amp; Grosse 2015, used as a Langevin metric). For a dense layer with input h and pre-activation z, over N
/// samples,
/// <code>
///     A = E[h hᵀ],   S = E[(∂f/∂z)ᵀ (∂²ℓ/∂f²) (∂f/∂z)]
/// </code>
/// S from one random vector a sample in output space with covariance ∂²ℓ/∂f², carried back. Products are float32, their sums float64, so that eigenvalues far below the
/// largest keep their meaning. For an embedding A is the frequency of each token.
/// </summary>
public sealed class KroneckerFactors : IDisposable
{
    // Samples that the data's own second moments are taken over.
    private const int MostInputs = 1 << 16;

    private readonly NetworkObjective _objective;
    private readonly NetworkPass _pass;
    private readonly AlignedMemory _targets;
    private readonly int[] _indices;
    private readonly LayerVisitor _visit;
    private readonly int _lowest;

    /// <summary>Factors of the layers that <paramref name="sampled"/> touches, over <paramref name="samples"/> samples at a time (at most n).</summary>
    public KroneckerFactors(NetworkObjective objective, ParameterSelection sampled, int samples)
    {
        _objective = objective;
        var count = Math.Min(samples, objective.Data.Count);
        _pass = new NetworkPass(objective.Network, count);
        _targets = new AlignedMemory(checked(objective.Data.TargetSize * AlignedMemory.RowStride(count)));
        _indices = new int[count];
        Layers = LayerFactors.Of(objective.Network, sampled);
        _lowest = Layers.Count > 0 ? Layers[0].Layer : 0;
        _visit = AddOutputSide;
    }

    /// <summary>The layers with sampled parameters, first to last.</summary>
    public IReadOnlyList<LayerFactors> Layers { get; }

    /// <summary>Samples that the factors are measured over.</summary>
    public int Samples => _indices.Length;

    /// <summary>
    /// Draws samples for (seed, chain, step), runs them through the network at w and measures S of every layer. The inputs' side follows by <see cref="MeasureInputs"/>, layer by layer.
    /// </summary>
    public void Begin(ReadOnlySpan<float> w, ulong seed, int chain, long step)
    {
        var data = _objective.Data;
        if (_lowest == 0 && Layers.Count > 0 && !Layers[0].AreInputsFixed) FixInputs(seed, chain);
        if (_indices.Length == data.Count) for (var i = 0; i < _indices.Length; i++) _indices[i] = i;
        // From the probes' stream, so that no minibatch is the same.
        else new RandomStream(seed, RandomPurpose.Probe, chain, step << 1).FillIndices(_indices, data.Count);
        data.Read(_indices, _pass.Input, Targets);
        _pass.Forward(w);
        _objective.Loss.SampleCurvature(_pass.Output, Targets, _indices.Length, new RandomStream(seed, RandomPurpose.Probe, chain, (step << 1) | 1), _pass.OutputDerivative, 1);
        _pass.Backpropagate(w, _lowest, _visit);
    }

    // The first layer's A is the data's own, whatever w, and rare inputs show in many samples only.
    private void FixInputs(ulong seed, int chain)
    {
        var (data, count) = (_objective.Data, Math.Min(_objective.Data.Count, MostInputs));
        var drawn = new int[count];
        if (count == data.Count) for (var i = 0; i < count; i++) drawn[i] = i;
        else new RandomStream(seed, RandomPurpose.Probe, chain, long.MaxValue).FillIndices(drawn, data.Count);
        Layers[0].FixInputs(count, () =>
        {
            for (var first = 0; first < count; first += _indices.Length)
            {
                var part = drawn.AsSpan(first, Math.Min(_indices.Length, count - first));
                data.Read(part, _pass.Input, Targets);
                var input = _pass.ActivationInto(0);
                Layers[0].AddInputs(new ReadOnlyMatrix(input.Data, input.Rows, part.Length, input.Stride));
            }
        });
    }

    /// <summary>Measures A of layer number <paramref name="index"/> of <see cref="Layers"/> from what arrives at it now.</summary>
    public void MeasureInputs(int index) => Layers[index].MeasureInputs(Batch(_pass.ActivationInto(Layers[index].Layer)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        _targets.Dispose();
        foreach (var layer in Layers) layer.Dispose();
    }

    private Matrix Targets => new(_targets.Span, _objective.Data.TargetSize, NetworkPass.PaddedColumns(_indices.Length), AlignedMemory.RowStride(_indices.Length));

    private void AddOutputSide(int layer, ReadOnlyMatrix derivative)
    {
        for (var i = 0; i < Layers.Count; i++)
            if (Layers[i].Layer == layer) Layers[i].MeasureOutputs(Batch(derivative));
    }

    // The true samples, without padding.
    private ReadOnlyMatrix Batch(ReadOnlyMatrix x) => new(x.Data, x.Rows, _indices.Length, x.Stride);
}
