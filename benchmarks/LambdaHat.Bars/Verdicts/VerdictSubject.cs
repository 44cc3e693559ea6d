using LambdaHat.Estimation;
using LambdaHat.Losses;

namespace LambdaHat.Bars.Verdicts;

/// <summary>A point whose λ̂ is known at any nβ and γ.</summary>
internal abstract class VerdictSubject(string kind, string name)
{
    /// <summary>The family for the summary.</summary>
    public string Kind => kind;

    public string Name => name;

    /// <summary>The options of the run: the defaults but for the sampler and γ where the subject says so.</summary>
    public EstimationOptions Options { get; init; } = new();

    /// <summary>λ from theory, global or at the point, NaN where none is known.</summary>
    public double Theory { get; init; } = double.NaN;

    /// <summary>The objective at w*, or, with a seed, at a point moved off it: to every weight is added a normal of a tenth of the weights' root mean square (a tenth where w* is zero).</summary>
    public NetworkOrLandscape Create(ulong? moved = null)
    {
        var here = Build(null);
        return moved is { } seed ? Build(Displacement.Of(here.Objective.Center, seed)) : here;
    }

    /// <summary>The reference at nβ and γ.</summary>
    public abstract Reference Find(double nBeta, double gamma);

    protected abstract NetworkOrLandscape Build(float[]? w);
}

/// <summary>An objective, and for a network half the rank that its Hessian has where the kernel is exactly the symmetries' (NaN where that is not asked).</summary>
internal sealed record NetworkOrLandscape(Objective Objective, double GenericHalfRank = double.NaN);
