namespace LambdaHat.Estimation;

/// <summary>λ from λ̂ at two temperatures, free of L_n(w*): (E₁[nL] − E₂[nL])/(1/β₁ − 1/β₂) with E[nL] − nL(w*) = λ̂/β; β = nβ/n, and n cancels.</summary>
internal static class TwoTemperatures
{
    /// <summary>The value and its standard error from two independent runs.</summary>
    public static (double Value, double Error) Of(double nBeta, double lambda, double error, double otherNBeta, double otherLambda, double otherError)
    {
        var difference = (1 / nBeta) - (1 / otherNBeta);
        var (first, second) = (error / nBeta, otherError / otherNBeta);
        return (((lambda / nBeta) - (otherLambda / otherNBeta)) / difference, Math.Sqrt((first * first) + (second * second)) / Math.Abs(difference));
    }
}
