using LambdaHat.Spectra;

namespace LambdaHat.Tests.Spectra;

/// <summary>Residuals that are polynomials, at the origin: terms are a coefficient and the exponents of the coordinates.</summary>
internal sealed class PolynomialResidual(int dimension, params (double Coefficient, int[] Exponents)[][] residuals) : IResidual
{
    public int Rows => residuals.Length;

    public int Dimension => dimension;

    public void Jacobian(Span<double> jacobian)
    {
        jacobian.Clear();
        for (var r = 0; r < Rows; r++)
        {
            foreach (var (coefficient, exponents) in residuals[r].Where(t => t.Exponents.Sum() == 1)) jacobian[(r * dimension) + Array.IndexOf(exponents, 1)] += coefficient;
        }
    }

    public void SecondDerivatives(ReadOnlySpan<double> directions, int count, int first, Span<double> results)
    {
        results.Clear();
        var lead = directions.Slice(first * dimension, dimension);
        for (var j = 0; j < count; j++)
        {
            var y = directions.Slice(j * dimension, dimension);
            for (var r = 0; r < Rows; r++)
            {
                foreach (var (coefficient, exponents) in residuals[r].Where(t => t.Exponents.Sum() == 2))
                {
                    int a = Array.FindIndex(exponents, e => e > 0), b = Array.FindLastIndex(exponents, e => e > 0);
                    results[(j * Rows) + r] += coefficient * ((lead[a] * y[b]) + (lead[b] * y[a]));
                }
            }
        }
    }
}
