using System.Text.Json.Nodes;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

public sealed class RoundTripTests : IDisposable
{
    private const string Short = "--sampler sgld --steps 40 --burn-in 0.5 --chains 2 --json";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Of the largest network the biases alone are sampled: the curvature of 86,197 parameters is no question here.
    [Theory]
    [InlineData("matrix-factorisation --steps 50", "matrix-factorisation:20")]
    [InlineData("matrix-factorisation --data matrix-factorisation:5 --steps 50", "matrix-factorisation:5")]
    [InlineData("modular-addition --epochs 2", "modular-addition:53", "--restrict *.bias")]
    [InlineData("modular-addition --data modular-addition:7 --epochs 2", "modular-addition:7")]
    [InlineData("dln --steps 20", "dln,n=100000")]
    [InlineData("dln --steps 20 --widths 5,4,3 --ranks 2,1 --data dln,n=1000", "dln,n=1000")]
    public void A_trained_network_is_estimated_on_its_own_data(string task, string data, string sampled = "")
    {
        var trained = Train(task);
        var own = Estimate("model", sampled);
        Assert.Equal(trained["dimension"]!.GetValue<int>(), own["dimension"]!.GetValue<int>());
        Assert.Equal(trained["train_loss"]!.GetValue<double>(), own["baseline_loss"]!.GetValue<double>(), 1e-6 * trained["train_loss"]!.GetValue<double>());
        var named = Estimate("model", $"--data {data} {sampled}");
        Assert.Equal(own["lambda_hat"]!.GetValue<double>(), named["lambda_hat"]!.GetValue<double>());
        // Nothing is known of a network that does not do its task yet.
        Assert.Null(own["theory"]);
    }

    [Fact]
    public void A_deep_linear_network_that_has_learnt_its_teacher_is_compared_with_theory()
    {
        Train("dln --widths 5,4,3 --ranks 2,3 --data dln,n=2000 --steps 4000");
        var json = Estimate("model", "");
        // Rank 2 through widths 5-4-3: (2·(4+2)·(5+3) − (5−3)² − (4+2)²)/8 = 7.
        Assert.Equal(7, json["theory"]!["lambda"]!.GetValue<double>());
    }

