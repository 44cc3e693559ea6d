using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>Reading back the JSON files that runs leave.</summary>
internal static class SavedJson
{
    /// <summary>The longest file that is read.</summary>
    public const int MaxBytes = 1 << 26;

    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads the object in a file and hands it on with the file's name.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or is no JSON object.</exception>
    public static T Read<T>(string path, Func<JsonObject, string, T> use) => InputFile.Read(path, (stream, place) =>
    {
        if (stream.Length > MaxBytes) throw new InvalidInputException($"{place}: {stream.Length} bytes; expected at most {MaxBytes}");
        try
        {
            return use(JsonNode.Parse(stream, documentOptions: s_options) as JsonObject ?? throw new InvalidInputException($"{place}: expected a JSON object"), place);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new InvalidInputException($"{place}: not valid JSON: {failure.Message}", failure);
        }
    });

    /// <summary>The date under the key; a problem where there is none.</summary>
    public static DateTimeOffset Date(this JsonFields fields, string key)
    {
        if (!DateTimeOffset.TryParse(fields.Text(key), CultureInfo.InvariantCulture, out var date)) fields.Report($"\"{key}\" must be a date");
        return date;
    }

    /// <summary>The verdict of a point; a problem where it has none.</summary>
    public static Verdict Verdict(this JsonFields fields)
    {
        var name = fields.Text("verdict");
        Verdict? verdict = Enum.GetValues<Verdict>().Cast<Verdict?>().FirstOrDefault(v => v!.Value.Name() == name);
        if (verdict is null) fields.Report($"unknown verdict {NearestName.Quote(name ?? "")}");
        return verdict ?? Estimation.Verdict.Diverged;
    }

    /// <summary>The number under the key; NaN where there is none.</summary>
    public static double NumberOrNaN(this JsonFields fields, string key) => fields.Number(key) ?? double.NaN;

    /// <summary>The texts of an array; none where it is absent.</summary>
    public static IReadOnlyList<string> Texts(this JsonFields fields, string key) => [.. (fields.Array(key) ?? []).Select(r => r?.ToString() ?? "")];
}
