using LambdaHat.Networks;
using MathNet.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>A layer beside the same map of one sample in scalar float64, written from the definition.</summary>
/// <param name="Layer">The layer under test.</param>
/// <param name="Map">(w, x) → y.</param>
/// <param name="DrawInput">Draws one input number.</param>
public sealed record ReferenceLayer(Layer Layer, Func<double[], double[], double[]> Map, Func<Random, float> DrawInput)
{
    public static readonly string[] Names = ["dense", "dense-no-bias", "relu", "gelu", "gelu-tanh", "tanh", "sigmoid", "identity", "embedding"];

    public static ReferenceLayer Create(string name, Random random)
    {
        int a = random.Next(1, 13), b = random.Next(1, 13), tokens = random.Next(1, 4);
        return name switch
        {
            "dense" => new(new Dense(a, b), (w, x) => Affine(w, x, b, bias: true), Smooth),
            "dense-no-bias" => new(new Dense(a, b, bias: false), (w, x) => Affine(w, x, b, bias: false), Smooth),
            // The finite differences must not straddle the kink at 0.
            "relu" => Elementwise(new Relu(a), x => x > 0 ? x : 0) with { DrawInput = r => MathF.CopySign(0.01f + r.NextSingle(), r.NextSingle() - 0.5f) },
            "gelu" => Elementwise(new Gelu(a), x => x * 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2))),
            "gelu-tanh" => Elementwise(new Gelu(a, approximate: true), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))),
            "tanh" => Elementwise(new Tanh(a), Math.Tanh),
            "sigmoid" => Elementwise(new Sigmoid(a), x => 1 / (1 + Math.Exp(-x))),
            "identity" => Elementwise(new Identity(a), x => x),
            "embedding" => new(new Embedding(b, a, tokens), (w, x) => [.. x.SelectMany(token => w.Skip((int)token * a).Take(a))], r => r.Next(b)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "unknown layer"),
        };
    }

    private static ReferenceLayer Elementwise(Layer layer, Func<double, double> f) => new(layer, (_, x) => [.. x.Select(f)], Smooth);

    private static float Smooth(Random random) => (6 * random.NextSingle()) - 3;

    private static double[] Affine(double[] w, double[] x, int outputs, bool bias)
    {
        var y = new double[outputs];
        for (var i = 0; i < outputs; i++)
        {
            if (bias) y[i] = w[(outputs * x.Length) + i];
            for (var j = 0; j < x.Length; j++) y[i] += w[(i * x.Length) + j] * x[j];
        }
        return y;
    }

    /// <summary>The Jacobian of f at p by central differences with step 1e-5: error below 1e-9 for the maps here.</summary>
    public static double[,] Jacobian(Func<double[], double[]> f, double[] p)
    {
        const double h = 1e-5;
        var rows = f(p).Length;
        var jacobian = new double[rows, p.Length];
        for (var j = 0; j < p.Length; j++)
        {
            var moved = (double[])p.Clone();
            moved[j] = p[j] + h;
            var up = f(moved);
            moved[j] = p[j] - h;
            var down = f(moved);
            for (var i = 0; i < rows; i++) jacobian[i, j] = (up[i] - down[i]) / (2 * h);
        }
        return jacobian;
    }
}
