using System.Text.Json.Nodes;
using LambdaHat.Estimation;
using LambdaHat.Experiments;

namespace LambdaHat.Bars;

/// <summary>A trained MNIST network: the default run against HMC at the same nβ and γ, and what each costs.</summary>
internal sealed class MnistBar : Bar
{
    private const double ReferenceTolerance = 0.02, ReferenceMinutes = 240;
    private readonly string? _model;

    public MnistBar(Arguments arguments)
    {
        arguments.Allow("mnist");
        _model = arguments.Text("model");
    }

    public override string Name => "mnist";

    public override JsonObject Settings => new() { ["images"] = TrainedSubject.Images, ["reference"] = "hmc", ["reference_tolerance"] = ReferenceTolerance, ["seed"] = 1 };

    public override IEnumerable<Job> Jobs()
    {
        var model = _model ?? throw new InvalidInputException("mnist needs --model, a folder that lambdahat train mnist-mlp made");
        return
        [
            new("default", _ => EstimateRow.Of(LearningCoefficient.Estimate(TrainedSubject.Load(model), new EstimationOptions { Seed = 1 }))),
            new("hmc", rows => rows.Find("default") is { } run ? Reference(model, run) : null),
        ];
    }

    private static JsonObject Reference(string model, Row run) => EstimateRow.Of(LearningCoefficient.Estimate(TrainedSubject.Load(model), new EstimationOptions
    {
        Sampler = "hmc",
        NBeta = run.Number("nbeta"),
        Gamma = run.Number("gamma"),
        Tolerance = ReferenceTolerance,
        MaxMinutes = ReferenceMinutes,
        Seed = 2,
    }));

    public override IEnumerable<string> Summarise(Rows rows)
    {
        foreach (var line in Markdown.Table(["run", "λ̂", "λ_quad", "R̂", "effective draws", "steps", "sample gradients", "γ", "verdict", "seconds"], rows.All.Select(r => new[] { r.Key,
            $"{Markdown.Of(r.Number("lambda_hat"), "F1")} ± {Markdown.Of(r.Number("standard_error"), "G2")}", Markdown.Of(r.Number("lambda_quad"), "F1"), Markdown.Of(r.Number("r_hat")), Markdown.Of(r.Number("ess")),
            Markdown.Of(r.Number("steps")), Markdown.Of(r.Number("sample_gradients")), Markdown.Of(r.Number("gamma")), r.Text("verdict"), Markdown.Of(r.Number("seconds")) }))) yield return line;
        if (rows.Find("default") is not { } run || rows.Find("hmc") is not { } reference) yield break;
        var apart = Math.Abs(run.Number("lambda_hat") - reference.Number("lambda_hat")) / Math.Sqrt(Square(run.Number("standard_error")) + Square(reference.Number("standard_error")));
        foreach (var line in Markdown.Thresholds([
            Markdown.Held("apart, in combined standard errors", apart, 3, true, v => Markdown.Of(v)),
            Markdown.Held("sample gradients, of the reference's", run.Number("sample_gradients") / reference.Number("sample_gradients"), 1.0 / 20, true, v => Markdown.Of(v)),
            Markdown.Held("R̂ of the reference", reference.Number("r_hat"), 1.05, true, v => Markdown.Of(v))])) yield return line;
        foreach (var row in rows.All)
        {
            yield return $"{row.Key}: {string.Join("; ", row.Texts("reasons"))}";
            yield return "";
        }
    }

    private static double Square(double value) => value * value;
}
