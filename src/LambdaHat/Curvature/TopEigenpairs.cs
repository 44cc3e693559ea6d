namespace LambdaHat.Curvature;

/// <summary>The eigenpairs at the top of a spectrum, λ descending, with what is known of their quality. Owns its vectors.</summary>
public sealed class TopEigenpairs : IDisposable
{
    private readonly BasisRows _vectors;

    // Residuals are shares of |λ₁|.
    internal TopEigenpairs(BasisRows vectors, double[] values, double[] residuals, BlockLanczosOptions options)
    {
        (_vectors, Values, Residuals) = (vectors, values, residuals);
        while (Converged < values.Length && residuals[Converged] * Math.Abs(values[0]) <= options.Allowed(values[Converged], values[0])) Converged++;
    }

    /// <summary>λ_i, Rayleigh–Ritz values in float64 over the float32 vectors; those of unconverged pairs are no larger than the eigenvalues they stand for.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>‖G·v_i − λ_i·v_i‖/|λ₁|, from products: an eigenvalue lies within that of λ_i. Vectors are rounded to float32, which leaves about 1e-7 in a few dimensions.</summary>
    public IReadOnlyList<double> Residuals { get; }

    /// <summary>The pairs from the top whose residuals are all within the tolerance.</summary>
    public int Converged { get; }

    /// <summary>The same by the residuals that the projected matrix predicts, to which float32 vectors add their rounding.</summary>
    public required int Predicted { get; init; }

    /// <summary>The columns of the basis from which they were found.</summary>
    public required int Columns { get; init; }

    /// <summary>
    /// True when the basis holds the whole range of G, up to eigenvalues of about 3e-7·λ₁ (to rounding, where <see cref="Columns"/> is the dimension): there are no other nonzero ones.
    /// </summary>
    public required bool IsComplete { get; init; }

    /// <summary>Where the time went.</summary>
    public required BlockLanczosTimes Times { get; init; }

    /// <summary>v_i, of unit length to float32's rounding.</summary>
    public ReadOnlySpan<float> Vector(int i) => _vectors.Row(i);

    /// <inheritdoc/>
    public void Dispose() => _vectors.Dispose();
}

/// <summary>Wall time of a run, with all of it before the state that it went on from; what was lost after that is not counted.</summary>
/// <param name="Products">Products with the operator, those of the final pass not counted.</param>
/// <param name="Orthogonalisation">Gram–Schmidt and the projected matrix.</param>
/// <param name="Checks">Eigenvectors of the projected matrix.</param>
/// <param name="Refinement">The final Rayleigh–Ritz pass with its products.</param>
/// <param name="Total">All of these, and reading and saving of states.</param>
public readonly record struct BlockLanczosTimes(TimeSpan Products, TimeSpan Orthogonalisation, TimeSpan Checks, TimeSpan Refinement, TimeSpan Total);
