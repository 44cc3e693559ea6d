using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>What the fourth-order term of K on the kernel of its Hessian says.</summary>
/// <param name="Quartic">κ₄ for the upper bound: how many coordinates of the kernel enter the term, at most.</param>
/// <param name="CertainlyQuartic">The same counted strictly, for the lower bound.</param>
/// <param name="Definite">Whether the term was proven to be positive off the directions that do not enter it.</param>
/// <param name="Problem">Why it says nothing, or null.</param>
public sealed record FourthOrderTerm(int Quartic, int CertainlyQuartic, bool Definite, string? Problem = null);

/// <summary>
/// g₄(y) = c·‖(I − P)·½·D²r(w*)[y, y]‖² for y in the kernel of J = Dr(w*), P the projection on J's range: the leading term of what K = c·‖r‖² keeps on the kernel once the curved directions are minimised out, so that
/// λ = d₁/2 + λ(g), g = g₄ + O(|y|⁵) (docs/derivations/fourth-order.md).
/// </summary>
public static class FourthOrder
{
    /// <summary>The most numbers that a Jacobian, or all second derivatives on the kernel, may take: 512 MiB of float64.</summary>
    public const long LargestSize = 1 << 26;

    /// <summary>Beyond this many coordinates no proof of definiteness is looked for.</summary>
    public const int LargestCertificate = 128;

    // λ of the smallest curved direction: kernel vectors carry an error of 2⁻⁵² over its share of the largest, 1e-6 at most here.
    private const double LeastCurvature = 1e-10;

    // Squares of second derivatives, relative to the largest on the kernel or in a direction across all parameters: below the first (1e-6 in the derivatives) is rounding of the kernel; above the second is beyond doubt.
    private const double Rounding = 1e-12, Certain = 1e-8;

    // The least eigenvalue of a definite combination of forms, relative to its largest.
    private const double Margin = 1e-4;

    /// <summary>Looks at it.</summary>
    /// <param name="residual">r at w*.</param>
    /// <param name="cutoff">Eigenvalues of JᵀJ above this share of the largest count as curved.</param>
    /// <param name="flat">d_flat: directions that are known to leave K as it is. They lie in the kernel and enter no term.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    public static FourthOrderTerm Find(IResidual residual, double cutoff, long flat, CancellationToken cancellation = default)
    {
        var (rows, d) = (residual.Rows, residual.Dimension);
        if ((long)rows * d > LargestSize) return Nothing($"a Jacobian of {rows} × {d} numbers is too large for the fourth order, which takes {LargestSize}");
        var jacobian = new double[rows * d];
        residual.Jacobian(jacobian);
        double[] vectors = new double[d * d], values = new double[d];
        new DoubleProduct().Gram(d, rows, jacobian, d, transpose: true, vectors);
        new SymmetricEigen().Decompose(vectors, d, values);
        var largest = Math.Max(values[^1], 0);
        var kappa = values.Count(v => v <= cutoff * largest);
        if (kappa < d && values[kappa] < LeastCurvature * largest) return Nothing("the spectrum has no gap above rounding, so that the kernel is not known well enough for the fourth order");
        if (kappa - flat <= 0) return new(0, 0, true);
        if ((long)rows * kappa * (kappa + 1) / 2 > LargestSize) return Nothing($"a kernel of {kappa} directions is too large for the fourth order with {rows} residuals");
        var forms = new FormFamily(rows, kappa);
        var range = Range(jacobian, vectors, rows, d, kappa);
        var seconds = new double[kappa * rows];
        var scale = Across(residual, seconds);
        for (var i = 0; i < kappa; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            residual.SecondDerivatives(vectors.AsSpan(0, kappa * d), kappa, i, seconds);
            for (var j = 0; j <= i; j++)
            {
                var second = seconds.AsSpan(j * rows, rows);
                var size = TensorPrimitives.Norm<double>(second);
                scale = Math.Max(scale, size * size);
                Remove(range, second);
                Remove(range, second);
                second.CopyTo(forms.Pair(i, j));
            }
        }
        var (all, certain) = (forms.Reduce(Rounding, Certain, scale), forms.Certain);
        var definite = all > 0 && all == certain && all <= LargestCertificate && forms.FindDefinite(Margin, cancellation);
        return new((int)Math.Min(all, kappa - flat), (int)Math.Min(certain, kappa - flat), definite);
    }

    // ‖D²r[u, u]‖² for a unit vector u whose components have all one size and signs without a pattern: what rounding is compared with where the kernel itself has no second derivatives.
    private static double Across(IResidual residual, Span<double> room)
    {
        var u = new double[residual.Dimension];
        for (var i = 0; i < u.Length; i++) u[i] = ((unchecked((uint)i * 2654435761u) >> 31) == 0 ? 1 : -1) / Math.Sqrt(u.Length);
        residual.SecondDerivatives(u, 1, 0, room[..residual.Rows]);
        return TensorPrimitives.SumOfSquares<double>(room[..residual.Rows]);
    }

    private static FourthOrderTerm Nothing(string problem) => new(0, 0, false, problem);

    // An orthonormal basis of J's range: J times the eigenvectors above the kernel, largest first, each made orthogonal twice.
    private static List<double[]> Range(double[] jacobian, double[] vectors, int rows, int d, int kappa)
    {
        List<double[]> basis = [];
        for (var i = d - 1; i >= kappa; i--)
        {
            var image = new double[rows];
            for (var r = 0; r < rows; r++) image[r] = TensorPrimitives.Dot<double>(jacobian.AsSpan(r * d, d), vectors.AsSpan(i * d, d));
            Remove(basis, image);
            Remove(basis, image);
            TensorPrimitives.Divide(image, TensorPrimitives.Norm<double>(image), image);
            basis.Add(image);
        }
        return basis;
    }

    private static void Remove(List<double[]> basis, Span<double> vector)
    {
        foreach (var b in basis) TensorPrimitives.MultiplyAdd(b, -TensorPrimitives.Dot<double>(b, vector), vector, vector);
    }
}
