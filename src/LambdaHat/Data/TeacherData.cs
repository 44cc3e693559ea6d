namespace LambdaHat.Data;

/// <summary>
/// <c>dln</c>: teacher data whose matrix is the product of the deep linear network at hand. Options: n, the number of samples (default 1,000,000), and seed (default 0).
/// </summary>
internal static class TeacherData
{
    private const ulong DefaultCount = 1_000_000;

    public static DataScheme Scheme { get; } = new("dln", null, ["n", "seed"], "dln[,n=COUNT,seed=S]", Load)
    {
        Check = spec => { Count(spec); Seed(spec); },
    };

    private static int Count(DataSpec spec) => (int)spec.Whole("n", DefaultCount, 1, int.MaxValue);

    private static ulong Seed(DataSpec spec) => spec.Whole("seed", 0, 0, ulong.MaxValue);

    private static SampleArrays Load(DataSpec spec, LinearTeacher? teacher) => SampleArrays.Of(new TeacherDataSet(
        teacher ?? throw new InvalidInputException($"data \"{spec}\": its targets come from a deep linear network; expected a network of dense layers without biases"),
        Count(spec), Seed(spec)));
}
