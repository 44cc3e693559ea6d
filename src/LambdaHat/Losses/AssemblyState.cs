namespace LambdaHat.Losses;

/// <summary>Where an assembly stands that is made in parts.</summary>
internal sealed class AssemblyState
{
    /// <summary>The samples whose part the rows hold.</summary>
    public int Samples { get; set; }
}
