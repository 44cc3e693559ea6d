using LambdaHat.Curvature;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Preconditioning;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>What can be said of λ̂ without its chains: the curvature at w*, the prior alone, the gradient at w*.</summary>
internal static class SecondOpinion
{
    // Floating-point operations that the curvature may take: some seconds on two cores.
    private const double Operations = 5e10;

    // What is not looked at, for it would take minutes and gigabytes: the Newton decrement from some 13 million parameters on, the curvature of linear networks of some 100 million.
    private const double MostOperations = 2e13;

    // Of Lanczos vectors: some 5 million parameters.
    private const double MostBasis = 8L << 30;

    private const double ControlOperations = 1e12;
    private const int StochasticProducts = 300, StochasticDepth = 60, FewestDepth = 200, FewestDepthOfProducts = 120, ControlDraws = 16, ControlSamples = 2048, FewestControlSamples = 64, FactorSamples = 2048, MomentSamples = 1 << 16, GradientSamples = 1 << 18;

    public static Evidence Of(Objective objective, Target target, EstimationOptions options, WorkTeam? team, StageWatch watch)
    {
        var control = Control(objective, target, options, team, watch);
        if (objective is not NetworkObjective network) return new Evidence { Control = control };
        return new Evidence
        {
            Control = control,
            Quadratic = Quadratic(network, target, options, team, watch),
            NewtonDecrement = NewtonDecrement(network, target, team, watch),
        };
    }

    // nβ·E[L(w) − L(w*)] with w from the localising prior, on one minibatch.
    private static double Control(Objective objective, Target target, EstimationOptions options, WorkTeam? team, StageWatch watch)
    {
        if (target.Gammas.Contains(0)) return double.NaN;
        using var evaluator = objective.CreateEvaluator((int)Math.Min(Math.Clamp(ControlOperations / (2.0 * ControlDraws * objective.Dimension), FewestControlSamples, ControlSamples), objective.SampleCount), target.Sampled, team);
        evaluator.SelectMinibatch(options.Seed, int.MaxValue, 0);
        using var w = new AlignedMemory(objective.Dimension);
        var sum = 0.0;
        for (var draw = 0; draw < ControlDraws; draw++)
        {
            watch.Report("the prior alone", (double)draw / ControlDraws);
            objective.Center.CopyTo(w.Span);
            var stream = new RandomStream(options.Seed, RandomPurpose.Velocity, int.MaxValue, draw);
            for (var b = 0; b < target.Gammas.Length; b++)
            {
                var block = target.Sampled.Blocks[b];
                var noise = new float[block.Size];
                GaussianNoise.Fill(stream, noise, block.Offset);
                var spread = (float)(1 / Math.Sqrt(target.Gammas[b]));
                var here = block.In(w.Span);
                for (var i = 0; i < noise.Length; i++) here[i] += spread * noise[i];
            }
            target.Reflect(w.Span);
            sum += evaluator.Loss(w.Span) - evaluator.CenterLoss;
        }
        return target.NBeta * sum / ControlDraws;
    }

