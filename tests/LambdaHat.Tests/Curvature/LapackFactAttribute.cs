using LambdaHat.Lapack;

namespace LambdaHat.Tests.Curvature;

/// <summary>A test that needs the system's OpenBLAS; skipped where it is missing, unless LAMBDAHAT_REQUIRE_LAPACK is set.</summary>
internal sealed class LapackFactAttribute : FactAttribute
{
    public LapackFactAttribute()
    {
        if (LapackLibrary.Find() is null && Environment.GetEnvironmentVariable("LAMBDAHAT_REQUIRE_LAPACK") is null or "") Skip = $"OpenBLAS is not installed: package {LapackLibrary.Package}";
    }
}
