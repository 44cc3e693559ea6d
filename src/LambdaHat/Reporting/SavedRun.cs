using LambdaHat.Data;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>A run folder read back, as far as another estimate is compared with it: <c>result.json</c> and <c>config.json</c>.</summary>
public static class SavedRun
{
    /// <summary>Whether the folder holds a run.</summary>
    public static bool IsIn(string folder) => File.Exists(Result(folder));

    /// <summary>Reads the estimate in a folder.</summary>
    /// <exception cref="InvalidInputException">A file cannot be read or is none of a run.</exception>
    public static ComparedEstimate Read(string folder) => SavedJson.Read(Result(folder), (result, place) => SavedJson.Read(Path.Combine(folder, "config.json"), (config, configPlace) =>
    {
        var problems = new List<string>();
        var (found, given) = (new JsonFields(result, place, problems), new JsonFields(config, configPlace, problems));
        var evidence = found.Object("evidence")?["quadratic"]?.AsObject();
        var estimate = new ComparedEstimate
        {
            Title = folder,
            Setting = new(Needed(found, "nbeta"), Needed(found, "gamma"), given.Text("localisation") ?? "plain", given.Number("box") ?? double.PositiveInfinity, given.Texts("restrict"), found.Text("loss") ?? ""),
            LambdaHat = found.NumberOrNaN("lambda_hat"),
            StandardError = found.NumberOrNaN("standard_error"),
            Verdict = found.Verdict(),
            Reasons = found.Texts("reasons"),
            Quadratic = evidence is null ? double.NaN : new JsonFields(evidence, $"{place}: evidence.quadratic", problems).NumberOrNaN("lambda_quad"),
            SampleCount = (long)(found.Whole("n", 1, long.MaxValue) ?? 0),
            Dimension = (int)(found.Whole("dimension", 1, int.MaxValue) ?? 0),
            Data = given.Text("data") ?? "",
            Seed = found.Whole("seed", 0, ulong.MaxValue) ?? 0,
        };
        return problems.Count == 0 ? estimate : throw new InvalidInputException(string.Join("; ", problems));
    }));

    private static double Needed(JsonFields fields, string key)
    {
        if (!fields.Has(key)) fields.Report($"\"{key}\" is missing; expected the result of an estimate");
        return fields.NumberOrNaN(key);
    }

    private static string Result(string folder) => Path.Combine(folder, "result.json");
}