    private static QuadraticOpinion? Quadratic(NetworkObjective network, Target target, EstimationOptions options, WorkTeam? team, StageWatch watch)
    {
        var sampled = target.Sampled;
        // One γ for every block: Γ^{-½}HΓ^{-½} and γ = 1. Without localisation nothing is taken off.
        var plain = target.Gammas.IndexOfAnyExcept(target.Gammas[0]) < 0;
        var (nBeta, gamma) = (target.NBeta, plain ? target.Gammas[0] : 1);
        QuadraticCoefficient Find(SymmetricOperator curvature, double probes, double depth)
        {
            var most = new QuadratureOptions { MaximumProbes = (int)Math.Clamp(probes, 2, 40), MaximumDepth = (int)depth, Seed = options.Seed };
            var products = curvature.Dimension <= QuadraticCoefficient.ExactDimension ? curvature.Dimension : most.MaximumProbes * depth;
            return QuadraticCoefficient.Find(new WatchedOperator(curvature, watch, "curvature at w*", products), [Math.Max(gamma, double.Epsilon) / nBeta], most);
        }

        QuadraticCoefficient coefficient;
        long samples;
        var partial = false;
        // A linear network's curvature is that of the inputs' second moments, in float64, and hardly depends on how many samples they are taken over.
        if (Linear(network, target, team, watch) is { } linear && LinearNetworkCurvature.Supports(linear, sampled))
        {
            var probed = (long)linear.Network.Outputs * linear.Rank > QuadraticCoefficient.ExactDimension;
            if (probed && (gamma == 0 || 2 * FewestDepthOfProducts * LinearNetworkCurvature.OperationsOf(linear, sampled) > MostOperations)) return null;
            var curvature = new LinearNetworkCurvature(linear, sampled, plain ? default : target.Gammas, team);
            (coefficient, samples) = (Find(curvature, Operations / (StochasticDepth * curvature.Operations), DepthOf(curvature)), linear.SampleCount);
        }
        else
        {
            var probed = sampled.Count > QuadraticCoefficient.ExactDimension;
            if (probed && (gamma == 0 || sizeof(double) * (double)FewestDepth * sampled.Count > MostBasis)) return null;
            double products = probed ? StochasticProducts : sampled.Count;
            samples = (long)Math.Min(network.Data.Count, Math.Max(GaussNewtonOperator.ChunkSize, Operations / (8 * products * sampled.Count)));
            partial = samples < network.Data.Count;
            double[] scaling = plain ? [] : [.. sampled.Blocks.SelectMany(b => Enumerable.Repeat(target.GammaAt(b.Offset), b.Size))];
            using var curvature = new GaussNewtonOperator(network.Network, network.Loss, network.Data, network.Center, sampled, (int)samples, scaling, team);
            coefficient = Find(curvature, 40, FewestDepth);
        }
        if (gamma == 0) gamma = 1e-7 * nBeta * coefficient.Eigenvalues![^1];
        double Share(double h) => nBeta * h / (Math.Abs(nBeta * h) + gamma);
        double Trace(Func<double, double> f) => coefficient.Eigenvalues?.Sum(f) ?? coefficient.Quadrature!.Trace(f).Value;
        var value = coefficient.At(nBeta, gamma);
        var (shares, squares) = (Trace(Share), Trace(h => Share(h) * Share(h)));
        return new QuadraticOpinion
        {
            Value = value.Value,
            StandardError = value.StandardError + value.QuadratureError,
            Method = coefficient.Method,
            Samples = (int)Math.Min(samples, int.MaxValue),
            IsPartial = partial,
            VarianceRatio = squares / shares,
            Sensitivity = 1 - (squares / shares),
            Expected = plain && options.IsPlain && options.Preconditioner.Count == 0 ? Trace(h => OfPlainRun(nBeta * Math.Max(h, 0), gamma, options)) : double.NaN,
            HalfRank = coefficient.Rank(1e-7) / 2.0 ?? double.NaN,
        };
    }

    // Products of small maps cost little: Lanczos may go as deep as its own orthogonalisation, 4·depth²·dimension operations, allows. Deep networks have eigenvalues over many orders of magnitude.
    private static double DepthOf(LinearNetworkCurvature curvature) => Math.Clamp(Math.Sqrt(Operations / 4 / (4.0 * curvature.Dimension)), FewestDepthOfProducts, Math.Max(curvature.Dimension, FewestDepthOfProducts));

    private static LinearNetworkObjective? Linear(NetworkObjective network, Target target, WorkTeam? team, StageWatch watch) => target.Objective as LinearNetworkObjective
        ?? (LinearNetworkObjective.Supports(network.Network, network.Loss) ? new(network.Network, (SquaredError)network.Loss, new FirstSamples(network.Data, MomentSamples), network.CenterArray, team, watch) : null);

    // ½·c/(s(1 − εs/4))·mean of 1 − q^{2t} over the kept steps, q = 1 − εs/2, c = nβh, s = c + γ: what plain SGLD gives in a direction of curvature h.
    private static double OfPlainRun(double c, double gamma, EstimationOptions options)
    {
        var (s, epsilon) = (c + gamma, options.StepSize!.Value);
        var q = 1 - (epsilon * s / 2);
        if (Math.Abs(q) >= 1) return s == 0 ? 0 : double.PositiveInfinity;
        var (first, steps) = (options.BurnInSteps, options.Steps!.Value);
        var square = q * q;
        var left = (Math.Pow(square, first) - Math.Pow(square, steps)) / ((1 - square) * (steps - first));
        return c / (s * (1 - (epsilon * s / 4))) * (1 - left) / 2;
    }

    private static double NewtonDecrement(NetworkObjective network, Target target, WorkTeam? team, StageWatch watch)
    {
        var samples = Math.Min(network.Data.Count, GradientSamples);
        if (6.0 * samples * network.Dimension > MostOperations) return double.NaN;
        var gradient = FullPass.Gradient(network.Network, network.Loss, network.Data, samples, network.Center, team, watch);
        using var metric = new KroneckerMetric(new KroneckerFactors(network, target.Sampled, FactorSamples), target.Sampled, network.Center, target.NBeta, target.Gammas, new KroneckerMetricOptions { WarmUp = 0 }, team);
        using AlignedMemory flat = new(network.Dimension), whitened = new(network.Dimension);
        for (var i = 0; i < gradient.Length; i++) flat.Span[i] = (float)(target.NBeta * gradient[i]);
        metric.Adapt(network.Center, flat.Span, 0, 0, 0);
        metric.Whiten(flat.Span, whitened.Span);
        var sum = 0.0;
        foreach (var block in target.Sampled) sum += WideSum.Squares(block.In(whitened.Span));
        return sum / 2;
    }
}
