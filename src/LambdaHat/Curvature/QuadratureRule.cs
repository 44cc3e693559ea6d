namespace LambdaHat.Curvature;

/// <summary>Σ_k w_k f(θ_k) ≈ vᵀ f(A) v for a unit vector v, from the tridiagonal matrix of Lanczos started at v; the weights sum to 1.</summary>
public sealed class QuadratureRule
{
    private readonly double[] _nodes;
    private readonly double[] _weights;

    private QuadratureRule(double[] diagonal, double[] coupling)
    {
        _weights = new double[diagonal.Length];
        _weights[0] = 1;
        Tridiagonal.Diagonalise(diagonal, coupling, _weights);
        _nodes = diagonal;
        foreach (ref var weight in _weights.AsSpan()) weight *= weight;
    }

    /// <summary>θ_k.</summary>
    public ReadOnlySpan<double> Nodes => _nodes;

    /// <summary>w_k ≥ 0.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>True when the Krylov space was exhausted, so that nodes and weights are those of the form itself.</summary>
    internal bool IsExact { get; private init; }

    /// <summary>The Gauss rule of m nodes, exact for polynomials of degree 2m − 1 (Golub and Meurant 2010, Section 3.1).</summary>
    public static QuadratureRule Gauss(Lanczos lanczos) => new(lanczos.Diagonal.ToArray(), lanczos.Coupling.ToArray()) { IsExact = lanczos.IsComplete };

    /// <summary>
    /// The Gauss–Radau rule of m + 1 nodes with one of them at 0, the end of a positive semidefinite spectrum; exact for degree 2m. T_m is bordered by β_m and
    /// ω = β_m²·(T_m⁻¹)_mm, which makes it singular (Golub and Meurant 2010, Section 6.2.2). Where the odd derivatives of f are positive and the even
    /// ones negative, as for x/(x + τ), Gauss overestimates the form and Radau underestimates it.
    /// </summary>
    public static QuadratureRule Radau(Lanczos lanczos)
    {
        ReadOnlySpan<double> diagonal = lanczos.Diagonal, coupling = lanczos.Coupling;
        var last = coupling[^1];
        if (last == 0) return Gauss(lanczos);
        // The pivots of T = L·D·Lᵀ; the last one is 1/(T⁻¹)_mm.
        var pivot = diagonal[0];
        for (var i = 1; i < diagonal.Length; i++) pivot = diagonal[i] - (coupling[i - 1] * coupling[i - 1] / pivot);
        var corner = last * last / pivot;
        return double.IsFinite(corner) ? new([.. diagonal, corner], coupling.ToArray()) : Gauss(lanczos);
    }

    /// <summary>Σ_k w_k f(θ_k).</summary>
    public double Apply(Func<double, double> f)
    {
        var sum = 0.0;
        for (var k = 0; k < _nodes.Length; k++) sum += _weights[k] * f(_nodes[k]);
        return sum;
    }
}
