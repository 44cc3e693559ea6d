using LambdaHat.Data;
namespace LambdaHat.Spectra;

/// <summary>What a spectrum is asked for.</summary>
public sealed record SpectrumOptions
{
    /// <summary>How d₁ is told.</summary>
    public Cutoff Cutoff { get; init; } = Cutoff.Precision;

    /// <summary>How the spectrum is found.</summary>
    public SpectrumMethod Method { get; init; }

    /// <summary>The Gauss–Newton matrix of the loss or its full Hessian.</summary>
    public CurvatureMatrix Matrix { get; init; }

    /// <summary>Whether the dense method finds all eigenvalues, by a reduction of 4/3·d³ operations, instead of counts alone.</summary>
    public bool AllEigenvalues { get; init; }

    /// <summary>
    /// How w* is projected on the top eigenspaces for a curve of loss and accuracy, also where the cut-off does not need it. A cut-off that needs it takes eigenvectors where there are any, the filter elsewhere.
    /// </summary>
    public ProjectionMethod Projections { get; init; }

    /// <summary>The most columns of the filter's Krylov space, d float32 numbers each; null for 600: three digits took 300 to 600 on networks of 86,197 parameters.</summary>
    public int? FilterColumns { get; init => field = value is null or > 0 ? value : throw new InvalidInputException($"filter columns must be 1 or more, got {value}"); }

    /// <summary>Whether to find the spectrum of every parameter block by itself also where it does not come with the whole matrix.</summary>
    public bool PerBlock { get; init; }

    /// <summary>The memory in bytes that a whole matrix may take; null for what is there.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>2 for bounds from the rank and exact symmetries, 4 for the fourth-order term on the kernel besides.</summary>
    public int Order { get; init => field = value is 2 or 4 ? value : throw new InvalidInputException($"order must be 2 or 4, got {value}"); } = 2;

    /// <summary>Patterns of the parameter blocks that it is about; empty for all.</summary>
    public IReadOnlyList<string> Restrict { get; init; } = [];

    /// <summary>nβ of λ_quad; null for n/ln n.</summary>
    public double? NBeta { get; init => field = value is null or > 0 && (value is null || double.IsFinite(value.Value)) ? value : throw new InvalidInputException($"nbeta must be a finite number > 0, got {value}"); }

    /// <summary>γ of λ_quad; null for 10·d/‖w*‖², that of an estimate.</summary>
    public double? Gamma { get; init => field = value is null or >= 0 && (value is null || double.IsFinite(value.Value)) ? value : throw new InvalidInputException($"gamma must be a finite number ≥ 0, got {value}"); }

    /// <summary>The most parameters whose matrix is decomposed whole, in float64: d² numbers of memory, of order d³ operations.</summary>
    public int ExactDimension { get; init; } = 5000;

    /// <summary>How many eigenpairs block Lanczos is to find from the top where the matrix is not decomposed whole; 0 for none.</summary>
    public int Pairs { get; init => field = value >= 0 ? value : throw new InvalidInputException($"pairs must be 0 or more, got {value}"); }

    /// <summary>A pair counts as found when ‖Gv − λv‖ is at most this share of λ₁.</summary>
    public double PairTolerance { get; init; } = 1e-5;

    /// <summary>The most columns of the basis, d float32 numbers each; null for four times the pairs and 256, fewer where they do not fit.</summary>
    public int? MaxColumns { get; init; }

    /// <summary>Keeps the state of the search for pairs or for all eigenvalues, of an assembly that is ended, and products that were made, all of which go on from it; null keeps none.</summary>
    public StateStore? Store { get; init; }

    /// <summary>The seed of random probes.</summary>
    public ulong Seed { get; init; }
}
