namespace LambdaHat.Experiments.Hessian;

/// <summary>One network of the paper as its Tables 1 to 4 give it; NaN where they give nothing.</summary>
/// <param name="Model">Its name there.</param>
/// <param name="Dimension">"Original model dimension".</param>
/// <param name="Computed">"Number of eigenvectors computed".</param>
/// <param name="CutoffReached">"Cutoff reached at k".</param>
/// <param name="Bound">The row of Table 4.</param>
internal sealed record PublishedBounds(string Model, int Dimension, int Computed, double CutoffReached, string Bound)
{
    /// <summary>"Original accuracy on training set", as a share; and the test set's.</summary>
    public (double Train, double Test) Original { get; init; } = (double.NaN, double.NaN);

    /// <summary>"Final accuracy on training set", as a share; and the test set's.</summary>
    public (double Train, double Test) Final { get; init; } = (double.NaN, double.NaN);

    /// <summary>"Original MSE" and "Final MSE on training set".</summary>
    public (double Original, double Final) SquaredError { get; init; } = (double.NaN, double.NaN);
}
