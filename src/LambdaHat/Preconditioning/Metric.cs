namespace LambdaHat.Preconditioning;

/// <summary>
/// A constant metric P = L·Lᵀ over the flat parameter vector, known through its factor L = Q·diag(s), Q orthogonal. In the coordinates z with w = L·z the
/// potential U has the gradient Lᵀ∇U, so every sampler that steps in z with standard normal noise is preconditioned by P, Metropolis ratios included.
/// Vectors are whole (length d); only what the metric covers is read and written.
/// </summary>
public abstract class Metric : IDisposable
{
    /// <summary>d.</summary>
    public abstract int Dimension { get; }

    /// <summary>result ← Lᵀ·gradient; result may be the gradient itself.</summary>
    public abstract void Whiten(ReadOnlySpan<float> gradient, Span<float> result);

    /// <summary>w ← w + L·z.</summary>
    public abstract void AddUnwhitened(ReadOnlySpan<float> z, Span<float> w);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the buffers.</summary>
    protected virtual void Dispose(bool disposing) { }
}
