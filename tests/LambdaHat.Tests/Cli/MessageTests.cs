using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

public class MessageTests
{
    [Fact]
    public void Everything_wrong_with_a_command_line_is_said_at_once()
    {
        var run = CommandRun.Of("estimate nowhere --step-size -1 --chains 0 --gamma nan --burn-in 1.5 --thinning x --loss squared --seed -3 --threads 5000 --preconditioner w --data mnits:x --json");
        Refused(run);
        Assert.Equal(
        [
            "--seed: expected a whole number from 0 to 18446744073709551615, got \"-3\"",
            "--threads: expected a whole number from 1 to 1024, got \"5000\"",
            "--step-size: step size must be a finite number > 0, got -1",
            "--gamma: gamma must be a finite number ≥ 0, got NaN",
            "--chains: expected a whole number from 1 to 2147483647, got \"0\"",
            "--burn-in: burn-in must be a fraction in [0, 1) or a whole number ≥ 1 of steps, got 1.5",
            "--thinning: expected a whole number from 1 to 2147483647, got \"x\"",
            "--preconditioner: expected PATTERN=VALUE with a finite value > 0, got \"w\"",
            "--loss: expected one of mse, mse-sum, cross-entropy, behavioural, got \"squared\"",
            "--data: data \"mnits:x\": unknown scheme \"mnits\"; expected one of mnist, npz, safetensors, csv, modular-addition, matrix-factorisation, dln; did you mean \"mnist\"?",
            "MODEL_DIR: there is no folder \"nowhere\"; expected one with config.json and model.safetensors",
        ], run.Problems);
        Assert.EndsWith("\nSee 'lambdahat estimate --help'.\n", run.Error);
    }

    [Theory]
    [InlineData("", "a command is needed: one of demo, estimate, sweep, track, compare, hessian, reproduce, train, resume, verify, theory")]
    [InlineData("theory", "a command is needed: one of dln, rrr, two-layer, monomial, power-sum")]
    [InlineData("therory dln", "unknown command \"therory\"; expected one of demo, estimate, sweep, track, compare, hessian, reproduce, train, resume, verify, theory; did you mean \"theory\"?")]
    [InlineData("theory dnl --widths 3,3", "unknown command \"dnl\"; expected one of dln, rrr, two-layer, monomial, power-sum; did you mean \"dln\"?")]
    [InlineData("--verison", "unknown option \"--verison\"; did you mean \"--version\"?")]
    [InlineData("estimate --dln 3,4 --stpe-size 1e-5", "unknown option \"--stpe-size\"; did you mean \"--step-size\"?")]
    [InlineData("estimate --stpe-size=1e-5 --dln 3,4", "unknown option \"--stpe-size\"; did you mean \"--step-size\"?")]
    [InlineData("estimate", "expected either MODEL_DIR or --dln WIDTHS")]
    [InlineData("estimate . --dln 3,4", "expected either MODEL_DIR or --dln WIDTHS")]
    [InlineData("estimate . --ranks 2", "--ranks goes with --dln")]
    [InlineData("estimate . --n 20", "--n goes with --dln; with MODEL_DIR n is the number of training samples in the data")]
    [InlineData("estimate --dln 3,4 --data npz:x", "--data goes with MODEL_DIR, not with --dln, which makes its own")]
    [InlineData("estimate --dln 3", "--dln, --ranks: a deep linear network needs at least 2 widths (input and output), got 1")]
    [InlineData("estimate --dln 3,4 --ranks 4", "--dln, --ranks: rank 1 must be from 0 to 3, got 4")]
    [InlineData("estimate --dln 3,4 --ranks 3,3", "--dln, --ranks: 2 widths make 1 matrices, but 2 ranks were given")]
    [InlineData("estimate --dln 3;4", "--dln: expected whole numbers ≥ 1 separated by commas, got \"3;4\"")]
    [InlineData("estimate --dln 3,4 --n 1", "--n: expected a whole number from 2 to 2147483647, got \"1\"")]
    [InlineData("estimate --dln 3,4 --sampler sgld --steps 10", "--steps, --burn-in, --thinning: 10 steps less 9 of burn-in, every 1 kept, leave fewer than 4 draws")]
    [InlineData("estimate --dln 3,4 --steps 100 --burn-in 100", "--steps, --burn-in, --thinning: burn-in of 100 steps leaves nothing of 100 steps; expected fewer than 100")]
    [InlineData("estimate --dln 3,4 --burn-in 1e300", "--burn-in: burn-in must be a fraction in [0, 1) or a whole number ≥ 1 of steps, got 1E+300")]
    [InlineData("estimate --dln 3,4 --seed 1 --seed 2", "--seed is given 2 times; expected once")]
    [InlineData("estimate --dln 3,4 --sampler nuts", "--sampler: expected one of auto, gibbs, langevin, sgld, rmsprop-sgld, mala, hmc, sgnht, slice, got \"nuts\"")]
    [InlineData("demo now", "unexpected argument \"now\"")]
    [InlineData("train dln", "--out is needed: the folder to save the network in")]
    [InlineData("train mnits-mlp --out x", "TASK: unknown task \"mnits-mlp\"; expected one of mnist-mlp, modular-addition, matrix-factorisation, dln; did you mean \"mnist-mlp\"?")]
    [InlineData("train mnist-mlp --out x", "--data is needed for mnist-mlp: mnist:DIR")]
    [InlineData("train dln --out x --epochs 1 --steps 1", "--epochs and --steps exclude each other")]
    [InlineData("train dln --out x --spacing cubic", "--spacing: expected one of linear, logarithmic, got \"cubic\"")]
    [InlineData("train mnist-mlp --data mnist:x --out x --widths 2,3", "--widths and --ranks go with the task dln")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string line, string expected)
    {
        var run = CommandRun.Of(line);
        Refused(run);
        Assert.Equal([expected], run.Problems);
    }

