namespace LambdaHat.Estimation;

/// <summary>What the Metropolis test is to a sampler.</summary>
public enum MetropolisTest
{
    /// <summary>Nothing: every transition is made.</summary>
    None,

    /// <summary>A diagnostic: every transition is made, and how probably the test would have accepted it is looked at now and then.</summary>
    Observed,

    /// <summary>It decides whether a transition is made.</summary>
    Decisive,
}

/// <summary>What holds of a sampler whatever it is run on.</summary>
/// <param name="Name">The name that options give it.</param>
public sealed record SamplerKind(string Name)
{
    /// <summary>What the Metropolis test is to it.</summary>
    public MetropolisTest Test { get; init; }

    /// <summary>The mean acceptance that its step size is adapted to where none is given; null where acceptance does not tell. 0.574 for MALA (Roberts and Rosenthal 1998), 0.92 the middle of the 0.9–0.95 advised for SGLD.</summary>
    public double? AcceptanceTarget { get; init; }

    /// <summary>The mean acceptance below which its step is too large; 0 where there is none.</summary>
    public double LeastAcceptance { get; init; }

    /// <summary>Whether its stationary law is the target's at any step size. It then looks at all samples in every transition.</summary>
    public bool IsExact { get; init; }

    /// <summary>Whether it proposes steps of a size, in a metric; those without draw from conditional laws.</summary>
    public bool HasSteps { get; init; } = true;

    /// <summary>All samplers, in the order in which they are listed.</summary>
    public static IReadOnlyList<SamplerKind> All { get; } =
    [
        new("gibbs") { IsExact = true, HasSteps = false },
        new("langevin"),
        new("sgld") { Test = MetropolisTest.Observed, AcceptanceTarget = 0.92, LeastAcceptance = 0.7 },
        new("rmsprop-sgld") { Test = MetropolisTest.Observed, AcceptanceTarget = 0.92, LeastAcceptance = 0.7 },
        new("mala") { Test = MetropolisTest.Decisive, AcceptanceTarget = 0.574, LeastAcceptance = 0.1, IsExact = true },
        new("hmc") { Test = MetropolisTest.Decisive, AcceptanceTarget = 0.7, LeastAcceptance = 0.1, IsExact = true },
        new("sgnht"),
        new("slice") { IsExact = true, HasSteps = false },
    ];

    /// <summary>The sampler of that name.</summary>
    /// <exception cref="InvalidInputException">There is none; "auto" is none before it is resolved.</exception>
    public static SamplerKind Of(string name) => All.FirstOrDefault(k => k.Name == name) ?? throw new InvalidInputException($"sampler must be one of {string.Join(", ", All.Select(k => k.Name))}, got \"{name}\"");
}
