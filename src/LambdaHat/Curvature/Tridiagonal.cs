namespace LambdaHat.Curvature;

/// <summary>Symmetric tridiagonal matrices, as Lanczos makes them.</summary>
public static class Tridiagonal
{
    private const double Epsilon = 2.220446049250313e-16;
    private const int MaximumSweeps = 60;

    /// <summary>
    /// diagonal ← the eigenvalues θ_k (in no order), and row ← row·S with S the orthonormal eigenvectors in its columns, by the implicit QL iteration
    /// in O(m²). Starting from row = e_1ᵀ it ends as the first components, whose squares are the weights of a Gauss rule (Golub and Welsch 1969);
    /// from e_mᵀ as the last ones, which give the residuals of Ritz pairs. Absolute errors are a small multiple of m·ε·‖T‖.
    /// </summary>
    /// <param name="diagonal">The m diagonal elements; overwritten.</param>
    /// <param name="coupling">Elements next to the diagonal, m − 1 or more; overwritten. Those from m − 1 on are ignored.</param>
    /// <param name="row">A row vector of length m; overwritten.</param>
    /// <exception cref="ArithmeticException">The iteration does not converge (an element is not finite).</exception>
    public static void Diagonalise(Span<double> diagonal, Span<double> coupling, Span<double> row)
    {
        for (var low = 0; low < diagonal.Length; low++)
        {
            for (var sweep = 0; ; sweep++)
            {
                var high = low;
                while (high < diagonal.Length - 1 && !(Math.Abs(coupling[high]) <= Epsilon * (Math.Abs(diagonal[high]) + Math.Abs(diagonal[high + 1])))) high++;
                if (high == low) break;
                if (sweep == MaximumSweeps) throw new ArithmeticException("the eigenvalues of a tridiagonal matrix did not converge");
                Sweep(diagonal, coupling, row, low, high);
            }
        }
    }

    // One implicit QL step on the unreduced block [low, high], with Wilkinson's shift from its top.
    private static void Sweep(Span<double> d, Span<double> e, Span<double> row, int low, int high)
    {
        var g = (d[low + 1] - d[low]) / (2 * e[low]);
        g = d[high] - d[low] + (e[low] / (g + Math.CopySign(double.Hypot(g, 1), g)));
        double sine = 1, cosine = 1, shift = 0;
        for (var i = high - 1; i >= low; i--)
        {
            double f = sine * e[i], b = cosine * e[i], r = double.Hypot(f, g);
            if (i + 1 < high) e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= shift;
                return;
            }
            (sine, cosine) = (f / r, g / r);
            g = d[i + 1] - shift;
            r = ((d[i] - g) * sine) + (2 * cosine * b);
            shift = sine * r;
            d[i + 1] = g + shift;
            g = (cosine * r) - b;
            (row[i], row[i + 1]) = ((cosine * row[i]) - (sine * row[i + 1]), (sine * row[i]) + (cosine * row[i + 1]));
        }
        d[low] -= shift;
        e[low] = g;
    }
}
