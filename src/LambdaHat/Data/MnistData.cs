namespace LambdaHat.Data;

/// <summary><c>mnist:DIR</c>: the four IDX files of MNIST (or of a data set in its form), plain or gzip; labels as numbers.</summary>
internal static class MnistData
{
    public static DataScheme Scheme { get; } = new("mnist", "folder", [], "mnist:DIR, a folder with train-images-idx3-ubyte or train-images-idx3-ubyte.gz", Load)
    {
        Preprocessing = Preprocessing.Pixels,
    };

    private static SampleArrays Load(DataSpec spec, LinearTeacher? teacher)
    {
        var testImages = Find(spec.Location, "t10k-images", 3);
        var testLabels = Find(spec.Location, "t10k-labels", 1);
        return new SampleArrays(Required(spec.Location, "train-images", 3), Required(spec.Location, "train-labels", 1))
        {
            TestInputs = testImages is null && testLabels is null ? null : Required(spec.Location, "t10k-images", 3),
            TestTargets = testImages is null && testLabels is null ? null : Required(spec.Location, "t10k-labels", 1),
        };
    }

    private static Tensor Required(string folder, string stem, int rank) => Find(folder, stem, rank) is { } path
        ? Idx.Read(path)
        : throw new InvalidInputException($"data \"mnist:{folder}\": {(Directory.Exists(folder) ? $"no {stem}-idx{rank}-ubyte or {stem}-idx{rank}-ubyte.gz in the folder" : "there is no such folder")}");

    private static string? Find(string folder, string stem, int rank) =>
        new[] { $"{stem}-idx{rank}-ubyte", $"{stem}-idx{rank}-ubyte.gz", $"{stem}.idx{rank}-ubyte", $"{stem}.idx{rank}-ubyte.gz" }
            .Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
