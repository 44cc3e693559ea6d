using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Numerics;
using LambdaHat.Spectra;

namespace LambdaHat.Experiments.Hessian;

/// <summary>
/// One of the networks whose λ is bounded by the rank of the Hessian of the behavioural loss: trained, its spectrum found, w* projected on top eigenspaces as the paper does, λ̂ set between the bounds, and the training varied
/// one thing at a time to see what moves the cut-off.
/// </summary>
public abstract class HessianExperiment : Experiment
{
    internal const string Rank = "rank", CutoffJob = "cut-off", PairsJob = "eigenpairs", Estimate = "estimate", Colder = "nβ × ", Variant = "variant ";

    /// <inheritdoc/>
    public override string Source => "Baines, Bharadwaj, Ingebretsen, Iriarte, Matveev and Bushnaq, Approximating the Local Learning Coefficient in Neural Networks (Hessian-rank bounds)";

    /// <inheritdoc/>
    public override IReadOnlyList<ExperimentJob> Jobs(ExperimentSize size, ulong seed)
    {
        var pairs = size == ExperimentSize.Full && Published.Dimension > new SpectrumOptions().ExactDimension ? Published.Computed : 0;
        List<ExperimentJob> jobs =
        [
            new(Rank, scope => Spectrum(size, seed, TrainingVariant.None, Whole(size) with { Order = 4, NBeta = NBeta }, scope)),
            new(CutoffJob, scope => HessianRow.Counted(Spectrum(size, seed, TrainingVariant.None, new() { Cutoff = Cutoff }, scope), scope.Rows.Find(Rank))),
        ];
        if (pairs > 0) jobs.Add(new(PairsJob, scope => Spectrum(size, seed, TrainingVariant.None, new() { Cutoff = Cutoff, Pairs = pairs }, scope)));
        jobs.Add(new(Estimate, scope => Between(size, seed, scope)));
        foreach (var factor in Factors(size)) jobs.Add(new(Colder + Words.Number(factor), scope => At(factor, size, seed, scope)));
        foreach (var variant in Variants(size)) jobs.Add(new(Variant + variant.Name, scope => Spectrum(size, seed, variant, new() { Cutoff = Cutoff }, scope)));
        return jobs;
    }

    /// <summary>What the paper says of this network.</summary>
    private protected abstract PublishedBounds Published { get; }

    /// <summary>The cut-off by projection that the paper uses.</summary>
    private protected abstract Cutoff Cutoff { get; }

    /// <summary>The network and its data.</summary>
    private protected abstract HessianTask Task(ExperimentSize size, ulong seed);

    /// <summary>How the rank is found.</summary>
    private protected virtual SpectrumOptions Whole(ExperimentSize size) => new();

    /// <summary>What is varied.</summary>
    private protected abstract IReadOnlyList<TrainingVariant> Variants(ExperimentSize size);

    /// <summary>The parameters of the network of the paper, as our task makes it.</summary>
    private protected abstract int OwnDimension { get; }

    /// <summary>nβ of the estimate and of λ_quad, null for n/ln n.</summary>
    private protected virtual double? NBeta => null;

    /// <summary>By what nβ is raised to see λ̂ come to the bounds.</summary>
    private protected virtual IReadOnlyList<double> Factors(ExperimentSize size) => size == ExperimentSize.Smoke ? [] : [10, 100, 1000];

    /// <summary>What is known of this network besides: comparisons and findings.</summary>
    private protected virtual (IReadOnlyList<Comparison> Comparisons, IReadOnlyList<string> Findings) Known(ExperimentSize size, ExperimentRows rows) => ([], []);

    /// <inheritdoc/>
    public override ExperimentResult Summarise(ExperimentSize size, ExperimentRows rows)
    {
        var summary = new HessianSummary(Published, Cutoff, rows);
        var (comparisons, findings) = Known(size, rows);
        return new ExperimentResult
        {
            Comparisons = [.. HessianComparisons.Of(Published, OwnDimension, size, rows), .. comparisons],
            Findings = [.. findings, .. VariantFindings.Colder(rows), .. VariantFindings.Of(Published, rows)],
            Tables = summary.Tables(),
            Charts = summary.Charts(),
        };
    }