    [Fact]
    public void The_behavioural_loss_is_zero_at_the_network_itself()
    {
        Train("matrix-factorisation --steps 50");
        var json = Estimate("model", "--loss behavioural");
        Assert.Equal(0, json["baseline_loss"]!.GetValue<double>());
        Assert.Equal(200, json["theory"]!["lambda"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("linear", "step-00000000 step-00000025 step-00000050 step-00000075 step-00000100")]
    [InlineData("logarithmic", "step-00000001 step-00000003 step-00000010 step-00000032 step-00000100")]
    public void Checkpoints_are_kept_along_the_way(string spacing, string expected)
    {
        Train($"matrix-factorisation --steps 100 --checkpoints 5 --spacing {spacing}");
        var checkpoints = Directory.GetDirectories(Path.Combine(_folder.Path, "model", "checkpoints")).Order().ToArray();
        Assert.Equal(expected.Split(' '), checkpoints.Select(Path.GetFileName));
        var losses = checkpoints.Select(path => Estimate(Path.Combine("model", "checkpoints", Path.GetFileName(path)), "")["baseline_loss"]!.GetValue<double>()).ToArray();
        Assert.Equal(losses.OrderDescending(), losses);
        Assert.Equal(losses[^1], Estimate("model", "")["baseline_loss"]!.GetValue<double>());
    }

    [MnistFact]
    public void A_digit_network_learns_and_is_estimated()
    {
        var trained = Train($"mnist-mlp --data mnist:{MnistFactAttribute.Folder} --steps 400");
        Assert.InRange(trained["test_accuracy"]!.GetValue<double>(), 0.85, 1);
        var run = CommandRun.Of($"estimate {_folder.Path}/model {Short} --data mnist:{MnistFactAttribute.Folder}", "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal(trained["train_accuracy"]!.GetValue<double>(), run.Json["accuracy"]!.GetValue<double>(), 1e-12);
        Assert.Contains($"(test {100 * trained["test_accuracy"]!.GetValue<double>():F2} %)", run.Error);
    }

    [Fact]
    public void A_network_written_by_hand_is_estimated_on_arrays_and_on_a_table()
    {
        // f(x) = 2·tanh(x₁ − x₂) + 1 on three samples.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "model"));
        _folder.Write("model/config.json", """{"format": "lambdahat", "version": 1, "inputs": 2, "layers": [{"type": "dense", "out": 1, "bias": false}, {"type": "tanh"}, {"type": "dense", "out": 1}], "loss": "mse"}""");
        const string header = """{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"2.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},"2.bias":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""";
        _folder.Write("model/model.safetensors", FileBytes.Safetensors(header, [.. new[] { 1f, -1f, 2f, 1f }.SelectMany(BitConverter.GetBytes)]));
        double[,] samples = { { 0.5, -1, 2 }, { 0, 0, 1.5 }, { -1, 1, -1 } };
        var table = _folder.Write("data.csv", "a,price,b\n" + string.Concat(Enumerable.Range(0, 3).Select(i => $"{samples[i, 0]},{samples[i, 2]},{samples[i, 1]}\n")));
        var loss = Enumerable.Range(0, 3).Average(i => Math.Pow((2 * Math.Tanh(samples[i, 0] - samples[i, 1])) + 1 - samples[i, 2], 2));
        var json = Estimate("model", $"--data csv:{table},target=price");
        Assert.Equal(loss, json["baseline_loss"]!.GetValue<double>(), 1e-6);
        Assert.Equal(3, json["n"]!.GetValue<int>());
        Assert.Null(json["theory"]);
        Assert.Null(json["accuracy"]);
    }

    [Fact]
    public void Test_data_that_do_not_fit_are_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "model"));
        _folder.Write("model/config.json", """{"format": "lambdahat", "version": 1, "inputs": 1, "layers": [{"type": "embedding", "vocabulary": 3, "dimension": 2, "tokens": 1}], "loss": "cross-entropy"}""");
        const string header = """{"0.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}""";
        _folder.Write("model/model.safetensors", FileBytes.Safetensors(header, new byte[24]));
        var train = _folder.Write("train.csv", "token,target\n0,0\n1,1\n2,0\n");
        var test = _folder.Write("test.csv", "token,target\n7,0\n");
        var run = CommandRun.Of($"estimate {Path.Combine(_folder.Path, "model")} {Short} --data csv:{train},test={test},target=target", "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("the test data", Assert.Single(run.Problems));
        Assert.Contains("7", Assert.Single(run.Problems));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Exact_values_need_inputs_that_span_their_space(int samples, bool known)
    {
        var run = CommandRun.Of($"estimate --dln 4,3,2 --ranks 3,2 --n {samples} {Short}", "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal(known, run.Json["theory"] is not null);
    }

    [Fact]
    public void Runs_and_networks_do_not_overwrite_each_other()
    {
        Train("matrix-factorisation --steps 5");
        var model = Path.Combine(_folder.Path, "model");
        var bytes = File.ReadAllBytes(Path.Combine(model, "config.json"));
        var run = CommandRun.Of($"estimate {model} {Short}", "--out", model);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("holds a network (model.safetensors)", Assert.Single(run.Problems));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(model, "config.json")));

        Estimate("model", "");
        run = CommandRun.Of("train matrix-factorisation --steps 5", "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("holds a run (result.json)", Assert.Single(run.Problems));
    }

    private JsonObject Train(string arguments)
    {
        var run = CommandRun.Of($"train {arguments} --json", "--out", Path.Combine(_folder.Path, "model"));
        Assert.True(run.Code == ExitCode.Done, run.Error);
        return run.Json;
    }

    private JsonObject Estimate(string model, string arguments)
    {
        var run = CommandRun.Of($"estimate {Path.Combine(_folder.Path, model)} {Short} {arguments}", "--out", Path.Combine(_folder.Path, "run"));
        Assert.True(run.Code == ExitCode.Done, run.Error);
        return run.Json;
    }
}
