using System.Globalization;

namespace LambdaHat.Spectra;

/// <summary>
/// The bounds in force: those of the rank, made sharper by exact symmetries and, at order 4, by the fourth-order term on the kernel. With κ = d − d₁:
/// <list type="bullet">
/// <item>order 2: d₁/2 ≤ λ ≤ d₁/2 + (κ − d_flat)/4;</item>
/// <item>order 4: d₁/2 + min(κ₄, 2)/4 ≤ λ ≤ d₁/2 + κ₄/4 + (κ − d_flat − κ₄)/6, and λ = d₁/2 + κ₄/4 where the term is positive on all of the kernel but the symmetries.</item>
/// </list>
/// Proofs: docs/derivations.
/// </summary>
public sealed record SharpBounds
{
    /// <summary>2 or 4: the order whose bounds these are.</summary>
    public required int Order { get; init; }

    /// <summary>The order that was asked for.</summary>
    public int Asked { get => field == 0 ? Order : field; init; }

    /// <summary>The lower bound on λ.</summary>
    public required double Lower { get; init; }

    /// <summary>The upper bound on λ.</summary>
    public required double Upper { get; init; }

    /// <summary>d_flat and where it comes from.</summary>
    public required FlatDirections Flat { get; init; }

    /// <summary>κ₄, the directions of the kernel that are curved to fourth order; null at order 2.</summary>
    public int? Quartic { get; init; }

    /// <summary>Whether the bounds meet: λ is known, given d₁.</summary>
    public bool IsExact => Lower == Upper;

    /// <summary>Why the bounds are not those of the order that was asked for, or not sharper than the rank's; null where nothing stood in the way.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The bounds that symmetries give, of every d₁ within <paramref name="range"/> where it is not known better. A d₁ above d − d_flat, as a cut-off by projection may give, is no rank of the Hessian: the bounds then are those of the rank as it stands, with the reason not to believe them.
    /// </summary>
    public static SharpBounds SecondOrder(RankBounds bounds, FlatDirections flat, string? reason = null, RankRange? range = null)
    {
        var curved = bounds.Dimension - flat.Count;
        var contradicted = bounds.Rank > curved;
        var (least, most) = range ?? RankRange.Exactly(bounds.Rank);
        return new()
        {
            Order = 2,
            Lower = least / 2,
            Upper = contradicted ? new RankBounds(bounds.Dimension, most).Upper : (Math.Min(most, curved) + curved) / 4.0,
            Flat = flat,
            Reason = contradicted
                ? string.Create(CultureInfo.InvariantCulture, $"at most d − d_flat = {curved} directions can be curved, and d₁ = {bounds.Rank:G6} counts more: it is no rank, and bounds nothing; λ ≤ (d − d_flat)/2 = {curved / 2.0:G7} whatever d₁")
                : reason ?? flat.Problem,
        };
    }

    /// <summary>The bounds that the fourth-order term gives.</summary>
    public static SharpBounds FourthOrder(RankBounds bounds, FlatDirections flat, FourthOrderTerm term)
    {
        if (term.Problem is not null) return SecondOrder(bounds, flat, term.Problem);
        var kernel = Math.Max(bounds.Dimension - bounds.Rank - flat.Count, 0);
        var upper = bounds.Lower + (term.Quartic / 4.0) + ((kernel - term.Quartic) / 6);
        var whole = term.Definite && term.Quartic == kernel;
        return new SharpBounds
        {
            Order = 4,
            Lower = whole ? upper : bounds.Lower + (Math.Min(term.CertainlyQuartic, 2) / 4.0),
            Upper = upper,
            Flat = flat,
            Quartic = term.Quartic,
            Reason = flat.Problem,
        };
    }
}
