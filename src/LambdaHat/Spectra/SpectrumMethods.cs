namespace LambdaHat.Spectra;

/// <summary>How a spectrum is found.</summary>
public enum SpectrumMethod
{
    /// <summary><see cref="Exact"/> up to <see cref="SpectrumOptions.ExactDimension"/> parameters, <see cref="Krylov"/> above.</summary>
    Auto,

    /// <summary>All eigenvalues, and where w* is projected all eigenvectors, of the matrix assembled in float64.</summary>
    Exact,

    /// <summary>The whole matrix in float32, with exact counts above thresholds from its inertia, or all eigenvalues.</summary>
    Dense,

    /// <summary>Products with the matrix only: counts by random probes, pairs from the top by block Lanczos.</summary>
    Krylov,
}

/// <summary>Which second derivatives of the loss.</summary>
public enum CurvatureMatrix
{
    /// <summary>(1/n) Σ_s J_sᵀ (∂²ℓ/∂f²)_s J_s, positive semidefinite.</summary>
    GaussNewton,

    /// <summary>All of ∂²L/∂w², which has negative eigenvalues where w* is no minimum of the loss.</summary>
    Hessian,
}

/// <summary>How w* is projected on top eigenspaces.</summary>
public enum ProjectionMethod
{
    /// <summary>Not at all, unless the cut-off needs it.</summary>
    None,

    /// <summary>On eigenvectors, one more at a time.</summary>
    Eigenvectors,

    /// <summary>By a spectral filter: a Krylov space started at w* carries the projections for all thresholds, without an eigenvector.</summary>
    Filter,
}
