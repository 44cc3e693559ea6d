using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

/// <summary>
/// Every layer, over random shapes, against a float64 reference and its finite differences. u = 2⁻²⁴. A sum of K products whose factors
/// carry relative errors of up to 16u (the claim of the element-wise functions: 1e-6) is off by at most (K + 18)·u·Σ|terms|; derivatives that saturate
/// carry 16u absolutely. 1e-8 stands for the finite differences' own error.
/// </summary>
public class LayerDerivativeTests
{
    private const double U = 1.0 / (1 << 24);
    private const int Trials = 25;

    public static TheoryData<string> Layers => [.. ReferenceLayer.Names];

    [Theory, MemberData(nameof(Layers))]
    public void Forward_matches_the_scalar_definition(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Forward();
            for (var s = 0; s < run.Samples; s++)
            {
                var x = run.X.Column(s);
                var expected = run.Reference.Map(run.W64, x);
                var size = run.Reference.Map([.. run.W64.Select(Math.Abs)], [.. x.Select(Math.Abs)]);
                for (var i = 0; i < expected.Length; i++)
                    AssertNear(expected[i], run.Y.At(i, s), (x.Length + 18) * U * (Math.Abs(size[i]) + Math.Abs(expected[i])));
            }
            Assert.All(run.Y.Padding(run.Samples), value => Assert.True(float.IsFinite(value)));
        }
    }

    [Theory, MemberData(nameof(Layers))]
    public void Reverse_mode_matches_finite_differences(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Forward();
            float[] dw = [.. Enumerable.Repeat(float.NaN, run.W.Length)];
            var dx = run.Filled(run.Layer.Inputs, float.NaN);
            run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, dx.View, dw, run.Product);

            double[] expectedDw = new double[run.W.Length], size = new double[run.W.Length];
            for (var s = 0; s < run.Samples; s++)
            {
                var x = run.X.Column(s);
                var dy = run.Dy.Column(s);
                Accumulate(ReferenceLayer.Jacobian(w => run.Reference.Map(w, x), run.W64), dy, expectedDw, size);
                if (run.Layer is Embedding) continue;
                double[] expectedDx = new double[x.Length], sizeDx = new double[x.Length];
                Accumulate(ReferenceLayer.Jacobian(p => run.Reference.Map(run.W64, p), x), dy, expectedDx, sizeDx);
                for (var j = 0; j < x.Length; j++)
                    AssertNear(expectedDx[j], dx.At(j, s), Bound(dy.Length, sizeDx[j], dy.Max(Math.Abs)));
            }
            for (var j = 0; j < dw.Length; j++) AssertNear(expectedDw[j], dw[j], Bound(run.Samples, size[j], 0));
        }
    }

    [Theory, MemberData(nameof(Layers))]
    public void Forward_mode_matches_finite_differences(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Forward();
            var ty = run.Filled(run.Layer.Outputs, float.NaN);
            foreach (var withInput in new[] { true, false })
            {
                if (withInput && run.Layer is Embedding) continue;
                run.Layer.Tangent(run.W, run.Tw, run.X.View, run.Y.View, withInput ? run.Tx.View : default, ty.View, run.Product);
                for (var s = 0; s < run.Samples; s++)
                {
                    var x = run.X.Column(s);
                    var tx = withInput ? run.Tx.Column(s) : new double[x.Length];
                    var jw = ReferenceLayer.Jacobian(w => run.Reference.Map(w, x), run.W64);
                    var jx = run.Layer is Embedding ? new double[run.Layer.Outputs, x.Length] : ReferenceLayer.Jacobian(p => run.Reference.Map(run.W64, p), x);
                    for (var i = 0; i < run.Layer.Outputs; i++)
                    {
                        double expected = 0, size = 0;
                        for (var j = 0; j < run.Tw.Length; j++) Add(jw[i, j] * run.Tw[j], ref expected, ref size);
                        for (var j = 0; j < x.Length; j++) Add(jx[i, j] * tx[j], ref expected, ref size);
                        AssertNear(expected, ty.At(i, s), Bound(2 * x.Length, size, tx.Max(Math.Abs)));
                    }
                }
            }
        }
    }

    // ⟨dy, J_x·tx + J_w·tw⟩ = ⟨J_xᵀ·dy, tx⟩ + ⟨J_wᵀ·dy, tw⟩
    [Theory, MemberData(nameof(Layers))]
    public void The_two_modes_are_adjoint(string name)
    {
        foreach (var run in Runs(name))
        {
            run.Forward();
            var isFirst = run.Layer is Embedding;
            var ty = run.Filled(run.Layer.Outputs, float.NaN);
            run.Layer.Tangent(run.W, run.Tw, run.X.View, run.Y.View, isFirst ? default : run.Tx.View, ty.View, run.Product);
            var dw = new float[run.W.Length];
            var dx = run.Filled(run.Layer.Inputs, float.NaN);
            run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, dx.View, dw, run.Product);

            double left = 0, right = 0, size = 0;
            for (var s = 0; s < run.Samples; s++)
            {
                for (var i = 0; i < run.Layer.Outputs; i++) Add((double)run.Dy.At(i, s) * ty.At(i, s), ref left, ref size);
                for (var j = 0; j < run.Layer.Inputs && !isFirst; j++) Add((double)dx.At(j, s) * run.Tx.At(j, s), ref right, ref size);
            }
            for (var j = 0; j < dw.Length; j++) Add((double)dw[j] * run.Tw[j], ref right, ref size);
            // Both sides are the bilinear form dyᵀ·J·t; the rounding of each is bounded by its absolute sum, of which the entries' own
            // sums lose some to cancellation: the factor 4 covers dense layers of width 12 with random signs (√12 = 3.5).
            AssertNear(left, right, 4 * (run.Samples + (2 * run.Layer.Inputs) + run.Layer.Outputs + 18) * U * size);
        }
    }

    [Theory, MemberData(nameof(Layers))]
    public void Derivatives_that_are_not_wanted_are_left_alone(string name)
    {
        foreach (var run in Runs(name).Take(3))
        {
            run.Forward();
            var dw = new float[run.W.Length];
            run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, default, dw, run.Product);
            var dx = run.Filled(run.Layer.Inputs, float.NaN);
            run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, dx.View, [], run.Product);

            var dwBoth = new float[run.W.Length];
            var dxBoth = run.Filled(run.Layer.Inputs, float.NaN);
            run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, dxBoth.View, dwBoth, run.Product);
            Assert.Equal(dwBoth, dw);
            Assert.Equal(dxBoth.Data, dx.Data);
        }
    }

    private static IEnumerable<LayerRun> Runs(string name)
    {
        for (var trial = 0; trial < Trials; trial++) yield return new LayerRun(name, new Random(1000 + trial));
    }

    private static double Bound(int terms, double size, double saturated) => ((terms + 18) * U * size) + (16 * U * saturated) + (1e-8 * (1 + saturated));

    private static void Accumulate(double[,] jacobian, double[] dy, double[] sums, double[] sizes)
    {
        for (var i = 0; i < dy.Length; i++)
        {
            for (var j = 0; j < sums.Length; j++) Add(jacobian[i, j] * dy[i], ref sums[j], ref sizes[j]);
        }
    }

    private static void Add(double term, ref double sum, ref double size)
    {
        sum += term;
        size += Math.Abs(term);
    }

    private static void AssertNear(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"expected {expected:R}, got {actual:R}: off by {Math.Abs(expected - actual):E2}, tolerance {tolerance:E2}");
}
