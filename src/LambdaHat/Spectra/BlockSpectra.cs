using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>The spectra of the matrix restricted to one parameter block at a time.</summary>
internal static class BlockSpectra
{
    private const int Top = 5;

    /// <summary>From the diagonal blocks of a whole matrix in float64, row-major, which stays as it is.</summary>
    public static IReadOnlyList<BlockSpectrum> Of(SpectrumPoint point, double[] matrix)
    {
        var (blocks, d, first) = (point.Selection.Blocks, point.Dimension, 0);
        List<BlockSpectrum> spectra = [];
        foreach (var block in blocks)
        {
            var size = block.Size;
            var (part, values) = (new double[size * size], new double[size]);
            for (var i = 0; i < size; i++) matrix.AsSpan(((first + i) * d) + first, size).CopyTo(part.AsSpan(i * size));
            point.Watch.Report("blocks", (double)first / d, block.Name);
            var eigen = point.Watch.Wait(() =>
            {
                new SymmetricEigen().Values(part, size, values);
                return values;
            });
            Array.Reverse(eigen);
            var floor = HessianSpectrum.Floor(point.Options, size, SpectrumMethod.Exact);
            var cutoff = point.Options.Cutoff.Kind == CutoffKind.Eigenvalue ? point.Options.Cutoff.Value : floor;
            var (largest, counted) = (Math.Max(eigen[0], 0), new CountedSpectrum(eigen));
            spectra.Add(new(block.Name, size, counted.Above(cutoff * largest), 0, [.. eigen.Take(Top)]) { Curve = [.. HessianSpectrum.Taus(largest, floor).Select(counted.At)] });
            first += size;
        }
        return spectra;
    }

    /// <summary>Each by itself, exact where it is small enough.</summary>
    public static IReadOnlyList<BlockSpectrum> Each(SpectrumPoint point)
    {
        var options = point.Options with
        {
            Method = SpectrumMethod.Auto,
            Cutoff = point.Options.Cutoff.Kind == CutoffKind.Eigenvalue ? point.Options.Cutoff : Cutoff.Precision,
            AllEigenvalues = false,
            Projections = ProjectionMethod.None,
            Pairs = 0,
            PerBlock = false,
            Store = null,
        };
        List<BlockSpectrum> spectra = [];
        foreach (var block in point.Selection.Blocks)
        {
            var result = HessianSpectrum.Find(point.Objective, null, point.Loss, options with { Restrict = [block.Name] }, point.Team, p => point.Watch.Tell($"{block.Name}: {p.Stage}", p.Share, p.Detail), point.Watch.Cancellation);
            spectra.Add(new(block.Name, block.Size, result.Bounds.Rank, result.RankError, result.Eigenvalues.Count > 0 ? [.. result.Eigenvalues.Take(Top)] : [result.LargestEigenvalue]) { Curve = result.Curve });
        }
        return spectra;
    }
}
