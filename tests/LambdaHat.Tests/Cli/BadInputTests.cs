using System.Text;
using LambdaHat.Cli;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>Sound files of unsound content, and sizes beyond any machine: the message of each.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly EstimationOptions s_short = new() { Sampler = "sgld", Steps = 50, BurnIn = 0.5, Chains = 2, Threads = 1, StepSize = 1e-6 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("x,z,y\n1,2,3\n4,5,6\n", "the network takes 1 inputs, but a sample of the data has 2")]
    [InlineData("x,y\n1,0\n2,2\n", "the data: the label of sample 1 must be an integer from 0 to 1 (the network has 2 outputs), got 2")]
    [InlineData("x,y\n1,0\n2,-1\n", "the data: the label of sample 1 must be an integer from 0 to 1 (the network has 2 outputs), got -1")]
    [InlineData("x,y\n1,0\n2,0.5\n", "the data: the label of sample 1 must be an integer from 0 to 1 (the network has 2 outputs), got 0.5")]
    [InlineData("x,y\n1,0\nnan,1\n", "{0}, line 3, column \"x\": expected a finite number, got \"nan\"")]
    [InlineData("x,y\n1,0\n1e39,1\n", "{0}, line 3, column \"x\": expected a finite number, got \"1e39\"")]
    [InlineData("x,y\n", "{0}: expected rows of numbers after the header, got none")]
    [InlineData("", "{0}: expected a header row with the names of the columns, got nothing")]
    [InlineData("x,y\n1,0\n", "the default inverse temperature 1/ln n needs n ≥ 2 samples, got 1; give nbeta")]
    [InlineData("x,y\n1e38,0\n1e38,1\n", "the cross-entropy loss of sample 0 at w* is NaN; expected a finite number: the network's outputs leave float32 (up to 3.4E+38)")]
    public void Data_that_a_classifier_cannot_use_are_refused(string table, string message)
    {
        var model = Path.Combine(_folder.Path, "model");
        Checkpoint.Save(model, new Network(new Dense(1, 2)), new float[] { 100, 200, 0, 0 }, new ModelConfig { Loss = "cross-entropy" });
        var path = _folder.Write("data.csv", table);
        var run = CommandRun.Of($"estimate {model} --data csv:{path} --steps 20 --burn-in 0.5 --sampler sgld", "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal([message.Replace("{0}", path, StringComparison.Ordinal)], run.Problems);
    }

    [Theory]
    [InlineData("estimate --dln 50000,50000", "layer 0 (\"0\"): the network would have more than 2147483591 parameters")]
    [InlineData("hessian --dln 3,50000,50000,3", "layer 1 (\"1\"): the network would have more than 2147483591 parameters")]
    [InlineData("train dln --widths 50000,50000", "layer 0 (\"0\"): the network would have more than 2147483591 parameters")]
    [InlineData("estimate --dln 3,3 --chains 2147483647", "--chains: chains must be a whole number from 1 to 65536, got 2147483647")]
    [InlineData("estimate --dln 3,3 --step-size 1e400", "--step-size: step size must be a finite number > 0, got Infinity")]
    [InlineData("estimate --dln 3,3 --nbeta -1", "--nbeta: nbeta must be a finite number > 0, got -1")]
    [InlineData("estimate --dln 3,3 --batch-size 99999999999", "--batch-size: expected a whole number from 1 to 2147483647, got \"99999999999\"")]
    [InlineData("estimate --dln 3,0,3", "--dln: expected whole numbers ≥ 1 separated by commas, got \"3,0,3\"")]
    [InlineData("estimate --dln 3,99999999999", "--dln: expected whole numbers ≥ 1 separated by commas, got \"3,99999999999\"")]
    public void Sizes_and_options_beyond_any_machine_are_refused_at_once(string line, string message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var run = CommandRun.Of(line, "--out", Path.Combine(_folder.Path, "run"));
        Assert.Equal([message], run.Problems);
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    // Ten billion bytes of weights that the configuration claims, and a file that does not have them.
    [Fact]
    public void A_configuration_larger_than_its_tensors_takes_no_memory()
    {
        var model = Path.Combine(_folder.Path, "model");
        Directory.CreateDirectory(model);
        _folder.Write("model/config.json", """{"format":"lambdahat","version":1,"inputs":40000,"layers":[{"type":"dense","out":50000,"bias":false}],"loss":"mse"}""");
        _folder.Write("model/model.safetensors", FileBytes.Safetensors("""{"0.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", new byte[4]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<InvalidInputException>(() => Checkpoint.Load(model)).Message;
        Assert.EndsWith("tensor \"0.weight\" has shape (1, 1); expected (50000, 40000)", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Layers_without_width_are_refused()
    {
        Assert.Equal("dense: expected at least 1 input and 1 output, got 0 and 3", Message(() => new Dense(0, 3)));
        Assert.Equal("dense: expected at least 1 input and 1 output, got 3 and 0", Message(() => new Dense(3, 0)));
        Assert.Equal("an element-wise layer needs a width of at least 1, got 0", Message(() => new Relu(0)));
        Assert.Contains("layers[0]: \"out\" must be a whole number from 1 to 2147483647, got 0",
            Message(() => CheckpointConfig.Parse(Encoding.UTF8.GetBytes("""{"format":"lambdahat","version":1,"inputs":1,"layers":[{"type":"dense","out":0}]}"""), "config.json")), StringComparison.Ordinal);
        Assert.Equal("the data are empty; expected at least one sample", Message(() => new NetworkObjective(new Network(new Dense(1, 1)), SquaredError.Mean, new ArrayDataSet([], 1, [], 1), [1, 0])));
    }

    // What is small, but sound, gives a number.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void One_sample_and_fewer_samples_than_a_batch_are_estimated(int n)
    {
        float[] x = [.. Enumerable.Range(1, n).Select(i => (float)i)];
        var objective = new NetworkObjective(new Network(new Dense(1, 1, bias: false)), SquaredError.Mean, new ArrayDataSet(x, 1, x, 1), [1]);
        var estimate = LearningCoefficient.Estimate(objective, s_short with { NBeta = 2, BatchSize = 500 });
        Assert.Equal(n, estimate.Options.BatchSize);
        Assert.True(double.IsFinite(estimate.LambdaHat), $"{estimate.LambdaHat}");
    }

    // A network whose output is the same for every input has no curvature but that of its last bias: the number is finite, and the verdict does not call a run of 50 steps converged.
    [Fact]
    public void Constant_outputs_are_estimated()
    {
        var network = new Network(new Dense(2, 3), new Relu(3), new Dense(3, 1));
        var objective = new NetworkObjective(network, SquaredError.Mean, new ArrayDataSet([1, 2, 3, 4, 5, 6], 2, [7, 7, 7], 1), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        var estimate = LearningCoefficient.Estimate(objective, s_short);
        Assert.Equal(0, estimate.BaselineLoss);
        Assert.True(double.IsFinite(estimate.LambdaHat), $"{estimate.LambdaHat}");
        Assert.NotEqual(Verdict.Converged, estimate.Verdict);
        Assert.NotEmpty(estimate.Reasons);
    }

    private static string Message(Func<object> action) => Assert.Throws<InvalidInputException>(action).Message;
}