    private JsonObject Spectrum(ExperimentSize size, ulong seed, TrainingVariant variant, SpectrumOptions options, JobScope scope)
    {
        using var team = new WorkTeam(scope.Threads);
        var point = Task(size, seed).Run(variant, team, scope);
        var result = HessianSpectrum.Find(point.Objective, point.Test, SquaredError.Behavioural, options with { Seed = seed, Store = scope.NextStore() }, team, scope.Tell, scope.Cancellation);
        return HessianRow.Of(point, result).With(new JsonObject { ["variant"] = variant.Name, ["factor"] = variant.Factor });
    }

    // Between the bounds of the row that counts the rank.
    private JsonObject Between(ExperimentSize size, ulong seed, JobScope scope)
    {
        var row = scope.Needed(Rank);
        using var team = new WorkTeam(scope.Threads);
        var objective = RealisableData.Behavioural(Task(size, seed).Run(TrainingVariant.None, team, scope).Objective, team, scope.Watch);
        var bounds = new SharpBounds { Order = (int)row.Number("order"), Lower = row.Number("lower"), Upper = row.Number("upper"), Flat = new((long)row.Number("flat"), 0, 0, 0) };
        var options = Options(row, size, seed, scope);
        return HessianRow.Of(Sandwich.Find(bounds, options, o => scope.Estimate(objective, o), (nBeta, gamma) => HessianRow.Quadratic(row, nBeta, gamma)));
    }

    // w* stays the minimum of the behavioural loss at any nβ.
    private JsonObject At(double factor, ExperimentSize size, ulong seed, JobScope scope)
    {
        var spectrum = scope.Needed(Rank);
        var options = Options(spectrum, size, seed, scope);
        using var team = new WorkTeam(scope.Threads);
        var objective = RealisableData.Behavioural(Task(size, seed).Run(TrainingVariant.None, team, scope).Objective, team, scope.Watch);
        options = options with { NBeta = factor * options.NBeta };
        LearningCoefficientEstimate Find(EstimationOptions chosen) => scope.Estimate(objective, chosen);
        (double Value, double Error) Quadratic(LearningCoefficientEstimate e) => HessianRow.Quadratic(spectrum, e.Options.NBeta!.Value, e.Options.Gamma!.Value) ?? (e.Evidence.Quadratic?.Value ?? double.NaN, e.Evidence.Quadratic?.StandardError ?? double.NaN);
        bool IsBelow(LearningCoefficientEstimate e) => Quadratic(e) is var (value, error) && e.LambdaHat < value - (3 * (e.StandardError + error));
        var estimate = Find(options);
        var own = Quadratic(estimate);
        var row = EstimateRow.Of(estimate).With(new JsonObject { ["lambda_quad"] = EstimateRow.Number(own.Value), ["lambda_quad_error"] = EstimateRow.Number(own.Error) });
        // Below λ_quad by more than chance: once more where a larger γ keeps the chain closer, and by a sampler that accepts or rejects.
        if (!IsBelow(estimate)) return row;
        var closer = Find(options with { Gamma = Sandwich.GammaFactor * options.Gamma });
        if (IsBelow(closer))
        {
            var exact = Find(options with { Sampler = "hmc", Tolerance = 0.02, MaxMinutes = size == ExperimentSize.Full ? 30 : 2 });
            row.With(new JsonObject { ["hmc_lambda_hat"] = EstimateRow.Number(exact.LambdaHat), ["hmc_standard_error"] = EstimateRow.Number(exact.StandardError), ["hmc_verdict"] = exact.Verdict.Name() });
        }
        return row.With(new JsonObject
        {
            ["closer_gamma"] = EstimateRow.Number(closer.Options.Gamma),
            ["closer_lambda_hat"] = EstimateRow.Number(closer.LambdaHat),
            ["closer_standard_error"] = EstimateRow.Number(closer.StandardError),
            ["closer_lambda_quad"] = EstimateRow.Number(Quadratic(closer).Value),
        });
    }

    private static EstimationOptions Options(ExperimentRow row, ExperimentSize size, ulong seed, JobScope scope) =>
        new() { Seed = seed, Threads = scope.Threads, NBeta = row.Number("nbeta"), Gamma = row.Number("gamma"), MaxMinutes = size == ExperimentSize.Full ? 30 : 5 };
}
