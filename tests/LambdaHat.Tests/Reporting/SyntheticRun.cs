using LambdaHat.Estimation;

namespace LambdaHat.Tests.Reporting;

/// <summary>Records as an estimation would leave them, made from a first-order autoregression that rises to λ.</summary>
internal static class SyntheticRun
{
    public static RunRecord Create(int chains = 4, int steps = 10_000, double burnIn = 0.9, int thinning = 1, int acceptanceEvery = 10, params int[] diverged)
    {
        var options = new EstimationOptions
        {
            Sampler = "sgld",
            Chains = chains,
            Steps = steps,
            BurnIn = burnIn,
            Thinning = thinning,
            AcceptanceEvery = acceptanceEvery,
            Seed = 20_260_101,
            StepSize = 3e-8,
            Threads = 2,
        }.Resolve(1_000_000);
        var estimates = Enumerable.Range(0, chains).Select(c => Chain(c, options, diverged.Contains(c))).ToArray();
        var used = estimates.Where(c => !c.Diverged).ToArray();
        return new RunRecord
        {
            Title = "Deep linear network 10-20-15-12",
            Command = "lambdahat estimate --dln 10,20,15,12 --ranks 10,11,12 --n 1000000 --sampler sgld --step-size 3e-8 --seed 20260101",
            Version = "0.1.0",
            Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            Network = "dense 10→20, dense 20→15, dense 15→12, no biases",
            Loss = "squared error, mean over outputs",
            Data = "1,000,000 samples of a deep linear teacher, inputs uniform on [−10, 10]",
            Estimate = new LearningCoefficientEstimate
            {
                LambdaHat = used.Length == 0 ? double.NaN : used.Average(c => c.LambdaHat),
                StandardError = used.Length == 0 ? double.NaN : Math.Sqrt(used.Sum(c => c.StandardError * c.StandardError)) / used.Length,
                Chains = estimates,
                RHat = used.Length < 2 ? double.NaN : 1.0123,
                EffectiveSampleSize = used.Sum(c => c.EffectiveSampleSize),
                Acceptance = acceptanceEvery == 0 || used.Length == 0 ? double.NaN : used.Average(c => c.Acceptance),
                SampleCount = 1_000_000,
                Dimension = 680,
                SampledDimension = 680,
                BaselineLoss = 0.25,
                GradientNorm = 0.00123,
                Seconds = 12.34,
                Verdict = used.Length == 0 ? Verdict.Diverged : Verdict.NotEquilibrated,
                Reasons = used.Length == 0 ? ["Every chain stopped being finite."] : [],
                Evidence = new Evidence
                {
                    Drift = -0.75,
                    DriftError = 0.5,
                    Variance = 58.5,
                    VarianceError = 2.3125,
                    MinibatchVariance = 1.25,
                    Wbic = 254_321.75,
                    Control = 123_456,
                    NewtonDecrement = 0.0625,
                    StepSizeEffect = 0.3828125,
                    StepSizeEffectError = 0.25,
                    SampleGradients = 20_000_000,
                    Quadratic = new QuadraticOpinion { Value = 59.5, StandardError = 0, Method = "exact", Samples = 300_000, VarianceRatio = 0.96875, Sensitivity = 0.03125, Expected = 52.0625, HalfRank = 61 },
                },
                Options = options,
            },
            Theory = new KnownCoefficient { Lambda = 60, Multiplicity = 1, Local = 62.5, LocalLowerBound = 58 },
        };
    }

    private static ChainEstimate Chain(int chain, EstimationOptions options, bool diverges)
    {
        var random = new Random(100 + chain);
        var end = diverges ? options.StepCount * (4 + chain) / 11 : int.MaxValue;
        var trace = new double[(options.StepCount + options.Thinning - 1) / options.Thinning];
        var acceptance = new double[options.AcceptanceEvery == 0 ? 0 : (options.StepCount + options.AcceptanceEvery - 1) / options.AcceptanceEvery];
        var noise = 0.0;
        for (var t = 0; t < options.StepCount; t++)
        {
            noise = 0.96 * noise + 2.1 * Normal(random);
            var rise = 1 - Math.Exp(-t / (0.12 * options.StepCount));
            var value = 60 * rise + noise * rise + (diverges ? Math.Exp(0.15 * Math.Min(4_000, t - end + 40)) : 0);
            if (t % options.Thinning == 0) trace[t / options.Thinning] = t < end ? value : double.NaN;
            if (acceptance.Length > 0 && t % options.AcceptanceEvery == 0)
                acceptance[t / options.AcceptanceEvery] = t < end ? Math.Min(1, 0.925 + 0.025 * Normal(random)) : double.NaN;
        }
        var kept = trace[((options.BurnInSteps + options.Thinning - 1) / options.Thinning)..];
        return new ChainEstimate
        {
            LambdaHat = diverges ? double.NaN : kept.Average(),
            StandardError = diverges ? double.NaN : 1.5 + 0.1 * chain,
            EffectiveSampleSize = diverges ? double.NaN : 23.4 + chain,
            Diverged = diverges,
            DivergedAt = diverges ? end : null,
            Acceptance = diverges || acceptance.Length == 0 ? double.NaN : acceptance[(acceptance.Length / 10 * 9)..].Average(),
            Distance = 0.0712 + 0.001 * chain,
            Trace = trace,
            AcceptanceTrace = acceptance,
        };
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
