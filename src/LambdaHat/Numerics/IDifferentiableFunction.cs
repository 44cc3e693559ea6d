using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>A scalar function and its first two derivatives on every element of a vector at once.</summary>
internal interface IDifferentiableFunction
{
    /// <summary>f(x).</summary>
    static abstract Vector<float> Value(Vector<float> x);

    /// <summary>f′(x), given y = f(x) as well.</summary>
    static abstract Vector<float> Derivative(Vector<float> x, Vector<float> y);

    /// <summary>f″(x), given y = f(x) as well.</summary>
    static abstract Vector<float> SecondDerivative(Vector<float> x, Vector<float> y);
}
