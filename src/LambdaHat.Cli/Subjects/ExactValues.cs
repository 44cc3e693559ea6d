using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Theory;
using MathNet.Numerics.LinearAlgebra;

namespace LambdaHat.Cli.Subjects;

/// <summary>What theory says of the subjects whose coefficient is known. Only reports see it.</summary>
internal static class ExactValues
{
    // Singular values of wider matrices take minutes.
    private const int WidestForRanks = 500;

    /// <summary>
    /// Whether the inputs span their space, as the formulas assume (E[xxᵀ] not singular): looked at in the first 10 samples a dimension. Uniform
    /// inputs do as soon as there are as many samples as dimensions.
    /// </summary>
    public static bool InputsSpan(DataSet data)
    {
        if (data.Count < data.InputSize) return false;
        if (data is not ArrayDataSet arrays) return true;
        if (data.InputSize > WidestForRanks) return false;
        var x = Matrix<double>.Build.Dense(Math.Min(data.Count, 10 * data.InputSize), data.InputSize, (s, i) => arrays.Inputs[(s * data.InputSize) + i]);
        var moments = x.TransposeThisAndMultiply(x).Evd(Symmetricity.Symmetric).EigenValues;
        return moments.Min(v => v.Real) > 1e-10 * moments.Max(v => v.Real);
    }

    /// <summary>A random deep linear network at its true parameter, ranks known by construction.</summary>
    public static KnownCoefficient Of(DeepLinearTeacher teacher)
    {
        int[] widths = [.. teacher.Widths], ranks = [.. teacher.Ranks];
        return Known(DeepLinear.Coefficient(widths, teacher.ProductRank), DeepLinear.GenericHessianRank(widths, ranks),
            widths.Length == 3 ? TwoLayer.LocalCoefficient(widths[0], widths[1], widths[2], ranks[0], ranks[1], teacher.ProductRank) : null);
    }

    /// <summary>A linear network under squared loss, by the numerical ranks of its matrices; null for any other.</summary>
    public static KnownCoefficient? Of(LinearChain? chain, Loss loss)
    {
        if (chain is null || loss is not SquaredError || chain.Widths.Max() > WidestForRanks) return null;
        var (prefix, suffix, rank) = chain.Ranks();
        return Known(DeepLinear.Coefficient([.. chain.Widths], rank), DeepLinear.HessianRank(prefix, suffix),
            chain.Widths.Count == 3 ? TwoLayer.LocalCoefficient(chain.Widths[0], chain.Widths[1], chain.Widths[2], prefix[1], suffix[0], rank) : null);
    }

    private static KnownCoefficient Known(ExactCoefficient global, long hessianRank, ExactCoefficient? local) => new()
    {
        Lambda = global.Lambda.ToDouble(),
        Multiplicity = checked((int)global.Multiplicity),
        Local = local?.Lambda.ToDouble(),
        LocalLowerBound = hessianRank / 2.0,
    };
}
