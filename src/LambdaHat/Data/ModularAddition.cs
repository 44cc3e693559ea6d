namespace LambdaHat.Data;

/// <summary>
/// All p² pairs (a, b) of numbers below p with the label (a + b) mod p, sample a·p + b (Power et al. 2022). Inputs are the two tokens, for an
/// embedding layer; the target is the class. As data, <c>modular-addition:53</c>, split 80 % to 20 % unless another split is asked for.
/// </summary>
public static class ModularAddition
{
    /// <summary>The largest p: labels and tokens must be exact, p² samples must fit.</summary>
    public const int MaxModulus = 4096;

    internal static DataScheme Scheme { get; } = new("modular-addition", "modulus", [], "modular-addition:P, such as modular-addition:53",
        (spec, _) => Arrays(spec.Size(2, MaxModulus)))
    {
        Check = spec => spec.Size(2, MaxModulus),
        Split = new Split { TrainFraction = 0.8 },
    };

    /// <summary>All p² samples.</summary>
    /// <exception cref="InvalidInputException">p is not in [2, <see cref="MaxModulus"/>].</exception>
    public static ArrayDataSet Create(int p)
    {
        if (p is < 2 or > MaxModulus) throw new InvalidInputException($"modular addition: expected a modulus from 2 to {MaxModulus}, got {p}");
        var arrays = Arrays(p);
        return new ArrayDataSet(arrays.Inputs.Values, 2, arrays.Targets.Values, 1);
    }

    private static SampleArrays Arrays(int p)
    {
        var x = new float[2 * p * p];
        var y = new float[p * p];
        for (var a = 0; a < p; a++)
        {
            for (var b = 0; b < p; b++)
            {
                var sample = (a * p) + b;
                x[2 * sample] = a;
                x[(2 * sample) + 1] = b;
                y[sample] = (a + b) % p;
            }
        }
        return new SampleArrays(new Tensor("x", [p * p, 2], x), new Tensor("y", [p * p], y));
    }
}
