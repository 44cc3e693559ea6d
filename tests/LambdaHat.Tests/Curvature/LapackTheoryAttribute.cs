namespace LambdaHat.Tests.Curvature;

/// <summary>The same for several cases.</summary>
internal sealed class LapackTheoryAttribute : TheoryAttribute
{
    public LapackTheoryAttribute() => Skip = new LapackFactAttribute().Skip;
}
