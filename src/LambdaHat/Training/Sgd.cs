using System.Numerics;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>
/// Gradient descent with momentum μ as in <c>torch.optim.SGD</c> (no dampening, no Nesterov step): b ← μ·b + g with b = 0 at first, w ← w − η·b.
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly float[] _momentum;
    private readonly float _decay;

    /// <summary>Creates the state for <paramref name="dimension"/> parameters; <paramref name="momentum"/> is μ in [0, 1).</summary>
    /// <exception cref="InvalidInputException">A hyperparameter is out of range.</exception>
    public Sgd(int dimension, double learningRate, double momentum = 0) : base(dimension, learningRate)
    {
        Momentum = Fraction(momentum, "momentum");
        _decay = (float)momentum;
        _momentum = new float[momentum > 0 ? dimension : 0];
    }

    /// <summary>μ.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state) => state.Values(_momentum.AsSpan());

    /// <inheritdoc/>
    protected override void Update(Span<float> w, ReadOnlySpan<float> gradient)
    {
        var direction = gradient;
        if (_decay > 0)
        {
            Accumulate(gradient);
            direction = _momentum;
        }
        var rate = (float)LearningRate;
        var i = 0;
        for (; i <= w.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(w[i..]) - (rate * new Vector<float>(direction[i..]))).CopyTo(w[i..]);
        for (; i < w.Length; i++) w[i] -= rate * direction[i];
    }

    private void Accumulate(ReadOnlySpan<float> gradient)
    {
        Span<float> b = _momentum;
        var i = 0;
        for (; i <= b.Length - Vector<float>.Count; i += Vector<float>.Count)
            ((_decay * new Vector<float>(b[i..])) + new Vector<float>(gradient[i..])).CopyTo(b[i..]);
        for (; i < b.Length; i++) b[i] = (_decay * b[i]) + gradient[i];
    }
}
