namespace LambdaHat.Data;

/// <summary>
/// One kind of data that a <see cref="DataSpec"/> can name: its name, what its location is (null for none), its option keys, an example for messages, a check of
/// the numbers in the spec, how it is loaded, and the preprocessing and split used unless others are asked for.
/// </summary>
internal sealed record DataScheme(string Name, string? LocationName, string[] Options, string Example, Func<DataSpec, LinearTeacher?, SampleArrays> Load)
{
    public static IReadOnlyList<DataScheme> All { get; } =
    [
        MnistData.Scheme, ArrayFileData.Npz, ArrayFileData.Safetensors, CsvData.Scheme, ModularAddition.Scheme, MatrixFactorisation.Scheme, TeacherData.Scheme,
    ];

    public Action<DataSpec>? Check { get; init; }

    /// <summary>The options that name files.</summary>
    public string[] FileOptions { get; init; } = [];

    public Preprocessing Preprocessing { get; init; } = Preprocessing.None;

    public Split Split { get; init; } = Split.Given;
}

/// <summary>What a scheme loads, before preprocessing and splitting: arrays whose first dimension counts samples, or a finished data set.</summary>
internal sealed record SampleArrays(Tensor Inputs, Tensor Targets)
{
    public Tensor? TestInputs { get; init; }

    public Tensor? TestTargets { get; init; }

    /// <summary>The samples generated on the fly; the arrays are empty then.</summary>
    public DataSet? Generated { get; init; }

    public static SampleArrays Of(DataSet generated) => new(new Tensor("x", [0], []), new Tensor("y", [0], [])) { Generated = generated };
}
