namespace LambdaHat.Tests.Data;

/// <summary>Finds files of the repository from the folder that the tests run in.</summary>
public static class RepositoryFolder
{
    public static string Root { get; } = Ancestors().First(folder => File.Exists(Path.Combine(folder, "LambdaHat.slnx")));

    public static string Fixture(params string[] parts) => Path.Combine([Root, "tests", "LambdaHat.Tests", "Fixtures", .. parts]);

    public static IEnumerable<string> Ancestors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent) yield return folder.FullName;
    }
}
