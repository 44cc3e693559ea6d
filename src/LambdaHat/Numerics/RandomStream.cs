using System.Runtime.Intrinsics;

namespace LambdaHat.Numerics;

/// <summary>
/// What a random number is for. Streams for different purposes never share a counter.
/// </summary>
public enum RandomPurpose : uint
{
    /// <summary>Langevin noise.</summary>
    Noise = 0,

    /// <summary>Minibatch indices.</summary>
    Minibatch = 1,

    /// <summary>Initial parameters and synthetic networks.</summary>
    Initialisation = 2,

    /// <summary>Synthetic data.</summary>
    Data = 3,

    /// <summary>Probes and directions of diagnostics.</summary>
    Probe = 4,

    /// <summary>The order of the samples in an epoch of training.</summary>
    Shuffle = 5,

    /// <summary>Velocities of kinetic samplers.</summary>
    Velocity = 6,

    /// <summary>The decisions of Metropolis tests, and trajectory lengths.</summary>
    Decision = 7,
}

/// <summary>
/// Random words addressed by (seed, purpose, chain, step, position): the key is the seed, the counter is
/// (position / 4, chain and purpose, step). Nothing is stored, so nothing depends on the order of calls or the number of threads.
/// </summary>
public readonly record struct RandomStream(ulong Seed, RandomPurpose Purpose, int Chain, long Step)
{
    /// <summary>Chains per purpose that have streams of their own.</summary>
    public const int MaxChains = 1 << 24;

    internal uint Key0 => (uint)Seed;

    internal uint Key1 => (uint)(Seed >> 32);

    internal uint Counter1 => ((uint)Purpose << 24) | (uint)Chain;

    internal uint Counter2 => (uint)Step;

    internal uint Counter3 => (uint)(Step >> 32);

    /// <summary>
    /// The 64 words of group <paramref name="group"/>: lane i of r_k is word k of counter 16·group + i.
    /// </summary>
    internal void Words(uint group, out Vector512<uint> r0, out Vector512<uint> r1, out Vector512<uint> r2, out Vector512<uint> r3) =>
        Philox.Generate16(group, Counter1, Counter2, Counter3, Key0, Key1, out r0, out r1, out r2, out r3);

    /// <summary>Fills <paramref name="words"/> with random 32-bit words.</summary>
    public void Fill(Span<uint> words)
    {
        Span<uint> block = stackalloc uint[64];
        for (uint group = 0; group * 64 < words.Length; group++)
        {
            var rest = words[(int)(group * 64)..];
            var target = rest.Length >= 64 ? rest : block;
            Words(group, out var r0, out var r1, out var r2, out var r3);
            r0.CopyTo(target);
            r1.CopyTo(target[16..]);
            r2.CopyTo(target[32..]);
            r3.CopyTo(target[48..]);
            if (rest.Length < 64) block[..rest.Length].CopyTo(rest);
        }
    }

    /// <summary>Fills <paramref name="values"/> with uniform numbers in [0, 1), multiples of 2⁻²⁴.</summary>
    public void FillUniform(Span<float> values)
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<float, uint>(values);
        Fill(words);
        for (var i = 0; i < values.Length; i++) values[i] = (words[i] >> 8) * (1f / (1 << 24));
    }

    /// <summary>
    /// Fills <paramref name="indices"/> with independent uniform indices in [0, count), a minibatch. The probabilities of any two
    /// indices differ by a factor of at most 1 + count·2⁻³².
    /// </summary>
    public void FillIndices(Span<int> indices, int count)
    {
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<int, uint>(indices);
        Fill(words);
        for (var i = 0; i < indices.Length; i++) indices[i] = (int)(((ulong)words[i] * (uint)count) >> 32);
    }
}
