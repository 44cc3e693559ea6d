using System.Numerics.Tensors;

namespace LambdaHat.Curvature;

/// <summary>
/// The Lanczos process A·Q_m = Q_m·T_m + β_m q_{m+1} e_mᵀ in float64. Every new vector is orthogonalised against all earlier ones, twice (modified
/// Gram–Schmidt): without it copies of converged eigenvalues come back and corrupt counts. m steps cost m products, 4·m²·d operations and m·d numbers of
/// memory, which later runs of the same instance reuse.
/// </summary>
public sealed class Lanczos(SymmetricOperator operation)
{
    // A residual this far below the largest element of T is rounding: the Krylov space is exhausted.
    private const double Exhausted = 1e-13;

    private readonly List<double[]> _basis = [];
    private readonly List<double> _diagonal = [];
    private readonly List<double> _coupling = [];
    private double[] _next = new double[operation.Dimension];
    private double _scale;

    /// <summary>m, the steps made since <see cref="Start"/>.</summary>
    public int Steps => _diagonal.Count;

    /// <summary>True when the Krylov space of the start is exhausted: T_m then holds all that A does on it.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The m diagonal elements of T_m.</summary>
    public ReadOnlySpan<double> Diagonal => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_diagonal);

    /// <summary>β_1 … β_m: the m − 1 elements next to T_m's diagonal, then the norm of the residual, 0 when <see cref="IsComplete"/>.</summary>
    public ReadOnlySpan<double> Coupling => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_coupling);

    /// <summary>q_1 … q_m.</summary>
    public ReadOnlySpan<double> BasisVector(int index) => _basis[index];

    /// <summary>Begins anew from <paramref name="start"/>, which need not be normalised.</summary>
    /// <exception cref="ArgumentException">The start is zero, not finite or of another length.</exception>
    public void Start(ReadOnlySpan<double> start)
    {
        var norm = TensorPrimitives.Norm(start);
        if (start.Length != operation.Dimension || !(norm > 0 && double.IsFinite(norm)))
            throw new ArgumentException($"expected a start of {operation.Dimension} finite numbers, not all zero; got {start.Length} of norm {norm}");
        _diagonal.Clear();
        _coupling.Clear();
        _scale = 0;
        IsComplete = false;
        TensorPrimitives.Divide(start, norm, _next);
    }

    /// <summary>Makes one step more, with one product; does nothing and returns false when <see cref="IsComplete"/>.</summary>
    /// <exception cref="ArithmeticException">The product is not finite.</exception>
    public bool Advance()
    {
        if (IsComplete) return false;
        var last = Keep();
        operation.Multiply(last, _next);
        Orthogonalise(last);
        return true;
    }

    /// <summary>q_{m+1}, which the next step multiplies.</summary>
    internal ReadOnlySpan<double> Next => _next;

    /// <summary>The same step with the product A·<see cref="Next"/> made elsewhere; not when <see cref="IsComplete"/>.</summary>
    internal void Advance(ReadOnlySpan<double> product)
    {
        var last = Keep();
        product.CopyTo(_next);
        Orthogonalise(last);
    }

    private double[] Keep()
    {
        if (Steps == _basis.Count) _basis.Add(new double[operation.Dimension]);
        (_basis[Steps], _next) = (_next, _basis[Steps]);
        return _basis[Steps];
    }

    private void Orthogonalise(double[] last)
    {
        var element = 0.0;
        for (var pass = 0; pass < 2; pass++)
        {
            element += Remove(last);
            for (var i = Steps - 1; i >= 0; i--) Remove(_basis[i]);
        }
        var residual = TensorPrimitives.Norm<double>(_next);
        if (!double.IsFinite(element) || !double.IsFinite(residual)) throw new ArithmeticException($"product {Steps + 1} with the curvature is not finite");
        _scale = Math.Max(_scale, Math.Max(Math.Abs(element), residual));
        _diagonal.Add(element);
        IsComplete = residual <= Exhausted * _scale || Steps == operation.Dimension;
        _coupling.Add(IsComplete ? 0 : residual);
        if (!IsComplete) TensorPrimitives.Divide(_next, residual, _next);
    }

    private double Remove(double[] direction)
    {
        var component = TensorPrimitives.Dot<double>(direction, _next);
        TensorPrimitives.MultiplyAdd(direction, -component, _next, _next);
        return component;
    }
}
