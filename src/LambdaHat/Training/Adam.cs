using System.Numerics;
using LambdaHat.Numerics;

namespace LambdaHat.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) with the arithmetic of <c>torch.optim.Adam</c>. At step t ≥ 1:
/// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// The defaults are PyTorch's.
/// </summary>
public class Adam : Optimizer
{
    private readonly float[] _first;
    private readonly float[] _second;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly float _epsilon;
    private long _steps;

    /// <summary>Creates the state for <paramref name="dimension"/> parameters.</summary>
    /// <exception cref="InvalidInputException">A hyperparameter is out of range.</exception>
    public Adam(int dimension, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : base(dimension, learningRate)
    {
        _beta1 = Fraction(beta1, "beta1");
        _beta2 = Fraction(beta2, "beta2");
        _epsilon = (float)NonNegative(epsilon, "epsilon");
        _first = new float[dimension];
        _second = new float[dimension];
    }

    /// <inheritdoc/>
    public override void Transfer(StateTransfer state)
    {
        _steps = state.Value(_steps);
        state.Values(_first.AsSpan());
        state.Values(_second.AsSpan());
    }

    /// <inheritdoc/>
    protected override void Update(Span<float> w, ReadOnlySpan<float> gradient)
    {
        _steps++;
        var rate = (float)(LearningRate / (1 - Math.Pow(_beta1, _steps)));
        var root = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, _steps)));
        float keep1 = (float)_beta1, add1 = (float)(1 - _beta1), keep2 = (float)_beta2, add2 = (float)(1 - _beta2);
        Span<float> m = _first, v = _second;
        var i = 0;
        for (; i <= w.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            var first = (keep1 * new Vector<float>(m[i..])) + (add1 * g);
            var second = (keep2 * new Vector<float>(v[i..])) + (add2 * g * g);
            first.CopyTo(m[i..]);
            second.CopyTo(v[i..]);
            var scale = (Vector.SquareRoot(second) * root) + new Vector<float>(_epsilon);
            (new Vector<float>(w[i..]) - (rate * first / scale)).CopyTo(w[i..]);
        }
        for (; i < w.Length; i++)
        {
            m[i] = (keep1 * m[i]) + (add1 * gradient[i]);
            v[i] = (keep2 * v[i]) + (add2 * gradient[i] * gradient[i]);
            w[i] -= rate * m[i] / ((MathF.Sqrt(v[i]) * root) + _epsilon);
        }
    }
}
