using LambdaHat.Networks;

namespace LambdaHat.Tests.Networks;

/// <summary>The second derivatives of every layer and its maps in float64, over random shapes, against the scalar definition and its differences.</summary>
public sealed class LayerCurvatureTests
{
    private const double U = 1.0 / (1 << 24);
    private const int Trials = 15;

    public static TheoryData<string> Layers => [.. ReferenceLayer.Names];

    [Theory, MemberData(nameof(Layers))]
    public void The_second_order_matches_mixed_differences(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Forward();
            var first = run.Layer is Embedding;
            // What is there already is added to.
            float[] dw = [.. Enumerable.Repeat(0.5f, run.W.Length)];
            var dx = run.Filled(run.Layer.Inputs, 0.25f);
            run.Layer.AddCurvature(run.W, run.Tw, run.X.View, run.Y.View, first ? default : run.Tx.View, run.Dy.View, first ? default : dx.View, dw, run.Product);
            var expected = new double[run.W.Length];
            for (var s = 0; s < run.Samples; s++)
            {
                double[] x = run.X.Column(s), tx = run.Tx.Column(s), dy = run.Dy.Column(s);
                double Along(double a, int weight, int input, double b)
                {
                    double[] w = [.. run.W64.Select((value, i) => value + (a * run.Tw[i]) + (i == weight ? b : 0))];
                    var moved = first ? x : [.. x.Select((value, i) => value + (a * tx[i]) + (i == input ? b : 0))];
                    return run.Reference.Map(w, moved).Zip(dy, (y, d) => y * d).Sum();
                }
                for (var j = 0; j < dw.Length; j++) expected[j] += Mixed((a, b) => Along(a, j, -1, b));
                for (var j = 0; j < x.Length && !first; j++) Near(0.25 + Mixed((a, b) => Along(a, -1, j, b)), dx.At(j, s), dy.Length);
            }
            for (var j = 0; j < dw.Length; j++) Near(0.5 + expected[j], dw[j], run.Samples);
        }
    }

    [Theory, MemberData(nameof(Layers))]
    public void The_maps_in_float64_match_the_definition_and_its_differences(string name)
    {
        foreach (var run in Runs(name))
        {
            for (var s = 0; s < run.Samples; s++)
            {
                double[] x = run.X.Column(s), dy = run.Dy.Column(s), y = new double[run.Layer.Outputs], dw = new double[run.W.Length], dx = new double[x.Length];
                run.Layer.ForwardExact(run.W64, x, y);
                var expected = run.Reference.Map(run.W64, x);
                // A dozen terms of size up to 3: a few roundings of 1e-16 each.
                for (var i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-14);
                dw.AsSpan().Fill(double.NaN);
                dx.AsSpan().Fill(double.NaN);
                run.Layer.BackwardExact(run.W64, x, dy, dx, dw);
                var jw = ReferenceLayer.Jacobian(w => run.Reference.Map(w, x), run.W64);
                for (var j = 0; j < dw.Length; j++) Assert.Equal(Enumerable.Range(0, y.Length).Sum(i => jw[i, j] * dy[i]), dw[j], 1e-8);
                if (run.Layer is Embedding) continue;
                var jx = ReferenceLayer.Jacobian(p => run.Reference.Map(run.W64, p), x);
                for (var j = 0; j < dx.Length; j++) Assert.Equal(Enumerable.Range(0, y.Length).Sum(i => jx[i, j] * dy[i]), dx[j], 1e-8);
            }
        }
    }

    private static IEnumerable<LayerRun> Runs(string name)
    {
        for (var trial = 0; trial < Trials; trial++) yield return new LayerRun(name, new Random(2000 + trial));
    }

    // ∂²f/∂a∂b at 0. With h = 3e-4 and values up to 40 rounding leaves 40·1e-16/h² = 4e-8, truncation h²/6·(f_aaab + f_abbb) ≤ 1e-6 for the maps here (fourth derivatives ≤ 8, directions ≤ 1).
    private static double Mixed(Func<double, double, double> f)
    {
        const double h = 3e-4;
        return (f(h, h) - f(h, -h) - f(-h, h) + f(-h, -h)) / (4 * h * h);
    }

    // Terms of size at most 2 (|f″| ≤ 1.2 and factors ≤ 1), each with a relative error of up to 20u where a difference such as 2 − x² or 1 − 2σ loses some digits, and their sum.
    private static void Near(double expected, double actual, int terms) => Assert.Equal(expected, actual, (1e-6 * terms) + ((terms + 20) * U * 2 * terms));
}
