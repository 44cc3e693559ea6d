using System.Diagnostics;
using System.Text.Json.Nodes;
using LambdaHat.Curvature;
using LambdaHat.Lapack;
using LambdaHat.Losses;
using LambdaHat.Numerics;

namespace LambdaHat.Bars.Spectra;

/// <summary>The whole matrix in float32: assembled, then counted above a share of λ₁, or all its eigenvalues.</summary>
internal static class WholeMatrix
{
    // Four a decade.
    private const int PointsPerDecade = 4;

    public static JsonObject Inertia(NetworkObjective objective, double share) => With(objective, (matrix, largest, row) =>
    {
        var clock = Stopwatch.StartNew();
        var found = matrix.InertiaAt(share * largest)[0];
        row["solve_seconds"] = EigenpairRun.Seconds(clock.Elapsed);
        row["share"] = share;
        row["above"] = found.Above;
        row["at"] = found.At;
        row["below"] = found.Below;
    });

    public static JsonObject Eigenvalues(NetworkObjective objective) => With(objective, (matrix, largest, row) =>
    {
        var clock = Stopwatch.StartNew();
        var values = matrix.Eigenvalues();
        row["solve_seconds"] = EigenpairRun.Seconds(clock.Elapsed);
        Array.Reverse(values);
        var floor = Math.Sqrt(matrix.Dimension) * Math.ScaleB(1, -24);
        double[] shares = [.. Enumerable.Range(0, int.MaxValue).Select(i => Math.Pow(10, -(double)i / PointsPerDecade)).TakeWhile(s => s >= floor)];
        row["floor"] = floor;
        row["above_floor"] = values.Count(v => v > floor * values[0]);
        row["below_minus_floor"] = values.Count(v => v < -floor * values[0]);
        row["largest_by_matrix"] = values[0];
        row["smallest"] = values[^1];
        row["shares"] = new JsonArray([.. shares.Select(s => (JsonNode)s)]);
        row["above"] = new JsonArray([.. shares.Select(s => (JsonNode)values.Count(v => v > s * largest))]);
    });

    private static JsonObject With(NetworkObjective objective, Action<DenseSymmetric<float>, double, JsonObject> work)
    {
        PeakMemory.Forget();
        var threads = Environment.ProcessorCount;
        using var team = new WorkTeam(threads);
        using var curvature = GaussNewtonOperator.Behavioural(objective.Network, objective.Data, objective.Center, team: team);
        var largest = LargestEigenvalue.Find(curvature, relativeTolerance: 1e-6);
        var clock = Stopwatch.StartNew();
        using var matrix = new DenseSymmetric<float>(objective.Dimension, threads);
        GaussNewtonAssembly.Assemble(objective.Network, SquaredError.Behavioural, objective.Data, objective.Center, matrix.LowerRow, team: team);
        var row = new JsonObject
        {
            ["d"] = objective.Dimension,
            ["n"] = objective.SampleCount,
            ["largest"] = largest,
            ["assembly_seconds"] = EigenpairRun.Seconds(clock.Elapsed),
            ["trace"] = matrix.Trace(),
            ["library"] = LapackLibrary.Find()?.Name ?? "none",
        };
        work(matrix, largest, row);
        row["peak_mib"] = PeakMemory.Mebibytes();
        return row;
    }
}
