namespace LambdaHat.Spectra;

/// <summary>A potential K(w) = c·‖r(w)‖², c > 0, near a point w* with r(w*) = 0, by the first two derivatives of r there.</summary>
public interface IResidual
{
    /// <summary>The number of residuals.</summary>
    int Rows { get; }

    /// <summary>d, the number of parameters.</summary>
    int Dimension { get; }

    /// <summary>jacobian (rows × d, row-major) ← Dr(w*).</summary>
    void Jacobian(Span<double> jacobian);

    /// <summary>results (count × rows, row-major) ← D²r(w*)[y_first, y_j] for the directions y_0 … y_{count−1}, d numbers each.</summary>
    void SecondDerivatives(ReadOnlySpan<double> directions, int count, int first, Span<double> results);
}
