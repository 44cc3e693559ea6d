using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LambdaHat.Numerics;

namespace LambdaHat.Benchmarks;

/// <summary>
/// Times every <see cref="ProductShape"/> with our product and with OpenBLAS, turn by turn in one run, on one thread and on two:
/// the minimum and the median over repeated short runs, as a markdown table, ratios first.
/// </summary>
internal static class ProductTable
{
    private const int Rounds = 15, Block = 5, SpinMilliseconds = 300;
    private const double RoundSeconds = 0.004;

    public static int Run(string? path, string filter)
    {
        var text = new StringBuilder();
        var blas = OpenBlas.TryLoad();
        Line(text, "# Matrix products");
        Line(text, "");
        Line(text, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {Processor()}.");
        Line(text, blas is null ? "OpenBLAS is not installed: no comparison." : $"OpenBLAS: {blas.Configuration}.");
        Line(text, $"Best and median of {Rounds} rounds of at least {RoundSeconds * 1000:0} ms, ours and OpenBLAS in turns of {Block}. Ratio = GFLOP/s of ours over OpenBLAS, best and median.");
        foreach (var threads in (int[])[1, 2])
        {
            using var team = threads > 1 ? new WorkTeam(threads) : null;
            using var product = new MatrixProduct(team);
            blas?.SetThreads(threads);
            Line(text, "");
            Line(text, $"## {threads} thread{(threads > 1 ? "s" : "")}");
            Line(text, "");
            Line(text, "| product (M×K×N) | ratio (best) | ratio (median) | GFLOP/s (best) | GFLOP/s (median) | OpenBLAS (best) | OpenBLAS (median) |");
            Line(text, "|---|---|---|---|---|---|---|");
            foreach (var shape in ProductShape.All())
            {
                if (!shape.ToString().Contains(filter, StringComparison.Ordinal)) continue;
                Line(text, Time(shape, product, blas));
            }
        }
        if (path is not null) File.WriteAllText(path, text.ToString());
        return 0;
    }

    private static string Time(ProductShape shape, MatrixProduct product, OpenBlas? blas)
    {
        using var operands = new ProductOperands(shape);
        Action ours = () => product.Multiply(operands.A, shape.TransposeA, operands.B, shape.TransposeB, operands.C);
        Action theirs = () => blas?.Multiply(operands.A, shape.TransposeA, operands.B, shape.TransposeB, operands.C);
        int oursCount = Calibrate(ours), theirsCount = blas is null ? 0 : Calibrate(theirs);
        double[] oursTimes = new double[Rounds], theirsTimes = new double[Rounds];
        for (var round = 0; round < Rounds; round += Block)
        {
            // OpenBLAS's threads go on spinning after a call and hold the cores that ours needs, until they sleep.
            if (blas is not null && product.Team is not null) Thread.Sleep(SpinMilliseconds);
            TimeRounds(ours, oursCount, oursTimes.AsSpan(round, Block));
            if (blas is not null) TimeRounds(theirs, theirsCount, theirsTimes.AsSpan(round, Block));
        }
        Array.Sort(oursTimes);
        Array.Sort(theirsTimes);
        double Rate(double seconds) => shape.Operations / seconds / 1e9;
        var (oursBest, oursMedian) = (Rate(oursTimes[0]), Rate(oursTimes[Rounds / 2]));
        if (blas is null) return string.Create(CultureInfo.InvariantCulture, $"| {shape} | | | {oursBest:0.0} | {oursMedian:0.0} | | |");
        var (theirsBest, theirsMedian) = (Rate(theirsTimes[0]), Rate(theirsTimes[Rounds / 2]));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {shape} | {oursBest / theirsBest:0.00} | {oursMedian / theirsMedian:0.00} | {oursBest:0.0} | {oursMedian:0.0} | {theirsBest:0.0} | {theirsMedian:0.0} |");
    }

    private static void TimeRounds(Action action, int count, Span<double> times)
    {
        action();
        foreach (ref var time in times) time = Seconds(action, count);
    }

    /// <summary>How many calls make a round long enough, after warming up.</summary>
    private static int Calibrate(Action action)
    {
        action();
        var count = 1;
        while (Seconds(action, count) * count < RoundSeconds) count *= 2;
        return count;
    }

    private static double Seconds(Action action, int count)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file)) return "processor unknown";
        var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "processor unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static void Line(StringBuilder text, string line)
    {
        Console.WriteLine(line);
        text.Append(line).Append('\n');
    }
}
