using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LambdaHat.Numerics;

/// <summary>The register widths that the kernels are written for.</summary>
internal static class RegisterWidth
{
    /// <summary>The widest that this processor has, in bits.</summary>
    public static int Widest => Supports(512) ? 512 : Supports(256) ? 256 : 128;

    /// <summary>Whether this processor runs kernels of that width at speed.</summary>
    public static bool Supports(int bits) => bits switch
    {
        512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        256 => Vector256.IsHardwareAccelerated && Avx.IsSupported,
        _ => bits == 128,
    };

    /// <summary><paramref name="bits"/>, or the widest for 0.</summary>
    public static int Resolve(int bits) =>
        bits == 0 ? Widest
        : Supports(bits) ? bits
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, "expected a register width of this processor: 128, 256, 512, or 0 for the widest");
}
