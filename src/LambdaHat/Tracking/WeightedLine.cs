namespace LambdaHat.Tracking;

/// <summary>Weighted means and moments of points (x, y), from which the best constant and the best line follow; updated one point at a time about the running mean, so that nothing cancels.</summary>
internal struct WeightedLine
{
    private double _weight, _x, _y, _xx, _xy, _yy;

    /// <summary>Adds a point of weight 1/s².</summary>
    public void Add(CurvePoint point)
    {
        var weight = 1 / (point.Error * point.Error);
        _weight += weight;
        var (dx, dy) = (point.X - _x, point.Y - _y);
        _x += weight / _weight * dx;
        _y += weight / _weight * dy;
        _xx += weight * dx * (point.X - _x);
        _xy += weight * dx * (point.Y - _y);
        _yy += weight * dy * (point.Y - _y);
    }

    /// <summary>χ² of the best constant, or of the best line.</summary>
    public readonly double ChiSquared(bool sloped) => Math.Max(sloped ? _yy - (_xy / _xx * _xy) : _yy, 0);

    /// <summary>The fitted value at <paramref name="x"/> and its variance.</summary>
    public readonly (double Value, double Variance) At(double x, bool sloped) => sloped
        ? (_y + (_xy / _xx * (x - _x)), (1 / _weight) + ((x - _x) * (x - _x) / _xx))
        : (_y, 1 / _weight);

    /// <summary>ln of the likelihood of the points, constant or line integrated out under a flat prior, up to what depends on the points alone: −χ²/2 − ½ ln det of the normal equations.</summary>
    public readonly double LogEvidence(bool sloped) => -0.5 * (ChiSquared(sloped) + Math.Log(sloped ? _weight * _xx : _weight));
}
