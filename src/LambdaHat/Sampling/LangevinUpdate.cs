using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LambdaHat.Numerics;

namespace LambdaHat.Sampling;

/// <summary>
/// w' = w − drift·g − pull·(w − w*) + noise·ξ over a range of the flat vector, ξ standard normal: one pass over w, w* and g that
/// makes its noise in registers. The noise of a coordinate depends on (seed, chain, step, its index) only.
/// </summary>
public readonly record struct LangevinUpdate(float Drift, float Pull, float Noise)
{
    /// <summary>
    /// The SGLD step of size ε with preconditioner value P at inverse temperature nβ and localisation γ:
    /// drift = (ε/2)·P·nβ, pull = (ε/2)·P·γ, noise = √(ε·P).
    /// </summary>
    public static LangevinUpdate Sgld(double stepSize, double preconditioner, double nBeta, double gamma) => new(
        (float)(stepSize / 2 * preconditioner * nBeta),
        (float)(stepSize / 2 * preconditioner * gamma),
        (float)Math.Sqrt(stepSize * preconditioner));

    /// <summary>
    /// Applies the update to the positions [start, end) of whole-length vectors. <paramref name="result"/> may be <paramref name="w"/> itself.
    /// </summary>
    public void Apply(ReadOnlySpan<float> w, ReadOnlySpan<float> center, ReadOnlySpan<float> gradient, Span<float> result, int start, int end, in RandomStream stream)
    {
        const int size = GaussianNoise.GroupSize;
        var firstWhole = Math.Min((start + size - 1) / size, int.MaxValue / size);
        var lastWhole = Math.Max(end / size, firstWhole);
        ApplyPart(w, center, gradient, result, start, Math.Min(end, firstWhole * size), stream);
        ref var pw = ref MemoryMarshal.GetReference(w);
        ref var pc = ref MemoryMarshal.GetReference(center);
        ref var pg = ref MemoryMarshal.GetReference(gradient);
        ref var pr = ref MemoryMarshal.GetReference(result);
        for (var group = firstWhole; group < lastWhole; group++)
        {
            GaussianNoise.Group(stream, (uint)group, out var z0, out var z1, out var z2, out var z3);
            var i = (nuint)(group * size);
            Move(ref pw, ref pc, ref pg, ref pr, i, z0);
            Move(ref pw, ref pc, ref pg, ref pr, i + 16, z1);
            Move(ref pw, ref pc, ref pg, ref pr, i + 32, z2);
            Move(ref pw, ref pc, ref pg, ref pr, i + 48, z3);
        }
        ApplyPart(w, center, gradient, result, lastWhole * size, end, stream);
    }

    private void Move(ref float w, ref float center, ref float gradient, ref float result, nuint i, Vector512<float> z)
    {
        var here = Vector512.LoadUnsafe(ref w, i);
        var away = here - Vector512.LoadUnsafe(ref center, i);
        var moved = Vector512.FusedMultiplyAdd(Vector512.Create(-Drift), Vector512.LoadUnsafe(ref gradient, i), here);
        moved = Vector512.FusedMultiplyAdd(Vector512.Create(-Pull), away, moved);
        Vector512.FusedMultiplyAdd(Vector512.Create(Noise), z, moved).StoreUnsafe(ref result, i);
    }

    // Positions that do not fill a group; none when start ≥ end.
    private void ApplyPart(ReadOnlySpan<float> w, ReadOnlySpan<float> center, ReadOnlySpan<float> gradient, Span<float> result, int start, int end, in RandomStream stream)
    {
        Span<float> z = stackalloc float[GaussianNoise.GroupSize];
        var made = -1;
        for (var i = start; i < end; i++)
        {
            if (i / GaussianNoise.GroupSize != made) GaussianNoise.FillGroup(stream, (uint)(made = i / GaussianNoise.GroupSize), z);
            var moved = MathF.FusedMultiplyAdd(-Drift, gradient[i], w[i]);
            moved = MathF.FusedMultiplyAdd(-Pull, w[i] - center[i], moved);
            result[i] = MathF.FusedMultiplyAdd(Noise, z[i % GaussianNoise.GroupSize], moved);
        }
    }
}
