using LambdaHat.Numerics;

namespace LambdaHat.Preconditioning;

/// <summary>
/// A metric P = L·Lᵀ over the flat parameter vector, known through its factor L = Q·diag(s), Q orthogonal. In the coordinates z with w = L·z the
/// potential U has the gradient Lᵀ∇U, so every sampler that steps in z with standard normal noise is preconditioned by P, Metropolis ratios included.
/// Vectors are whole (length d); only the sampled parameters are read and written. A metric may learn from the chain in its warm-up; after that it is constant.
/// </summary>
public abstract class Metric : IDisposable
{
    /// <summary>d.</summary>
    public abstract int Dimension { get; }

    /// <summary>result ← Lᵀ·gradient; result may be the gradient itself.</summary>
    public abstract void Whiten(ReadOnlySpan<float> gradient, Span<float> result);

    /// <summary>w ← w + L·z.</summary>
    public abstract void AddUnwhitened(ReadOnlySpan<float> z, Span<float> w);

    /// <summary>Whether L is diagonal: every coordinate of z belongs to one parameter.</summary>
    public virtual bool IsDiagonal => false;

    /// <summary>How many times longer the chain takes in this metric, on the average of the directions that make up λ, than in one that had to allow for the mean curvature only.</summary>
    public virtual double Slowness => 1;

    /// <summary>
    /// Called once before every transition with its number, w and ∇L there: what a metric learns from. <paramref name="seed"/> and <paramref name="chain"/> address the
    /// random numbers that it may need. Returns whether the metric is another one now.
    /// </summary>
    public virtual bool Adapt(ReadOnlySpan<float> w, ReadOnlySpan<float> lossGradient, ulong seed, int chain, long step) => false;

    /// <summary>Writes or reads what the metric has learned.</summary>
    public virtual void Transfer(StateTransfer state) { }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the buffers.</summary>
    protected virtual void Dispose(bool disposing) { }
}
