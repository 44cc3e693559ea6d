using System.Globalization;

namespace LambdaHat.Spectra;

/// <summary>How d₁ is told from a spectrum without a gap.</summary>
public enum CutoffKind
{
    /// <summary>Eigenvalues above the rounding of the arithmetic, relative to the largest.</summary>
    Precision,

    /// <summary>Eigenvalues above a share of the largest.</summary>
    Eigenvalue,

    /// <summary>The fewest top eigenvectors on whose span the projected w* keeps a share of the accuracy on the training data.</summary>
    Accuracy,

    /// <summary>The fewest top eigenvectors on whose span the projected w* has at most this loss.</summary>
    Loss,
}

/// <summary>A cut-off: its kind, and the number that belongs to it.</summary>
/// <param name="Kind">How.</param>
/// <param name="Value">The share or the loss; NaN for <see cref="CutoffKind.Precision"/> until it is resolved.</param>
public sealed record Cutoff(CutoffKind Kind, double Value)
{
    /// <summary>Above rounding.</summary>
    public static Cutoff Precision { get; } = new(CutoffKind.Precision, double.NaN);

    /// <summary>The name of the kind in options and JSON.</summary>
    public string Name => Kind.ToString().ToLowerInvariant();

    /// <summary>Whether w* has to be projected to find it.</summary>
    public bool Projects => Kind is CutoffKind.Accuracy or CutoffKind.Loss;

    /// <summary>Reads <c>precision</c>, <c>eigenvalue=1e-6</c>, <c>accuracy=0.995</c> or <c>loss=0.011</c>.</summary>
    /// <exception cref="InvalidInputException">The text is none of these, or its number is out of range.</exception>
    public static Cutoff Parse(string text)
    {
        var parts = text.Split('=', 2);
        if (text == "precision") return Precision;
        if (parts.Length == 2 && Enum.TryParse<CutoffKind>(parts[0], ignoreCase: true, out var kind) && kind != CutoffKind.Precision && parts[0].All(char.IsAsciiLetterLower)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            var legal = kind switch
            {
                CutoffKind.Eigenvalue => value is >= 0 and < 1,
                CutoffKind.Accuracy => value is > 0 and <= 1,
                _ => value >= 0 && double.IsFinite(value),
            };
            if (legal) return new(kind, value);
            throw new InvalidInputException($"{parts[0]}: expected {kind switch { CutoffKind.Eigenvalue => "a share of the largest eigenvalue from 0 to below 1", CutoffKind.Accuracy => "a share of the accuracy above 0, up to 1", _ => "a finite loss of 0 or more" }}, got {parts[1]}");
        }
        throw new InvalidInputException($"expected precision, eigenvalue=SHARE, accuracy=SHARE or loss=VALUE, got {NearestName.Quote(text)}");
    }
}
