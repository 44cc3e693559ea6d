using LambdaHat.Data;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>
/// The second moments of a data set around a linear map M (outputs × inputs): with the residuals d = y − M·x, Σ_xx = (1/n) Σ x·xᵀ,
/// Σ_dx = (1/n) Σ d·xᵀ and (1/n) Σ ‖d‖². Residuals rather than targets, so that nothing cancels where M fits the data well.
/// </summary>
internal sealed class SecondMoments
{
    private SecondMoments(double[] inputs, double[] cross, double residual) => (Inputs, Cross, Residual) = (inputs, cross, residual);

    /// <summary>Σ_xx, inputs × inputs, row-major, exactly symmetric.</summary>
    public double[] Inputs { get; }

    /// <summary>Σ_dx, outputs × inputs, row-major.</summary>
    public double[] Cross { get; }

    /// <summary>(1/n) Σ ‖d‖².</summary>
    public double Residual { get; }

    /// <summary>
    /// One pass over the data: residuals in float32, their products exact, sums in float64. The chunks of samples are fixed and their sums are added in their order, so
    /// that the result does not depend on the number of threads in <paramref name="team"/>. <paramref name="map"/> is M, row-major; empty, the residuals are zero by definition and the targets are
    /// not looked at. <paramref name="store"/> keeps the sums.
    /// </summary>
    /// <exception cref="OperationCanceledException">The watch ended it.</exception>
    public static SecondMoments Of(DataSet data, float[] map, int outputs, WorkTeam? team, StageWatch? watch = null, StateStore? store = null)
    {
        var rows = data.InputSize + (map.Length == 0 ? 0 : outputs);
        var total = new double[checked(rows * rows)];
        var parts = new ChunkSums[Math.Min(team?.Size ?? 1, (data.Count + ChunkSums.Samples - 1) / ChunkSums.Samples)];
        for (var i = 0; i < parts.Length; i++) parts[i] = new ChunkSums(data, map, rows);
        var kept = new KeptPass(store, total);
        try
        {
            var round = new Round(parts);
            for (long start = kept.Done; start < data.Count; start += (long)parts.Length * ChunkSums.Samples)
            {
                watch?.Report("second moments", (double)start / data.Count);
                round.Start = start;
                if (team is null) round.Execute(0, 1);
                else team.Run(round);
                foreach (var part in parts) part.AddTo(total);
                kept.Reach((int)Math.Min(start + ((long)parts.Length * ChunkSums.Samples), data.Count));
            }
        }
        finally
        {
            kept.Save();
            foreach (var part in parts) part.Dispose();
        }
        watch?.Tell("second moments", 1);
        foreach (ref var sum in total.AsSpan()) sum /= data.Count;
        return Split(total, rows, data.InputSize, outputs);
    }

    private static SecondMoments Split(double[] total, int rows, int inputs, int outputs)
    {
        double[] xx = new double[inputs * inputs], dx = new double[outputs * inputs];
        var residual = 0.0;
        for (var i = 0; i < rows; i++)
        {
            total.AsSpan(i * rows, inputs).CopyTo(i < inputs ? xx.AsSpan(i * inputs) : dx.AsSpan((i - inputs) * inputs));
            if (i >= inputs) residual += total[(i * rows) + i];
        }
        return new SecondMoments(xx, dx, residual);
    }

    // Part p of a team of any size does the chunks p, p + size, … of the round.
    private sealed class Round(ChunkSums[] chunks) : ITeamWork
    {
        public long Start { get; set; }

        public void Execute(int part, int parts)
        {
            for (var i = part; i < chunks.Length; i += parts) chunks[i].Compute(Start + ((long)i * ChunkSums.Samples));
        }
    }
}
