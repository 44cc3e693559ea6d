using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>
/// Texts as they were once read and found good, in <c>golden/</c>. With LAMBDAHAT_WRITE_GOLDEN=1 they are written anew instead, for a person to read again.
/// </summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(RepositoryFolder.Root, "tests", "LambdaHat.Tests", "Cli", "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("LAMBDAHAT_WRITE_GOLDEN") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
