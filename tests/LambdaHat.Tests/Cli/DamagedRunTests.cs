using System.IO.Compression;
using LambdaHat.Cli;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>A whole estimate from files of which one is damaged: a result, or one message and exit code 2. Never an internal error, which is exit code 1.</summary>
public sealed class DamagedRunTests : IDisposable
{
    private const int Mutations = 10, Cuts = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model/config.json", "csv:{0}/data.csv")]
    [InlineData("model/model.safetensors", "csv:{0}/data.csv")]
    [InlineData("data.csv", "csv:{0}/data.csv")]
    [InlineData("data.npz", "npz:{0}/data.npz")]
    [InlineData("data.safetensors", "safetensors:{0}/data.safetensors")]
    [InlineData("train-images-idx3-ubyte.gz", "mnist:{0}")]
    public void A_damaged_file_is_a_result_or_a_message(string file, string data)
    {
        Write();
        data = data.Replace("{0}", _folder.Path, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Estimate(data, "whole"));
        var path = Path.Combine(_folder.Path, file);
        var whole = File.ReadAllBytes(path);
        var refused = 0;
        for (var i = 0; i < Mutations + Cuts; i++)
        {
            File.WriteAllBytes(path, i < Mutations ? DamagedBytes.Mutated(whole, 23, i) : whole[..(whole.Length * (i - Mutations) / Cuts)]);
            var code = Estimate(data, $"run-{i}");
            // Weights and data that load may be so large that every chain is lost.
            Assert.True(code is ExitCode.Done or ExitCode.BadInput or ExitCode.AllChainsDiverged, $"{file}, change {i}: exit code {code}");
            if (code == ExitCode.BadInput) refused++;
        }
        Assert.InRange(refused, 1, Mutations + Cuts);
    }

    private int Estimate(string data, string run)
    {
        var result = CommandRun.Of($"estimate {_folder.Path}/model --data {data} --sampler sgld --steps 20 --burn-in 0.5 --chains 1 --threads 1 --acceptance-every 0 --json --out {_folder.Path}/{run}");
        if (result.Code != ExitCode.BadInput) return result.Code;
        Assert.Single(result.Problems);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Out);
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, run)));
        return result.Code;
    }

    // f(x) of three inputs, five samples.
    private void Write()
    {
        Checkpoint.Save(Path.Combine(_folder.Path, "model"), new Network(new Dense(3, 2), new Relu(2), new Dense(2, 1)), new float[] { 1, 2, 3, -1, 1, 0, 0, 1, 1, 1, 0 }, new ModelConfig { Loss = "mse" });
        float[] x = [.. Enumerable.Range(0, 15).Select(i => i % 4 - 1.5f)], y = [1, 2, 3, 4, 5];
        _folder.Write("data.csv", "a,b,c,y\n" + string.Concat(Enumerable.Range(0, 5).Select(s => $"{x[3 * s]},{x[(3 * s) + 1]},{x[(3 * s) + 2]},{y[s]}\n")));
        _folder.Write("data.npz", FileBytes.Zip(CompressionLevel.Optimal, ("x.npy", Npy(x, 5, 3)), ("y.npy", Npy(y, 5))));
        var tensors = new MemoryStream();
        LambdaHat.Data.SafetensorsWriter.Write(tensors, [("x", [5, 3], x), ("y", [5], y)]);
        _folder.Write("data.safetensors", tensors.ToArray());
        _folder.Write("train-images-idx3-ubyte.gz", FileBytes.Gzip(FileBytes.Idx(8, [5, 1, 3], [.. Enumerable.Range(0, 15).Select(i => (byte)(17 * i))])));
        _folder.Write("train-labels-idx1-ubyte", FileBytes.Idx(8, [5], [0, 1, 2, 3, 4]));
    }

    private static byte[] Npy(float[] values, params int[] shape)
    {
        var stream = new MemoryStream();
        LambdaHat.Data.Npy.Write(stream, values, shape);
        return stream.ToArray();
    }
}
