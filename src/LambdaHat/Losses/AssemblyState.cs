namespace LambdaHat.Losses;

/// <summary>Where an assembly stands that is made in parts.</summary>
internal sealed class AssemblyState
{
    /// <summary>The samples whose part the rows hold.</summary>
    public int Samples { get; set; }

    /// <summary>Whether they hold nothing else: no part is being added.</summary>
    public bool IsWhole { get; set; } = true;
}
