using System.Diagnostics;
using System.Text.Json.Nodes;
using LambdaHat.Curvature;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Bars.Spectra;

/// <summary>Top eigenpairs of the behavioural loss's curvature by block Lanczos, as a row of numbers.</summary>
internal static class EigenpairRun
{
    // More eigenvalues than this go into the row by every so manieth.
    private const int MostValues = 1100;

    private static readonly TimeSpan s_tellEvery = TimeSpan.FromMinutes(1);

    /// <summary>The row; null where <paramref name="cancellation"/> ended it, to go on from the state that was saved.</summary>
    public static JsonObject? Of(NetworkObjective objective, BlockLanczosOptions options, CancellationToken cancellation)
    {
        PeakMemory.Forget();
        var clock = Stopwatch.StartNew();
        using var team = new WorkTeam(Environment.ProcessorCount);
        using var curvature = GaussNewtonOperator.Behavioural(objective.Network, objective.Data, objective.Center, team: team);
        var prepared = clock.Elapsed;
        var told = TimeSpan.Zero;
        void Tell(BlockLanczosProgress p)
        {
            if (clock.Elapsed - told < s_tellEvery) return;
            told = clock.Elapsed;
            Console.Error.WriteLine($"{p.Columns} of at most {p.MaxColumns} columns, {p.Converged} of {p.Wanted} pairs at the last check, {PeakMemory.Mebibytes():F0} MiB at most");
        }
        try
        {
            using var found = BlockLanczos.Run(curvature, options, team, Tell, cancellation);
            return Row(objective, found, prepared + found.Times.Total);
        }
        catch (OperationCanceledException) when (options.Store is { IsSaved: true } store)
        {
            Console.WriteLine($"saved in {store.Path}; the same command goes on");
            return null;
        }
    }

    private static JsonObject Row(NetworkObjective objective, TopEigenpairs found, TimeSpan time)
    {
        var (values, residuals, times) = (found.Values, found.Residuals, found.Times);
        // Of each pair's own eigenvalue.
        double[] shares = [.. values.Select((value, i) => residuals[i] * values[0] / value)];
        var step = (values.Count + MostValues - 1) / MostValues;
        return new JsonObject
        {
            ["d"] = objective.Dimension,
            ["n"] = objective.SampleCount,
            ["pairs"] = values.Count,
            ["converged"] = found.Converged,
            ["predicted"] = found.Predicted,
            ["complete"] = found.IsComplete,
            ["columns"] = found.Columns,
            ["solve_seconds"] = Seconds(time),
            ["product_seconds"] = Seconds(times.Products),
            ["orthogonalisation_seconds"] = Seconds(times.Orthogonalisation),
            ["check_seconds"] = Seconds(times.Checks),
            ["refinement_seconds"] = Seconds(times.Refinement),
            ["peak_mib"] = PeakMemory.Mebibytes(),
            ["largest_residual"] = residuals.Max(),
            ["largest_own_residual"] = shares.Max(),
            ["last_eigenvalue"] = values[^1],
            ["eigenvalue_step"] = step,
            ["eigenvalues"] = new JsonArray([.. values.Where((_, i) => i % step == 0).Select(v => (JsonNode)v)]),
        };
    }

    public static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
