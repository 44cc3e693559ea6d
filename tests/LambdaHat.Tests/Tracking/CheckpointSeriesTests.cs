using LambdaHat.Networks;
using LambdaHat.Tests.Data;
using LambdaHat.Tracking;

namespace LambdaHat.Tests.Tracking;

public sealed class CheckpointSeriesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Names as tools write them: LambdaHat, Lightning, Hugging Face, hand-made; numbers that do not tell the checkpoints apart are no steps.
    [Theory]
    [InlineData("step-00000100 step-00000020", "step-00000020:20 step-00000100:100")]
    [InlineData("checkpoint-1000 checkpoint-500 checkpoint-20", "checkpoint-20:20 checkpoint-500:500 checkpoint-1000:1000")]
    [InlineData("epoch=0-step=90 epoch=10-step=900 epoch=2-step=270", "epoch=0-step=90:90 epoch=2-step=270:270 epoch=10-step=900:900")]
    [InlineData("10-v1 9-v1 100-v1", "9-v1:1 10-v1:2 100-v1:3")]
    [InlineData("b10 b9 last", "b9:1 b10:2 last:3")]
    [InlineData("late early", "early:1 late:2")]
    public void Names_are_put_in_order(string names, string expected) =>
        Assert.Equal(expected, string.Join(' ', CheckpointSeries.Ordered([.. names.Split(' ').Select(n => new SeriesCheckpoint(n, n, 0, 0, 0))], [.. names.Split(' ').Select(_ => (long?)null)]).Select(c => $"{c.Name}:{c.Step}")));

    [Fact]
    public void The_step_that_a_checkpoint_notes_comes_before_its_name()
    {
        SmallSeries.Save(_folder, "a-1", 0, step: 300);
        SmallSeries.Save(_folder, "b-2", 1, step: 40);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "notes"));
        var (series, last) = CheckpointSeries.Read(_folder.Path);
        Assert.Equal([("b-2", 40), ("a-1", 300)], series.Select(c => (c.Name, c.Step)));
        Assert.Equal(SmallSeries.Weights(0), last.Parameters);
        Assert.Equal(Math.Sqrt(SmallSeries.Weights(1).Sum(w => (double)w * w)), series[0].Norm, 1e-12);
        Assert.NotEqual(series[0].Checksum, series[1].Checksum);
        // One without a note, and the names count.
        SmallSeries.Save(_folder, "c-3", 2);
        Assert.Equal([("a-1", 1), ("b-2", 2), ("c-3", 3)], CheckpointSeries.Read(_folder.Path).Checkpoints.Select(c => (c.Name, c.Step)));
    }

    [Fact]
    public void The_folder_of_a_training_stands_for_its_checkpoints()
    {
        SmallSeries.Save(_folder, "checkpoints/step-1", 0);
        SmallSeries.Save(_folder, "checkpoints/step-2", 1);
        SmallSeries.Save(_folder, ".", 1);
        Assert.Equal(["step-1", "step-2"], CheckpointSeries.Read(_folder.Path).Checkpoints.Select(c => c.Name));
    }

    [Fact]
    public void What_is_no_series_is_one_message()
    {
        string Message() => Assert.Throws<InvalidInputException>(() => CheckpointSeries.Read(_folder.Path)).Message;
        SmallSeries.Save(_folder, "one", 0);
        Assert.Equal($"\"{_folder.Path}\" has 1 subfolder with model.safetensors; expected two checkpoints or more, each in a subfolder of its own", Message());
        var other = new Network(new Dense(3, 4, bias: false), new Dense(4, 2, bias: false));
        Checkpoint.Save(Path.Combine(_folder.Path, "a-first"), other, new float[other.Dimension], new ModelConfig());
        Assert.Equal($"\"{_folder.Path}\": \"a-first\" is a network of other layers than the last checkpoint, \"one\"; expected checkpoints of one network", Message());
        File.WriteAllText(Path.Combine(_folder.Path, "a-first", "config.json"), "{");
        File.Delete(Path.Combine(_folder.Path, "one", "config.json"));
        var message = Message();
        Assert.Contains("2 problems", message, StringComparison.Ordinal);
        Assert.Contains("a-first/config.json: not valid JSON", message, StringComparison.Ordinal);
        Assert.Contains("one/config.json\": there is no such file", message, StringComparison.Ordinal);
    }
}
