using System.Globalization;
using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars;

/// <summary>One hidden layer (weights and biases) times α, the next layer's weights divided by it: the same function, of which λ̂ should say the same.</summary>
internal sealed class RescalingBar : Bar
{
    private const int Samples = 10_000;
    private static readonly int[][] s_networks = [[10, 20, 10], [20, 30, 20], [30, 40, 30]];
    private static readonly string[] s_modes = ["gamma=0", "relative", "plain"];
    private static readonly double[] s_scales = [.. Enumerable.Range(-8, 17).Select(k => Math.Pow(10, k / 2.0))];

    public RescalingBar(Arguments arguments) => arguments.Allow("rescaling");

    public override string Name => "rescaling";

    public override JsonObject Settings => new()
    {
        ["networks"] = string.Join("; ", s_networks.Select(w => string.Join(',', w))),
        ["n"] = Samples,
        ["scales"] = "10^(k/2), k = -8 to 8",
        ["sampler"] = "langevin",
        ["tolerance"] = "0.01 at gamma=0, else default",
        ["plain"] = "gamma = 10 d / |w*|^2 of alpha = 1",
        ["seed"] = 1,
    };

    public override IEnumerable<Job> Jobs() =>
        from widths in s_networks
        from mode in s_modes
        from alpha in s_scales
        select new Job(Key(widths, mode, alpha), _ => Run(widths, mode, alpha));

    private static string Key(int[] widths, string mode, double alpha) => $"{string.Join('-', widths)} {mode} {alpha.ToString("G3", CultureInfo.InvariantCulture)}";

    private static JsonObject Run(int[] widths, string mode, double alpha)
    {
        var teacher = ReluTeacher.Draw(widths, 1);
        // The data are the unscaled network's; the scaled one makes the same but for rounding.
        var data = RealisableData.Draw(teacher.Network, teacher.Parameters, Samples, 1);
        float[] w = [.. teacher.Parameters];
        Multiply(teacher.Network.Blocks[0], alpha);
        Multiply(teacher.Network.Blocks[1], alpha);
        Multiply(teacher.Network.Blocks[2], 1 / alpha);
        var objective = TrueNetwork.At(teacher.Network, SquaredError.Mean, data, w);
        var options = new EstimationOptions { Sampler = "langevin", Seed = 1 };
        options = mode switch
        {
            // The step may then add half a percent, below the standard errors.
            "gamma=0" => options with { Gamma = 0, Tolerance = 0.01 },
            "relative" => options with { Localisation = "relative" },
            // One γ for all α, the default's at α = 1: a multiple that followed ‖w*‖ would follow α.
            _ => options with { Gamma = PosteriorDefaults.Gamma(ParameterSelection.All(teacher.Network.Blocks), teacher.Parameters) },
        };
        var line = EstimateRow.Of(LearningCoefficient.Estimate(objective, options));
        line["alpha"] = alpha;
        return line;

        void Multiply(ParameterBlock block, double factor)
        {
            foreach (ref var entry in block.In(w.AsSpan())) entry = (float)(entry * factor);
        }
    }

    public override IEnumerable<string> Summarise(Rows rows)
    {
        yield return "λ̂ ± its standard error:";
        yield return "";
        var columns = (from widths in s_networks from mode in s_modes select (widths, mode)).ToArray();
        string Cell(int[] widths, string mode, double alpha)
        {
            var key = Key(widths, mode, alpha);
            return rows.Find(key) is { } r ? $"{Markdown.Of(r.Number("lambda_hat"))} ± {Markdown.Of(r.Number("standard_error"), "G2")}{(r.Text("verdict") == "converged" ? "" : " " + r.Text("verdict"))}" : rows.Contains(key) ? "failed" : "–";
        }
        foreach (var line in Markdown.Table(["α", .. columns.Select(c => $"{string.Join('-', c.widths)} {c.mode}")],
            s_scales.Select(a => (string[])[a.ToString("G3", CultureInfo.InvariantCulture), .. columns.Select(c => Cell(c.widths, c.mode, a))]))) yield return line;

        // Unchanged within its errors: the farthest value from the mean, in standard errors (among 17 normal ones it is above 3.4 once in a hundred).
        yield return "The farthest of the values over α from their weighted mean; of 17 normal ones it is above 3.4 standard errors once in a hundred times. Localisation in plain coordinates must show more.";
        yield return "";
        foreach (var line in Markdown.Thresholds(columns.Select(c => Markdown.Held($"{string.Join('-', c.widths)} {c.mode}: standard errors", Farthest(rows, c.widths, c.mode), 3.4, c.mode != "plain", v => Markdown.Of(v))))) yield return line;
        foreach (var line in Markdown.Table(["network and localisation", "largest / least λ̂", "runs"], columns.Select(c =>
        {
            double[] values = [.. s_scales.Select(a => rows.Find(Key(c.widths, c.mode, a))?.Number("lambda_hat") ?? double.NaN).Where(double.IsFinite)];
            return new[] { $"{string.Join('-', c.widths)} {c.mode}", values.Length == 0 ? "–" : Markdown.Of(values.Max() / values.Min()), Markdown.Of(values.Length) };
        }))) yield return line;
    }

    private static double Farthest(Rows rows, int[] widths, string mode)
    {
        var runs = s_scales.Select(a => rows.Find(Key(widths, mode, a))).OfType<Row>().Select(r => (Value: r.Number("lambda_hat"), Error: r.Number("standard_error"))).ToArray();
        if (runs.Length == 0) return double.NaN;
        var mean = runs.Sum(r => r.Value / (r.Error * r.Error)) / runs.Sum(r => 1 / (r.Error * r.Error));
        return runs.Max(r => Math.Abs(r.Value - mean) / r.Error);
    }
}
