using System.IO.Compression;
using LambdaHat.Cli;
using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>Paths inside archives and checkpoints lead nowhere else.</summary>
public sealed class ConfinedPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv:{0}/model/data.csv", null)]
    [InlineData("csv:{0}/model/../model/data.csv,test={0}/model/data.csv", null)]
    [InlineData("csv:{0}/data.csv", "{0}/data.csv")]
    [InlineData("csv:{0}/model/../data.csv", "{0}/model/../data.csv")]
    [InlineData("csv:{0}/model-2/data.csv", "{0}/model-2/data.csv")]
    [InlineData("csv:../../data.csv", "../../data.csv")]
    [InlineData("csv:{0}/model/data.csv,test={0}/data.csv", "{0}/data.csv")]
    [InlineData("npz:/etc/passwd", "/etc/passwd")]
    [InlineData("mnist:/", "/")]
    public void Data_named_by_a_checkpoint_lie_below_it_or_below_the_current_folder(string spec, string? leaves)
    {
        var text = spec.Replace("{0}", _folder.Path, StringComparison.Ordinal);
        var (model, data) = (Path.Combine(_folder.Path, "model"), DataSpec.Parse(text));
        Checkpoint.Save(model, new Network(new Dense(1, 1)), new float[] { 1, 0 }, new ModelConfig { Loss = "mse", Data = data });
        foreach (var place in (string[])["", "model", "model-2"])
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, place));
            _folder.Write(Path.Combine(place, "data.csv"), "x,y\n1,1\n2,2\n3,3\n");
        }
        const string line = "--sampler sgld --steps 20 --burn-in 0.5 --chains 1 --threads 1 --json";
        var run = CommandRun.Of($"estimate {model} {line}", "--out", Path.Combine(_folder.Path, "run"));
        if (leaves is null) Assert.True(run.Code == ExitCode.Done, run.Error);
        else
        {
            Assert.Equal(ExitCode.BadInput, run.Code);
            Assert.Equal([$"{model}/config.json names data outside its own and the current folder, \"{leaves.Replace("{0}", _folder.Path, StringComparison.Ordinal)}\"; expected --data {data.Scheme}:… to say that they are meant"], run.Problems);
        }
        if (spec.StartsWith("csv:{0}/", StringComparison.Ordinal))
            Assert.Equal(ExitCode.Done, CommandRun.Of($"estimate {model} {line} --data {text}", "--out", Path.Combine(_folder.Path, "given")).Code);
    }

    [Fact]
    public void Relative_paths_of_a_checkpoint_are_those_of_the_current_folder()
    {
        Assert.Null(DataSpec.Parse("mnist:data/mnist").PathOutside("/model", Environment.CurrentDirectory));
        Assert.Null(DataSpec.Parse("modular-addition:53").PathOutside("/model"));
        Assert.Equal("../x.npz", DataSpec.Parse("npz:../x.npz").PathOutside("/model", Environment.CurrentDirectory));
        Assert.Null(DataSpec.Parse("npz:/model/x.npz").PathOutside("/"));
    }

    [Fact]
    public void The_names_of_an_archive_are_keys_and_write_nothing()
    {
        var array = FileBytes.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "0000803f");
        string[] names = ["../evil", "../../evil", "/tmp/lambdahat-evil", "..\\evil", "a/../../evil"];
        var path = _folder.Write("data.npz", FileBytes.Zip(CompressionLevel.Optimal, [.. names.Select(name => ($"{name}.npy", array))]));
        using (var file = NpzFile.Open(path))
        {
            Assert.Equal(names, file.Names);
            Assert.All(names, name => Assert.Equal([1f], file.Read(name).Values));
        }
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
        Assert.False(File.Exists("/tmp/lambdahat-evil.npy") || File.Exists(Path.Combine(_folder.Path, "..", "evil.npy")));
    }

    [UnixFact]
    public void A_pipe_where_a_file_is_needed_is_refused()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        foreach (var open in (Func<IDisposable>[])[() => NpzFile.Open(path), () => SafetensorsFile.Open(path)])
            Assert.Equal($"cannot read \"{path}\": it is a pipe or a device, expected a file", Assert.Throws<InvalidInputException>(open).Message);
    }

    [UnixFact]
    public void A_pipe_that_nothing_is_written_to_does_not_hold_anything_up()
    {
        var path = Path.Combine(_folder.Path, "pipe.npy");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [path])) made.WaitForExit();
        Assert.Equal($"cannot read \"{path}\": it is a pipe that nothing is written to, expected a file", Assert.Throws<InvalidInputException>(() => Npy.Read(path)).Message);
    }
}
