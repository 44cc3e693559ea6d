using LambdaHat.Lapack;

namespace LambdaHat.Tests.Curvature;

/// <summary>Products with a symmetric matrix and its update, tile by tile, against plain loops.</summary>
public class PanelRoutinesTests
{
    // Two tiles of 512 and a rest; whole numbers, so that every sum is exact. What lies above the diagonal is neither read nor written.
    [LapackFact]
    public unsafe void Tiles_of_a_symmetric_matrix_make_the_product_and_the_update_of_the_whole()
    {
        const int n = 1100, k = 3, stride = n + 5;
        var routines = new PanelRoutines<float>(LapackLibrary.Require("a test"), 2);
        float[] matrix = new float[stride * n], factors = new float[3 * k * n], product = new float[k * n], expected = new float[k * n];
        Array.Fill(product, float.NaN);
        for (var j = 0; j < n; j++)
            for (var i = 0; i < n; i++)
                matrix[(j * stride) + i] = i >= j ? ((7 * i) + (11 * j)) % 13 - 6 : float.NaN;
        for (var i = 0; i < 2 * k * n; i++) factors[i] = (i * i % 7) - 3;
        factors.AsSpan(0, k * n).CopyTo(factors.AsSpan(2 * k * n));
        float Element(int i, int j) => matrix[(Math.Min(i, j) * stride) + Math.Max(i, j)];
        for (var c = 0; c < k; c++)
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                    expected[(c * n) + i] += Element(i, j) * factors[(c * n) + j];
        float[] before = [.. matrix];
        fixed (float* a = matrix, f = factors, p = product)
        {
            using var scope = routines.Enter();
            routines.MultiplySymmetric(a, n, stride, f, k, n, p, n);
            routines.Subtract(a, n, stride, f, k);
        }
        Assert.Equal(expected, product);
        float V(int i, int c) => factors[(c * n) + i];
        float W(int i, int c) => factors[((k + c) * n) + i];
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < n; i++)
            {
                var update = 0f;
                for (var c = 0; c < k && i >= j; c++) update += (V(i, c) * W(j, c)) + (W(i, c) * V(j, c));
                if (before[(j * stride) + i] - update is var right && !right.Equals(matrix[(j * stride) + i])) Assert.Fail($"({i}, {j}): {matrix[(j * stride) + i]} for {right}");
            }
        }
    }
}
