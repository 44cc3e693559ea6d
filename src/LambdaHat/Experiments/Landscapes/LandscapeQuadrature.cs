using LambdaHat.Losses;
using MathNet.Numerics.Integration;

namespace LambdaHat.Experiments.Landscapes;

/// <summary>
/// E[nβ(K(w) − K(w*))] under exp(−nβK(w) − (γ/2)‖w − w*‖²) by Gauss–Legendre nodes on panels that halve towards every coordinate where a valley may lie: 0, w*_i and those that are given. A sum over
/// separate variables takes one integral each; anything else one over two variables.
/// </summary>
public sealed class LandscapeQuadrature(PolynomialTerm[] terms, double[] center, double nBeta, double gamma, double[] features)
{
    // exp(−10²/2) of the Gaussian is left out. Panels down to 2⁻³⁰ of that range are far below every valley's width.
    private const double Radii = 10;
    private const int Halvings = 30;

    /// <summary>The mean, with this many nodes a panel.</summary>
    public double Mean(int nodes)
    {
        var separable = terms.All(t => t.Exponents.Count(e => e > 0) <= 1);
        if (separable) return Enumerable.Range(0, center.Length).Sum(i => Over([i], nodes));
        return center.Length == 2 ? Over([0, 1], nodes) : throw new InvalidInputException($"quadrature takes sums over separate variables or 2 variables, got {center.Length} that mix");
    }

    // The mean of the terms in these one or two variables.
    private double Over(int[] variables, int nodes)
    {
        PolynomialTerm[] own = [.. terms.Where(t => variables.Any(i => t.Exponents[i] > 0))];
        double[] w = [.. center];
        var least = Value(own, w);
        var outer = Nodes(variables[0], nodes);
        var inner = variables.Length > 1 ? Nodes(variables[1], nodes) : [(0, 1, 0)];
        double mass = 0, sum = 0;
        foreach (var (x, weight, potential) in outer)
        {
            w[variables[0]] = x;
            foreach (var (y, innerWeight, innerPotential) in inner)
            {
                if (variables.Length > 1) w[variables[1]] = y;
                var excess = nBeta * (Value(own, w) - least);
                var density = weight * innerWeight * Math.Exp(-excess - potential - innerPotential);
                mass += density;
                sum += excess * density;
            }
        }
        return sum / mass;
    }

    private (double At, double Weight, double Potential)[] Nodes(int variable, int order)
    {
        var (middle, radius) = (center[variable], Radii / Math.Sqrt(gamma));
        var edges = new SortedSet<double> { middle - radius, middle + radius };
        foreach (var feature in features.Concat([0, middle]).Where(f => Math.Abs(f - middle) < radius))
        {
            edges.Add(feature);
            for (var k = 0; k <= Halvings; k++)
                foreach (var edge in (double[])[feature - Math.ScaleB(radius, 1 - k), feature + Math.ScaleB(radius, 1 - k)])
                    if (Math.Abs(edge - middle) < radius) edges.Add(edge);
        }
        double[] sorted = [.. edges];
        var rule = new GaussLegendreRule(-1, 1, order);
        var nodes = new List<(double, double, double)>();
        for (var p = 0; p + 1 < sorted.Length; p++)
        {
            var (half, mid) = ((sorted[p + 1] - sorted[p]) / 2, (sorted[p + 1] + sorted[p]) / 2);
            for (var i = 0; i < order; i++)
            {
                var at = mid + (half * rule.GetAbscissa(i));
                nodes.Add((at, half * rule.GetWeight(i), gamma / 2 * (at - middle) * (at - middle)));
            }
        }
        return [.. nodes];
    }

    private static double Value(PolynomialTerm[] terms, double[] w)
    {
        var sum = 0.0;
        foreach (var term in terms)
        {
            var product = term.Coefficient;
            for (var i = 0; i < w.Length; i++)
                for (var power = term.Exponents[i]; power > 0; power--) product *= w[i];
            sum += product;
        }
        return sum;
    }
}
