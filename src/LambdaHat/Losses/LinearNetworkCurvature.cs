using System.Numerics.Tensors;
using LambdaHat.Curvature;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The curvature of a linear network under squared loss, seen from its outputs, in float64: K = 2c·J·Γ⁻¹·Jᵀ with J·dW = Σ_l B_l·dW_l·A_l, B_l = W_L ⋯ W_{l+1}, A_l = W_{l−1} ⋯ W_1·V
/// (<see cref="LinearNetworkObjective"/>), so that on X (outputs × r)
/// <code>K·X = 2c·Σ_l γ_l⁻¹·(B_l·B_lᵀ)·X·(A_lᵀ·A_l).</code>
/// Its eigenvalues are those of the Gauss–Newton matrix Γ^{-½}·G·Γ^{-½} over the sampled matrices, but for zeros: traces of functions that vanish at 0 are the same.
/// A product takes 4·L·(outputs²·r + outputs·r²) operations, whatever d and n are.
/// </summary>
public sealed class LinearNetworkCurvature : SymmetricOperator
{
    // Fewer rows are not worth sharing.
    private const int FewestShared = 192;

    private readonly int _outputs, _rank;
    private readonly List<(double[] Above, double[] Below)> _terms = [];
    private readonly double[] _between, _input, _output;
    private readonly SharedDoubleProduct _product;

    /// <summary>The curvature at w* over the matrices that are sampled.</summary>
    /// <param name="objective">The loss and w*.</param>
    /// <param name="sampled">Whole matrices.</param>
    /// <param name="gammas">γ_l of each sampled matrix, above 0; empty for 1.</param>
    /// <param name="team">Shares the products of wide networks.</param>
    /// <exception cref="InvalidInputException">A matrix is sampled in part, nothing is sampled, or the inputs are all zero.</exception>
    public LinearNetworkCurvature(LinearNetworkObjective objective, ParameterSelection sampled, ReadOnlySpan<double> gammas = default, WorkTeam? team = null)
    {
        if (!Supports(objective, sampled)) throw new InvalidInputException("the curvature of a linear network from its outputs takes whole matrices, at least one, and inputs that are not all zero");
        (_outputs, _rank) = (objective.Network.Outputs, objective.Rank);
        (_between, _input, _output) = (new double[Dimension], new double[Dimension], new double[Dimension]);
        _product = new(_outputs >= FewestShared ? team : null);
        var product = new DoubleProduct();
        var blocks = objective.Blocks;
        double[][] weights = [.. blocks.Select(b => b.In(objective.Center).ToArray().Select(v => (double)v).ToArray())];
        var below = new double[blocks.Count][];
        var (current, height) = (objective.InputFactor(), objective.Network.Inputs);
        for (var l = 0; l < blocks.Count; l++)
        {
            product.Gram(_rank, height, current, _rank, true, below[l] = new double[_rank * _rank]);
            var next = new double[blocks[l].Shape[0] * _rank];
            product.Multiply(blocks[l].Shape[0], _rank, height, weights[l], false, current, false, next);
            (current, height) = (next, blocks[l].Shape[0]);
        }
        var above = new double[_outputs * _outputs];
        for (var i = 0; i < _outputs; i++) above[(i * _outputs) + i] = 1;
        for (var l = blocks.Count - 1; l >= 0; l--)
        {
            var width = blocks[l].Shape[0];
            var index = sampled.Blocks.ToList().FindIndex(b => b.Offset == blocks[l].Offset);
            if (index >= 0)
            {
                var gram = new double[_outputs * _outputs];
                product.Gram(_outputs, width, above, width, false, gram);
                TensorPrimitives.Multiply(gram, 2 * objective.Scale / (gammas.IsEmpty ? 1 : gammas[index]), gram);
                _terms.Add((gram, below[l]));
            }
            var next = new double[_outputs * blocks[l].Shape[1]];
            product.Multiply(_outputs, blocks[l].Shape[1], width, above, false, weights[l], false, next);
            above = next;
        }
    }

    /// <summary>outputs·r.</summary>
    public override int Dimension => _outputs * _rank;

    /// <summary>The floating-point operations of a product.</summary>
    public double Operations => OperationsOf(_terms.Count, _outputs, _rank);

    /// <summary>The same before it is made.</summary>
    public static double OperationsOf(LinearNetworkObjective objective, ParameterSelection sampled) => OperationsOf(sampled.Blocks.Count, objective.Network.Outputs, objective.Rank);

    private static double OperationsOf(int matrices, double outputs, double rank) => 2 * matrices * outputs * rank * (outputs + rank);

    /// <summary>Whether the matrices sampled are sampled whole, and there are inputs.</summary>
    public static bool Supports(LinearNetworkObjective objective, ParameterSelection sampled) => objective.Rank > 0 && sampled.Count > 0
        && sampled.Blocks.All(s => objective.Blocks.Any(b => b.Offset == s.Offset && b.Size == s.Size));

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> v, Span<double> result)
    {
        if (v.Length != Dimension || result.Length != Dimension) throw new ArgumentException($"expected vectors of length {Dimension}, got {v.Length} and {result.Length}");
        v.CopyTo(_input);
        _output.AsSpan().Clear();
        foreach (var (above, below) in _terms)
        {
            _product.Multiply(_outputs, _rank, _rank, _input, below, _between);
            _product.Multiply(_outputs, _rank, _outputs, new(above, 0, _outputs), new(_between, 0, _rank), new DoubleView(_output, 0, _rank), accumulate: true);
        }
        _output.CopyTo(result);
    }
}
