namespace LambdaHat.Data;

/// <summary>
/// <c>npz:FILE</c> and <c>safetensors:FILE</c>: arrays whose first dimension counts samples, x and y unless the options x and y name
/// others; test arrays x_test and y_test (options x-test, y-test) where the file has them.
/// </summary>
internal static class ArrayFileData
{
    private static readonly string[] s_options = ["x", "y", "x-test", "y-test"];

    public static DataScheme Npz { get; } = new("npz", "file", s_options, "npz:FILE[,x=NAME,y=NAME]", (spec, _) =>
    {
        using var file = NpzFile.Open(spec.Location);
        return Load(spec, file.Names, file.Read);
    });

    public static DataScheme Safetensors { get; } = new("safetensors", "file", s_options, "safetensors:FILE[,x=NAME,y=NAME]", (spec, _) =>
    {
        using var file = SafetensorsFile.Open(spec.Location);
        return Load(spec, file.Names, file.Read);
    });

    private static SampleArrays Load(DataSpec spec, IReadOnlyCollection<string> names, Func<string, Tensor> read)
    {
        string testInputs = spec.Option("x-test", "x_test"), testTargets = spec.Option("y-test", "y_test");
        var tested = spec.Options.ContainsKey("x-test") || spec.Options.ContainsKey("y-test") || names.Contains(testInputs) || names.Contains(testTargets);
        return new SampleArrays(read(spec.Option("x", "x")), read(spec.Option("y", "y")))
        {
            TestInputs = tested ? read(testInputs) : null,
            TestTargets = tested ? read(testTargets) : null,
        };
    }
}
