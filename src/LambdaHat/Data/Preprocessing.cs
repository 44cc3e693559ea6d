using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;

namespace LambdaHat.Data;

/// <summary>
/// What is done to every input before a network sees it: x ← (x·<see cref="Scale"/> − <see cref="Mean"/>) / <see cref="StandardDeviation"/>,
/// computed in float64 and rounded once. Inputs of more than one dimension (images) are flattened row-major. Stored with a network, so that
/// the data it is measured on are the data it was trained on.
/// </summary>
public sealed record Preprocessing
{
    /// <summary>Inputs as they are in the file.</summary>
    public static Preprocessing None { get; } = new();

    /// <summary>Pixels 0 to 255 to [0, 1], as torchvision's <c>ToTensor</c> does.</summary>
    public static Preprocessing Pixels { get; } = new() { Scale = 1.0 / 255 };

    /// <summary>The factor; finite and not zero. Default 1.</summary>
    public double Scale
    {
        get;
        init => field = double.IsFinite(value) && value != 0 ? value : throw new InvalidInputException($"scale: expected a finite number other than 0, got {value}");
    } = 1;

    /// <summary>What is subtracted after scaling: one number, or one for each feature. Default 0.</summary>
    public double[] Mean
    {
        get;
        init => field = value.Length > 0 && value.All(double.IsFinite) ? value : throw new InvalidInputException($"mean: expected finite numbers, got {Text(value)}");
    } = [0];

    /// <summary>What the difference is divided by: one positive number, or one for each feature. Default 1.</summary>
    public double[] StandardDeviation
    {
        get;
        init => field = value.Length > 0 && value.All(s => double.IsFinite(s) && s > 0) ? value : throw new InvalidInputException($"std: expected finite numbers above 0, got {Text(value)}");
    } = [1];

    /// <summary>
    /// Reads <c>none</c>, <c>pixels</c> (scale 1/255), or settings joined by commas, such as <c>scale=1/255,mean=0.1307,std=0.3081</c>; a number may be a quotient.
    /// </summary>
    /// <exception cref="InvalidInputException">A key is unknown or a number out of range.</exception>
    public static Preprocessing Parse(string text)
    {
        if (text == "none") return None;
        if (text == "pixels") return Pixels;
        var result = None;
        foreach (var part in text.Split(','))
        {
            var (key, number) = part.Split('=', 2) is [var k, var v] ? (k.Trim(), Quotient(v)) : (part, null);
            result = (key, number) switch
            {
                ("scale", { } value) => result with { Scale = value },
                ("mean", { } value) => result with { Mean = [value] },
                ("std", { } value) => result with { StandardDeviation = [value] },
                _ => throw new InvalidInputException($"preprocessing {NearestName.Quote(text)}: expected none, pixels, or scale=NUMBER, mean=NUMBER, std=NUMBER joined by commas, got {NearestName.Quote(part)}"),
            };
        }
        return result;
    }

    /// <summary>
    /// This scale with the mean and (population) standard deviation of the scaled <paramref name="inputs"/>, sample-major with
    /// <paramref name="inputSize"/> numbers a sample: over all numbers, or for each feature. A deviation of 0 becomes 1.
    /// </summary>
    public Preprocessing Fit(ReadOnlySpan<float> inputs, int inputSize, bool perFeature)
    {
        var groups = perFeature ? inputSize : 1;
        double[] shift = new double[groups], mean = new double[groups], deviation = new double[groups];
        var share = groups / (double)inputs.Length;
        // Counted from the first number, so that a feature that never changes has a deviation of exactly 0.
        for (var g = 0; g < groups; g++) shift[g] = inputs[g] * Scale;
        for (var first = 0; first < inputs.Length; first += groups)
        {
            for (var g = 0; g < groups; g++) mean[g] += ((inputs[first + g] * Scale) - shift[g]) * share;
        }
        for (var first = 0; first < inputs.Length; first += groups)
        {
            for (var g = 0; g < groups; g++)
            {
                var difference = (inputs[first + g] * Scale) - shift[g] - mean[g];
                deviation[g] += difference * difference * share;
            }
        }
        for (var g = 0; g < groups; g++)
        {
            mean[g] += shift[g];
            deviation[g] = deviation[g] > 0 ? Math.Sqrt(deviation[g]) : 1;
        }
        return this with { Mean = mean, StandardDeviation = deviation };
    }

    /// <summary>Transforms <paramref name="inputs"/>, sample-major with <paramref name="inputSize"/> numbers a sample.</summary>
    /// <exception cref="InvalidInputException">The mean or standard deviation is for another number of features.</exception>
    public void Apply(Span<float> inputs, int inputSize)
    {
        if (Equals(None)) return;
        foreach (var (name, numbers) in new[] { ("mean", Mean), ("std", StandardDeviation) })
        {
            if (numbers.Length != 1 && numbers.Length != inputSize)
                throw new InvalidInputException($"preprocessing: {name} has {numbers.Length} numbers; expected 1 or {inputSize}, one for each feature");
        }
        var row = new double[inputSize];
        double[] mean = PerFeature(Mean, inputSize), deviation = PerFeature(StandardDeviation, inputSize);
        for (var first = 0; first < inputs.Length; first += inputSize)
        {
            var sample = inputs.Slice(first, inputSize);
            TensorPrimitives.ConvertTruncating<float, double>(sample, row);
            TensorPrimitives.Multiply(row, Scale, row);
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.Divide(row, deviation, row);
            TensorPrimitives.ConvertTruncating<double, float>(row, sample);
        }

        static double[] PerFeature(double[] numbers, int inputSize)
        {
            if (numbers.Length == inputSize) return numbers;
            var repeated = new double[inputSize];
            Array.Fill(repeated, numbers[0]);
            return repeated;
        }
    }

    /// <summary>The object stored in <c>config.json</c>.</summary>
    public JsonObject ToJson() => new() { ["scale"] = Scale, ["mean"] = Json(Mean), ["std"] = Json(StandardDeviation) };

    internal static Preprocessing FromJson(JsonFields fields)
    {
        fields.AllowOnly("scale", "mean", "std");
        try
        {
            return new Preprocessing { Scale = fields.Number("scale") ?? 1, Mean = fields.Numbers("mean") ?? [0], StandardDeviation = fields.Numbers("std") ?? [1] };
        }
        catch (InvalidInputException failure)
        {
            fields.Report(failure.Message);
            return None;
        }
    }

    /// <summary>Equal numbers.</summary>
    public bool Equals(Preprocessing? other) => other is not null && Scale == other.Scale
        && Mean.AsSpan().SequenceEqual(other.Mean) && StandardDeviation.AsSpan().SequenceEqual(other.StandardDeviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scale, Mean[0], StandardDeviation[0]);

    private static JsonNode Json(double[] numbers) => numbers.Length == 1 ? numbers[0] : new JsonArray([.. numbers.Select(n => (JsonNode)n)]);

    private static string Text(double[] numbers) => numbers.Length == 0 ? "nothing" : string.Join(", ", numbers.Take(5).Select(n => n.ToString(CultureInfo.InvariantCulture)));

    private static double? Quotient(string text)
    {
        var parts = text.Split('/', 2);
        if (!double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return null;
        if (parts.Length == 1) return number;
        return double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var divisor) ? number / divisor : null;
    }
}
