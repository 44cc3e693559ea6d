using LambdaHat.Estimation;

namespace LambdaHat.Tracking;

/// <summary>The curve λ̂(checkpoint) as far as it was measured and, once it is complete, its segments and the changes between them.</summary>
public sealed record TrackResult
{
    // Fewer points make no curve.
    private const int LeastPoints = 3;

    /// <summary>The result of a series and the points that were measured of it, in any order; points of other checkpoints are left out.</summary>
    public TrackResult(IReadOnlyList<SeriesCheckpoint> checkpoints, IEnumerable<TrackPoint> points, double falseAlarms)
    {
        Checkpoints = checkpoints;
        var found = points.GroupBy(p => p.Name).ToDictionary(same => same.Key, same => same.Last());
        Points = [.. checkpoints.Select(c => found.GetValueOrDefault(c.Name)).OfType<TrackPoint>()];
        IsLogarithmic = checkpoints.Count > 0 && checkpoints[0].Step > 0 && checkpoints[checkpoints.Count / 2].Step < checkpoints[0].Step + ((checkpoints[^1].Step - checkpoints[0].Step) / 4.0);
        if (!IsComplete) return;
        Curve = [.. Points.Where(p => p.IsBelieved)];
        if (Curve.Count >= LeastPoints)
        {
            var changes = ChangePoints.Of([.. Curve.Select(p => new CurvePoint(Place(p.Step), p.LambdaHat, p.StandardError))], falseAlarms);
            (Segments, Changes, Penalty) = ([.. changes.Segments.Select(Stage)], [.. changes.Changes.Select(Change)], changes.Penalty);
        }
        Findings = TrackFindings.Of(this);
    }

    /// <summary>The checkpoints of the series, in order.</summary>
    public IReadOnlyList<SeriesCheckpoint> Checkpoints { get; }

    /// <summary>The points that were measured, in the order of the series.</summary>
    public IReadOnlyList<TrackPoint> Points { get; }

    /// <summary>Whether every checkpoint was measured.</summary>
    public bool IsComplete => Points.Count == Checkpoints.Count;

    /// <summary>Whether places on the curve are logarithms of the step: where the first half of the checkpoints lies in the first quarter of the steps, and none is at step 0. Lines are straight in these places.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>The points in which changes are looked for: those that converged.</summary>
    public IReadOnlyList<TrackPoint> Curve { get; } = [];

    /// <summary>The segments of the curve; none before it is complete, or where fewer than three points converged.</summary>
    public IReadOnlyList<TrackSegment> Segments { get; } = [];

    /// <summary>The changes between segments.</summary>
    public IReadOnlyList<TrackChange> Changes { get; } = [];

    /// <summary>What a change or a slope had to gain in χ²; NaN without segments.</summary>
    public double Penalty { get; } = double.NaN;

    /// <summary>What the curve does, in words; none before it is complete.</summary>
    public IReadOnlyList<string> Findings { get; } = [];

    /// <summary>The place of a step on the curve: the step or its log₁₀.</summary>
    public double Place(long step) => IsLogarithmic ? Math.Log10(step) : step;

    private TrackSegment Stage(CurveSegment s) =>
        new(Curve[s.First].Step, Curve[s.Last].Step, s.Last - s.First + 1, s.Sloped, s.From, s.To, s.FromError, s.ToError);

    private TrackChange Change(ChangePoint c) =>
        new(Curve[c.Index - 1].Step, Curve[c.Index].Step, Curve[c.Earliest - 1].Step, Curve[c.Latest].Step, c.Jump, c.JumpError);
}

/// <summary>A stretch of training over which λ̂ is constant or moves along a line: its first and last step, its points, whether it slopes, and the fitted λ̂ at both ends with its standard error.</summary>
public sealed record TrackSegment(long FirstStep, long LastStep, int Points, bool Sloped, double From, double To, double FromError, double ToError);

/// <summary>A change of λ̂ between two neighbouring steps of the curve; the steps between which it lies with a probability of 90 %; and the jump of the fits half-way between the first two, with its standard error.</summary>
public sealed record TrackChange(long After, long Before, long Earliest, long Latest, double Jump, double JumpError);
