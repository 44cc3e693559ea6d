using LambdaHat.Estimation;

namespace LambdaHat.Tracking;

/// <summary>What a curve does in words.</summary>
internal static class TrackFindings
{
    public static IReadOnlyList<string> Of(TrackResult result) =>
    [
        .. Segments(result),
        .. Verdicts(result),
    ];

    private static IEnumerable<string> Segments(TrackResult result)
    {
        if (result.Segments.Count == 0) yield return $"{result.Curve.Count} of {result.Points.Count} checkpoints converged: too few to look for changes";
        for (var i = 0; i < result.Segments.Count; i++)
        {
            var segment = result.Segments[i];
            if (i > 0)
            {
                var change = result.Changes[i - 1];
                yield return $"between steps {change.After} and {change.Before} λ̂ changes, by {(change.Jump < 0 ? '−' : '+')}{Math.Abs(change.Jump):G3} ± {change.JumpError:G2} there (90 %: between steps {change.Earliest} and {change.Latest})";
            }
            var where = segment.Points == 1 ? $"at step {segment.FirstStep}" : $"from step {segment.FirstStep} to {segment.LastStep}";
            yield return segment.Sloped
                ? $"{where} λ̂ {(segment.To > segment.From ? "rises" : "falls")} from {segment.From:G4} ± {segment.FromError:G2} to {segment.To:G4} ± {segment.ToError:G2} ({segment.Points} points)"
                : $"{where} λ̂ is {segment.From:G4} ± {segment.FromError:G2} ({segment.Points} point{(segment.Points == 1 ? "" : "s")})";
        }
        if (result.Segments.Count > 2 && 3 * result.Segments.Count > result.Curve.Count)
            yield return "λ̂ moves by more than its error at most checkpoints: they are too far apart, or too well measured, for stages to show";
    }

    private static IEnumerable<string> Verdicts(TrackResult result)
    {
        if (result.Segments.Count > 0 && result.Curve.Count < result.Points.Count)
            yield return $"{result.Curve.Count} of {result.Points.Count} checkpoints converged; the others are left out where changes are looked for";
        var off = result.Points.Count(p => p.Verdict == Verdict.NotAMinimum);
        if (off > 0)
            yield return $"{off} of {result.Points.Count} checkpoints {(off == 1 ? "is no minimum" : "are no minima")} of this loss, where λ̂ is no learning coefficient; the behavioural loss (--loss behavioural), of which every checkpoint is a minimum, is advised";
    }
}
