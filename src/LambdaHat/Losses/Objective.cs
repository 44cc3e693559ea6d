using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The mean loss L_n over n samples as a function of the flat parameters w, with the point w* whose learning
/// coefficient is wanted. Shared by all chains; each chain works through its own <see cref="Evaluator"/>.
/// </summary>
public abstract class Objective
{
    /// <summary>d, the number of parameters.</summary>
    public abstract int Dimension { get; }

    /// <summary>n, the size of the data set (not of a minibatch).</summary>
    public abstract long SampleCount { get; }

    /// <summary>w*.</summary>
    public abstract ReadOnlySpan<float> Center { get; }

    /// <summary>L_n(w*), over the whole data set.</summary>
    public abstract double CenterLoss { get; }

    /// <summary>The named blocks of the flat parameter vector.</summary>
    public abstract IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>
    /// Creates the buffers of one chain with minibatches of <paramref name="batchSize"/>; products are shared among <paramref name="team"/>.
    /// Gradients are wanted for the parameters in <paramref name="sampled"/> only; elsewhere their value is undefined.
    /// </summary>
    public abstract Evaluator CreateEvaluator(int batchSize, ParameterSelection sampled, WorkTeam? team = null);
}

/// <summary>Evaluates an <see cref="Objective"/> on one minibatch at a time, without allocating.</summary>
public abstract class Evaluator : IDisposable
{
    /// <summary>The number of samples in a minibatch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Selects the minibatch B of (seed, chain, step); always the same for the same three.</summary>
    public abstract void SelectMinibatch(ulong seed, int chain, long step);

    /// <summary>L_B(w*), the mean loss at the centre over the selected minibatch.</summary>
    public abstract double CenterLoss { get; }

    /// <summary>From now on gradients are wanted for the parameters in <paramref name="sampled"/> only; elsewhere their value is undefined.</summary>
    public virtual void Want(ParameterSelection sampled) { }

    /// <summary>L_B(w).</summary>
    public abstract double Loss(ReadOnlySpan<float> w);

    /// <summary>L_B(w), and gradient ← ∇L_B(w) (overwritten, length d).</summary>
    public abstract double LossAndGradient(ReadOnlySpan<float> w, Span<float> gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the buffers.</summary>
    protected virtual void Dispose(bool disposing) { }
}