    [Theory]
    [InlineData("theory dln --widhts 3,2", 3)]
    [InlineData("theory rrr --in 0 --out -1 --hidden 0 --rank -5", 4)]
    [InlineData("theory two-layer --widths 3,4 --ranks 1 --product-rank x", 3)]
    [InlineData("train dln --epochs 0 --batch-size 0 --checkpoints -1 --widths 3 --seed x", 6)]
    public void As_many_messages_as_mistakes(string line, int mistakes)
    {
        var run = CommandRun.Of(line);
        Refused(run);
        Assert.Equal(mistakes, run.Problems.Length);
    }

    [Theory]
    [InlineData("theory monomial --exponents 3", "exponents, entry 1 of 1: expected an even integer ≥ 0 (K must have its minimum at 0), got 3")]
    [InlineData("theory dln --widths 3,2 --rank 3", "rank: expected an integer from 0 to 2 (the least of the widths), got 3")]
    public void Theory_names_values_that_do_not_fit_together(string line, string expected)
    {
        var run = CommandRun.Of(line + " --json");
        Refused(run);
        Assert.Equal([expected], run.Problems);
    }

    [Fact]
    public void Input_that_proves_wrong_later_is_one_message_and_leaves_no_folder()
    {
        using var folder = new TemporaryFolder();
        var output = Path.Combine(folder.Path, "runs", "one");
        foreach (var (line, expected) in new[]
        {
            ($"estimate {folder.Path}", $"cannot read \"{folder.Path}/config.json\": there is no such file"),
            ("estimate --dln 3,4 --n 10 --sampler sgld --steps 50 --restrict 9.*", "restrict: no parameter block matches \"9.*\"; the blocks are 0.weight"),
            ("estimate --dln 3,4 --n 10 --sampler sgld --steps 50 --preconditioner 9.*=2", "preconditioner: no parameter block matches \"9.*\"; the blocks are 0.weight"),
            ("estimate --dln 3,4 --loss cross-entropy --json", "--dln takes the loss mse, mse-sum or behavioural, got cross-entropy"),
            ("train mnist-mlp --data npz:nowhere.npz", "cannot read \"nowhere.npz\": there is no such file"),
        })
        {
            var run = CommandRun.Of(line, "--out", output);
            Refused(run);
            Assert.Equal([expected], run.Problems);
            Assert.False(Directory.Exists(Path.Combine(folder.Path, "runs")), line);
        }
    }

    [Theory]
    [InlineData("estimate --dln 300,300 --n 1000000")]
    [InlineData("demo")]
    [InlineData("train matrix-factorisation")]
    public void A_folder_that_cannot_be_written_to_is_refused_before_any_work(string line)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "");
        var run = CommandRun.Of(line, "--out", Path.Combine(file, "run"));
        Refused(run);
        Assert.StartsWith($"cannot write to the folder \"{file}/run\": ", Assert.Single(run.Problems));
        Assert.StartsWith("lambdahat: ", run.Error);
    }

    private static void Refused(CommandRun run)
    {
        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.DoesNotContain("   at ", run.Error);
    }
}
