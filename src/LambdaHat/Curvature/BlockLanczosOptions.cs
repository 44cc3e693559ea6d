using LambdaHat.Data;

namespace LambdaHat.Curvature;

/// <summary>What <see cref="BlockLanczos"/> looks for and how far it goes.</summary>
public sealed record BlockLanczosOptions
{
    /// <summary>k, the pairs wanted from the top of the spectrum; 1 or more.</summary>
    public int Wanted { get; init => field = AtLeast(value, 1, "eigenpairs wanted"); } = 1;

    /// <summary>b, the vectors of a block; 1 (plain Lanczos) or more. An eigenvalue that is repeated more often may show fewer copies. 32: products of blocks are three times as fast as single ones, larger blocks need more columns.</summary>
    public int BlockSize { get; init => field = AtLeast(value, 1, "block size"); } = 32;

    /// <summary>The most columns of the basis, rounded up to whole blocks; null for 2k + 128. Each is d float32 numbers of memory.</summary>
    public int? MaxColumns { get; init => field = value is null ? null : AtLeast(value.Value, 1, "columns of the basis"); }

    /// <summary>
    /// A pair has converged when ‖Gv − λv‖ is at most this share of max(|λ|, <see cref="Scale"/>·λ₁); in (0, 1). Float32 vectors end near 1e-7·λ₁ in a few dimensions, and lower in many, where
    /// rounding spreads: at 42,310 near 1e-6·λ and 1e-9·λ₁.
    /// </summary>
    public double Tolerance { get; init => field = value is > 0 and < 1 ? value : throw new InvalidInputException($"residual tolerance: expected a number above 0 and below 1, got {value}"); } = 1e-5;

    /// <summary>
    /// In (0, 1]. 1 measures all residuals by λ₁, less those of smaller λ by λ itself, down to this share of λ₁. In a crowded spectrum the relative error of λ is about 2·(‖Gv − λv‖/λ)².
    /// </summary>
    public double Scale { get; init => field = value is > 0 and <= 1 ? value : throw new InvalidInputException($"scale of residuals: expected a number above 0 and at most 1, got {value}"); } = 1;

    /// <summary>The seed of the random starts.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether LAPACK is used where it is installed and the projected matrix is large.</summary>
    public bool UseNativeLibrary { get; init; } = true;

    /// <summary>Keeps the state of the run, from which it goes on and ends with the same bits; null keeps none. The caller deletes it once the result is safe.</summary>
    public StateStore? Store { get; init; }

    /// <summary>The largest residual of a converged pair.</summary>
    internal double Allowed(double value, double largest) => Tolerance * Math.Max(Math.Abs(value), Scale * Math.Abs(largest));

    private static int AtLeast(int value, int least, string name) => value >= least ? value
        : throw new InvalidInputException($"{name}: expected {least} or more, got {value}");
}

/// <summary>What a run of <see cref="BlockLanczos"/> is at.</summary>
public enum BlockLanczosStage
{
    /// <summary>The basis grows.</summary>
    Search,

    /// <summary>The projected matrix is decomposed, to see what has converged: minutes from some thousand columns on.</summary>
    Check,

    /// <summary>The pairs go through the final pass.</summary>
    Refinement,
}

/// <summary>Where a run of <see cref="BlockLanczos"/> stands.</summary>
/// <param name="Columns">The columns of the basis whose products are known.</param>
/// <param name="MaxColumns">Where it ends at the latest. The work grows with the square of the columns once orthogonalisation dominates.</param>
/// <param name="Converged">The pairs from the top that had converged at the last check, by estimate.</param>
/// <param name="Wanted">k.</param>
public readonly record struct BlockLanczosProgress(int Columns, int MaxColumns, int Converged, int Wanted)
{
    /// <summary>What it is at.</summary>
    public BlockLanczosStage Stage { get; init; }

    /// <summary>The pairs that the final pass has multiplied.</summary>
    public int Refined { get; init; }
}
