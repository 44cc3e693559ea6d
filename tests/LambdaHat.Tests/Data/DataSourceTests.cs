using System.IO.Compression;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public sealed class DataSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static byte[] Npy(float[] values, params int[] shape)
    {
        var stream = new MemoryStream();
        LambdaHat.Data.Npy.Write(stream, values, shape);
        return stream.ToArray();
    }

    private string Npz(params (string, byte[])[] arrays) => _folder.Write("data.npz", FileBytes.Zip(CompressionLevel.Optimal, arrays));

    [Fact]
    public void Arrays_x_and_y_are_taken_unless_others_are_named_and_images_are_flattened()
    {
        var path = Npz(("x.npy", Npy([1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2)), ("y.npy", Npy([0, 1], 2)), ("labels.npy", Npy([5, 6, 7, 8], 2, 2)));
        var data = DataSource.Load(DataSpec.Parse($"npz:{path}"));
        var train = Assert.IsType<ArrayDataSet>(data.Train);
        Assert.Null(data.Test);
        Assert.Equal((2, 4, 1), (train.Count, train.InputSize, train.TargetSize));
        Assert.Equal([1f, 2, 3, 4, 5, 6, 7, 8], train.Inputs);
        Assert.Equal([0f, 1], train.Targets);
        train = (ArrayDataSet)DataSource.Load(DataSpec.Parse($"npz:{path},y=labels")).Train;
        Assert.Equal([5f, 6, 7, 8], train.Targets);
        Assert.Equal(2, train.TargetSize);
    }

    [Fact]
    public void Test_arrays_are_found_by_name_and_preprocessed_alike()
    {
        var path = Npz(("x.npy", Npy([2, 4], 2, 1)), ("y.npy", Npy([0, 1], 2)), ("x_test.npy", Npy([6], 1, 1)), ("y_test.npy", Npy([1], 1)));
        var data = DataSource.Load(DataSpec.Parse($"npz:{path}"), new Preprocessing { Scale = 0.5, Mean = [1] });
        Assert.Equal([0f, 1], ((ArrayDataSet)data.Train).Inputs);
        Assert.Equal([2f], ((ArrayDataSet)data.Test!).Inputs);
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse($"npz:{path}"), split: Split.Parse("0.5")));
        Assert.Contains("comes with its own test part; expected split given, got 0.5,seed=0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fraction_splits_the_samples_as_the_split_says()
    {
        var path = Npz(("x.npy", Npy([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10, 1)), ("y.npy", Npy([0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 10)));
        var split = Split.Parse("0.7,seed=5");
        var data = DataSource.Load(DataSpec.Parse($"npz:{path}"), split: split);
        var (train, test) = split.Indices(10);
        Assert.Equal(train.Select(i => (float)i), ((ArrayDataSet)data.Train).Inputs);
        Assert.Equal(train.Select(i => 10f * i), ((ArrayDataSet)data.Train).Targets);
        Assert.Equal(test.Select(i => 10f * i), ((ArrayDataSet)data.Test!).Targets);
    }

    [Fact]
    public void Safetensors_and_csv_give_the_same_samples()
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [("x", [2, 2], new float[] { 1, 2, 3, 4 }), ("y", [2], new float[] { 5, 6 })]);
        var tensors = _folder.Write("data.safetensors", stream.ToArray());
        var table = _folder.Write("data.csv", "a,price,b\n1,5,2\n3,6,4\n");
        foreach (var spec in new[] { $"safetensors:{tensors}", $"csv:{table},target=price" })
        {
            var train = (ArrayDataSet)DataSource.Load(DataSpec.Parse(spec)).Train;
            Assert.Equal([1f, 2, 3, 4], train.Inputs);
            Assert.Equal([5f, 6], train.Targets);
        }
    }

    [Fact]
    public void A_second_csv_file_is_the_test_part()
    {
        var table = _folder.Write("train.csv", "a,y\n1,5\n");
        var test = _folder.Write("test.csv", "a,y\n3,6\n4,7\n");
        var other = _folder.Write("other.csv", "b,y\n3,6\n");
        var data = DataSource.Load(DataSpec.Parse($"csv:{table},test={test}"));
        Assert.Equal([3f, 4], ((ArrayDataSet)data.Test!).Inputs);
        var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse($"csv:{table},test={other}")));
        Assert.Equal($"{other}: expected the columns of {table}, \"a\", \"y\", got \"b\", \"y\"", error.Message);
    }

    [Fact]
    public void Data_that_do_not_fit_or_are_not_finite_are_refused()
    {
        void Refused(string reason, byte[] x, byte[] y)
        {
            var path = Npz(("x.npy", x), ("y.npy", y));
            var error = Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse($"npz:{path}")));
            Assert.Equal($"data \"npz:{path}\": {reason}", error.Message);
        }
        Refused("3 inputs but 2 targets; expected the same number", Npy([1, 2, 3], 3, 1), Npy([1, 2], 2));
        Refused("the inputs have shape (0, 3); expected samples along the first dimension and at least one number in each", Npy([], 0, 3), Npy([], 0));
        Refused("the targets have shape (); expected samples along the first dimension and at least one number in each", Npy([1], 1), Npy([1]));
        Refused("input 1 of sample 2 is NaN; expected a finite number", Npy([1, 2, 3, 4, 5, float.NaN], 3, 2), Npy([1, 2, 3], 3));
        Refused("target 0 of sample 1 is Infinity; expected a finite number", Npy([1, 2], 2), Npy([1, float.PositiveInfinity], 2));
    }

    [Fact]
    public void Small_idx_files_load_as_mnist_with_pixels_scaled()
    {
        _folder.Write("train-images-idx3-ubyte", FileBytes.Idx(8, [2, 1, 2], [0, 255, 51, 102]));
        _folder.Write("train-labels-idx1-ubyte.gz", FileBytes.Gzip(FileBytes.Idx(8, [2], [3, 4])));
        var data = DataSource.Load(DataSpec.Parse($"mnist:{_folder.Path}"));
        Assert.Equal([0f, 1f, 0.2f, 0.4f], ((ArrayDataSet)data.Train).Inputs);
        Assert.Equal([3f, 4f], ((ArrayDataSet)data.Train).Targets);
        Assert.Null(data.Test);
        Assert.Equal(Preprocessing.Pixels, data.Preprocessing);
    }

    [Fact]
    public void A_folder_without_mnist_is_named()
    {
        Assert.Equal($"data \"mnist:{_folder.Path}\": no train-images-idx3-ubyte or train-images-idx3-ubyte.gz in the folder",
            Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse($"mnist:{_folder.Path}"))).Message);
        Assert.Equal("data \"mnist:/no/such\": there is no such folder",
            Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse("mnist:/no/such"))).Message);
    }

    [MnistFact]
    public void The_real_mnist_loads()
    {
        var data = DataSource.Load(DataSpec.Parse($"mnist:{MnistFactAttribute.Folder}"));
        var train = (ArrayDataSet)data.Train;
        var test = (ArrayDataSet)data.Test!;
        Assert.Equal((60_000, 784, 1), (train.Count, train.InputSize, train.TargetSize));
        Assert.Equal(10_000, test.Count);
        Assert.Equal([5f, 0, 4, 1, 9], train.Targets[..5]);
        Assert.Equal([7f, 2, 1, 0, 4], test.Targets[..5]);
        // The mean and deviation that every PyTorch example normalises by: 0.1307 and 0.3081.
        var fitted = Preprocessing.None.Fit(train.Inputs, 784, perFeature: false);
        Assert.Equal(0.1307, fitted.Mean[0], 5e-5);
        Assert.Equal(0.3081, fitted.StandardDeviation[0], 5e-5);
    }

    [Fact]
    public void Teacher_data_come_from_the_teacher_and_need_one()
    {
        var data = DataSource.Load(DataSpec.Parse("dln,n=7,seed=1"), teacher: new LinearTeacher([1, 2], 1, 2));
        Assert.Equal((7, 2, 1), (data.Train.Count, data.Train.InputSize, data.Train.TargetSize));
        var samples = Assert.IsType<TeacherDataSet>(data.Train).Materialise();
        for (var s = 0; s < 7; s++)
        {
            float a = samples.Inputs[2 * s], b = samples.Inputs[(2 * s) + 1];
            Assert.InRange(a, -10f, 10f);
            Assert.Equal(a + (2 * b), samples.Targets[s], 30 * 2f * 1.2e-7f);
        }
        Assert.Contains("expected a network of dense layers without biases", Assert.Throws<InvalidInputException>(() => DataSource.Load(DataSpec.Parse("dln"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be preprocessed or split", Assert.Throws<InvalidInputException>(() =>
            DataSource.Load(DataSpec.Parse("dln"), split: Split.Parse("0.5"), teacher: new LinearTeacher([1], 1, 1))).Message, StringComparison.Ordinal);
    }
}
