namespace LambdaHat.Tracking;

/// <summary>One point of a curve: its place, its value and the standard error of that.</summary>
public readonly record struct CurvePoint(double X, double Y, double Error);

/// <summary>A stretch of a curve that one constant or one line describes: the indices of its first and last point, whether it slopes, and the fitted value at both ends with its standard error.</summary>
public sealed record CurveSegment(int First, int Last, bool Sloped, double From, double To, double FromError, double ToError);

/// <summary>
/// Where one segment ends and the next begins: the index of the first point after it, the indices between which that lies with a probability of 90 %, and the step of the two fits half-way between the points at its
/// sides, with its standard error.
/// </summary>
public sealed record ChangePoint(int Index, int Earliest, int Latest, double Jump, double JumpError);

/// <summary>
/// The segments of a curve whose points have independent normal errors of known size. Every segment is a constant or, where that gains enough, a line; between segments the curve may jump. Of all such curves
/// (any number of segments anywhere) the one is found that minimises
/// <code>
///     χ² + C·(changes + slopes)
/// </code>
/// exactly, by dynamic programming over the last segment (Jackson et al. 2005), in m² steps; C is that of <see cref="ChangePenalty"/>. A constant takes one point at least, a line three.
/// </summary>
public sealed class ChangePoints
{
    /// <summary>The probability of the interval of a location.</summary>
    public const double Credibility = 0.9;

    private const int LeastSloped = 3;
    private readonly IReadOnlyList<CurvePoint> _points;

    private ChangePoints(IReadOnlyList<CurvePoint> points, double penalty)
    {
        (_points, Penalty) = (points, penalty);
        var bounds = Best(penalty);
        Segments = [.. bounds.Select(b => Segment(b.Start, b.End, b.Sloped))];
        Changes = [.. Segments.Skip(1).Select((right, i) => Change(Segments[i], right))];
    }

    /// <summary>The segments in order; none without points.</summary>
    public IReadOnlyList<CurveSegment> Segments { get; }

    /// <summary>The changes between neighbouring segments.</summary>
    public IReadOnlyList<ChangePoint> Changes { get; }

    /// <summary>C, what a change or a slope had to gain in χ².</summary>
    public double Penalty { get; }

    /// <summary>Finds the segments of a curve; <paramref name="falseAlarms"/> bounds the probability that a flat one shows a change or a slope.</summary>
    /// <param name="points">The points, x ascending, errors positive, everything finite.</param>
    /// <param name="falseAlarms">In (0, 1).</param>
    /// <exception cref="ArgumentException">The points are not as expected.</exception>
    public static ChangePoints Of(IReadOnlyList<CurvePoint> points, double falseAlarms = 0.05)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (!(double.IsFinite(points[i].X) && double.IsFinite(points[i].Y) && points[i].Error > 0 && double.IsFinite(points[i].Error)) || (i > 0 && points[i].X <= points[i - 1].X))
                throw new ArgumentException($"expected finite points with x ascending and errors > 0, got {points[i]} at {i}", nameof(points));
        }
        return new(points, ChangePenalty.Of(points.Count, falseAlarms));
    }

    private List<(int Start, int End, bool Sloped)> Best(double penalty)
    {
        var m = _points.Count;
        // cost[t]: the least of the first t points; (start, sloped)[t]: the last segment of the curve that has it.
        var cost = new double[m + 1];
        var last = new (int Start, bool Sloped)[m + 1];
        Array.Fill(cost, double.PositiveInfinity, 1, m);
        for (var start = 0; start < m; start++)
        {
            var before = cost[start] + (start > 0 ? penalty : 0);
            var fit = default(WeightedLine);
            for (var end = start + 1; end <= m; end++)
            {
                fit.Add(_points[end - 1]);
                Try(end, before + fit.ChiSquared(false), start, false);
                if (end - start >= LeastSloped) Try(end, before + fit.ChiSquared(true) + penalty, start, true);
            }
        }
        var segments = new List<(int, int, bool)>();
        for (var end = m; end > 0; end = last[end].Start) segments.Add((last[end].Start, end, last[end].Sloped));
        segments.Reverse();
        return segments;

        void Try(int end, double value, int start, bool sloped)
        {
            if (value < cost[end]) (cost[end], last[end]) = (value, (start, sloped));
        }
    }

    private CurveSegment Segment(int start, int end, bool sloped)
    {
        var fit = Fit(start, end);
        var (from, to) = (fit.At(_points[start].X, sloped), fit.At(_points[end - 1].X, sloped));
        return new(start, end - 1, sloped, from.Value, to.Value, Math.Sqrt(from.Variance), Math.Sqrt(to.Variance));
    }

    private ChangePoint Change(CurveSegment left, CurveSegment right)
    {
        var weights = Posterior(left, right);
        var (first, index) = (left.First + 1, right.First);
        // The shortest window of the posterior with enough weight that holds the best place.
        var (earliest, latest) = (first, first + weights.Length - 1);
        for (var from = first; from <= index; from++)
        {
            double weight = 0;
            for (var to = from; to < first + weights.Length && to - from < latest - earliest; to++)
            {
                weight += weights[to - first];
                if (weight >= Credibility && to >= index) (earliest, latest) = (from, to);
            }
        }
        var middle = (_points[index - 1].X + _points[index].X) / 2;
        var (before, after) = (Fit(left.First, index).At(middle, left.Sloped), Fit(index, right.Last + 1).At(middle, right.Sloped));
        return new(index, earliest, latest, after.Value - before.Value, Math.Sqrt(before.Variance + after.Variance));
    }

    // The posterior over the first point of the right segment, the outer ends and the kinds of both segments given, every place as likely before; entry 0 is the second point of the left one.
    private double[] Posterior(CurveSegment left, CurveSegment right)
    {
        var count = right.Last - left.First;
        var log = new double[count];
        var (fore, back) = (default(WeightedLine), default(WeightedLine));
        for (var i = 0; i < count; i++)
        {
            fore.Add(_points[left.First + i]);
            log[i] += left.Sloped && i + 1 < LeastSloped ? double.NegativeInfinity : fore.LogEvidence(left.Sloped);
            back.Add(_points[right.Last - i]);
            log[count - 1 - i] += right.Sloped && i + 1 < LeastSloped ? double.NegativeInfinity : back.LogEvidence(right.Sloped);
        }
        var greatest = log.Max();
        var weights = Array.ConvertAll(log, l => Math.Exp(l - greatest));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private WeightedLine Fit(int start, int end)
    {
        var fit = default(WeightedLine);
        for (var i = start; i < end; i++) fit.Add(_points[i]);
        return fit;
    }
}
