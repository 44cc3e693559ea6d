using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>What a spectrum is about, with options resolved.</summary>
internal sealed record SpectrumPoint(NetworkObjective Objective, DataSet? Test, Loss Loss, ParameterSelection Selection, FlatDirections Flat, SpectrumOptions Options, WorkTeam? Team, SpectrumWatch Watch)
{
    public int Dimension => Selection.Count;

    /// <summary>The most eigenvalues that can be positive: a Gauss–Newton matrix has the exactly flat directions in its kernel.</summary>
    public double MostCurved => Options.Matrix == CurvatureMatrix.GaussNewton ? Dimension - Flat.Count : Dimension;

    /// <summary>w* in the selected coordinates.</summary>
    public float[] Center => [.. Selection.Blocks.SelectMany(b => b.In(Objective.Center).ToArray())];

    /// <summary>The matrix, by its products.</summary>
    public NetworkCurvature Operator()
    {
        var (network, data) = (Objective.Network, Objective.Data);
        var w = Objective.Center;
        if (Options.Matrix == CurvatureMatrix.Hessian) return new HessianOperator(network, Loss, data, w, Selection, team: Team);
        // The behavioural loss takes no targets from the data.
        return Loss == SquaredError.Behavioural
            ? GaussNewtonOperator.Behavioural(network, data, w, Selection, team: Team)
            : new GaussNewtonOperator(network, Loss, data, w, Selection, team: Team);
    }

    /// <summary>Whether the projected network meets the cut-off.</summary>
    public Predicate<ProjectionPoint> Enough()
    {
        var cutoff = Options.Cutoff;
        if (cutoff.Kind != CutoffKind.Accuracy) return p => p.Loss <= cutoff.Value;
        var accuracy = FullPass.Accuracy(Objective.Network, Objective.Data, Objective.Center, Team);
        return p => p.Accuracy >= cutoff.Value * accuracy;
    }
}
