using System.Diagnostics;
using System.Text.Json.Nodes;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Spectra;

namespace LambdaHat.Bars.Spectra;

/// <summary>Accuracy of w* projected on top eigenspaces by the spectral filter, with the counts that go with it: all that <c>lambdahat hessian --projections filter</c> does.</summary>
internal static class AccuracyCurve
{
    public static JsonObject Of(NetworkObjective objective)
    {
        PeakMemory.Forget();
        var clock = Stopwatch.StartNew();
        var stages = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var (stage, began) = ("", TimeSpan.Zero);
        using var team = new WorkTeam(Environment.ProcessorCount);
        var result = HessianSpectrum.Find(objective, null, SquaredError.Behavioural, new() { Projections = ProjectionMethod.Filter, Method = SpectrumMethod.Krylov, Seed = 1 }, team, p => Enter(p.Stage));
        Enter("");
        JsonArray Column(Func<ProjectionPoint, double> of) => new([.. result.Projections.Select(p => EstimateRow.Number(of(p)))]);
        var row = new JsonObject
        {
            ["d"] = objective.Dimension,
            ["n"] = objective.SampleCount,
            ["solve_seconds"] = EigenpairRun.Seconds(clock.Elapsed),
            ["peak_mib"] = PeakMemory.Mebibytes(),
            ["full_accuracy"] = FullPass.Accuracy(objective.Network, objective.Data, objective.Center, team),
            ["largest_change"] = EstimateRow.Number(result.Projections.Max(p => p.Change)),
            ["share"] = Column(p => p.Tau / result.LargestEigenvalue),
            ["count"] = Column(p => p.Count),
            ["count_error"] = Column(p => p.CountError),
            ["accuracy"] = Column(p => p.Accuracy),
            ["change"] = Column(p => p.Change),
        };
        foreach (var (name, seconds) in stages) row[$"{name}_seconds"] = Math.Round(seconds, 3);
        return row;

        void Enter(string next)
        {
            if (next == stage) return;
            var now = clock.Elapsed;
            if (stage.Length > 0) stages[stage] = stages.GetValueOrDefault(stage) + (now - began).TotalSeconds;
            (stage, began) = (next, now);
        }
    }
}
