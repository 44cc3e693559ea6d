namespace LambdaHat.Tests.Data;

/// <summary>
/// A test on the real MNIST files: in the folder that LAMBDAHAT_MNIST names, or in shared/data/mnist in or beside a folder above the repository's.
/// Skipped where there are none.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MnistFactAttribute : FactAttribute
{
    public MnistFactAttribute()
    {
        if (Folder is null) Skip = "needs the MNIST files: set LAMBDAHAT_MNIST to a folder with train-images-idx3-ubyte.gz and the other three";
    }

    public static string? Folder { get; } = new[] { Environment.GetEnvironmentVariable("LAMBDAHAT_MNIST") }
        .Concat(RepositoryFolder.Ancestors().Select(folder => Path.Combine(folder, "shared", "data", "mnist")))
        .FirstOrDefault(folder => folder is not null && Directory.Exists(folder) && Directory.GetFiles(folder, "train-images-idx3-ubyte*").Length > 0);
}
