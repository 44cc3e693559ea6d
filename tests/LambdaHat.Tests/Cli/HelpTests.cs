using LambdaHat.Cli;

namespace LambdaHat.Tests.Cli;

public class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("estimate")]
    [InlineData("sweep")]
    [InlineData("track")]
    [InlineData("compare")]
    [InlineData("hessian")]
    [InlineData("train")]
    [InlineData("resume")]
    [InlineData("verify")]
    [InlineData("theory")]
    [InlineData("theory dln")]
    [InlineData("theory rrr")]
    [InlineData("theory two-layer")]
    [InlineData("theory monomial")]
    [InlineData("theory power-sum")]
    public void Every_command_has_help_with_examples(string command)
    {
        var run = CommandRun.Of($"{command} --help");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Contains("Examples:\n  lambdahat " + command, run.Out);
        Golden.Check($"help {command}".TrimEnd().Replace(' ', '-'), run.Out);
    }

    [Theory]
    [InlineData("theory rrr --in 4 --out 4 --hidden 2 --rank 1")]
    [InlineData("theory two-layer --widths 33,10,40 --ranks 10,7 --product-rank 7")]
    [InlineData("theory monomial --exponents 2,4")]
    [InlineData("theory power-sum --exponents 4,4")]
    [InlineData("theory dln --widths 3,2,3 --rank 1")]
    public void Theory_prints_a_line_for_people(string command)
    {
        var run = CommandRun.Of(command);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Golden.Check(command.Split(" --")[0].Replace(' ', '-'), run.Out);
    }

    // Aoyagi (2024); Aoyagi & Watanabe (2005), case 1 with an odd sum: λ = (2(H+r)(M+N) − (M−N)² − (H+r)² + 1)/8 = (48 − 0 − 9 + 1)/8. A single power p has λ = 1/p;
    // in a product the least counts, once for every variable that has it; in a sum they add up.
    [Theory]
    [InlineData("theory dln --widths 4,4,4,4 --rank 0 --json", 5.5, 3)]
    [InlineData("theory rrr --in 4 --out 4 --hidden 2 --rank 1 --json", 5, 2)]
    [InlineData("theory monomial --exponents 2,4 --json", 0.25, 1)]
    [InlineData("theory monomial --exponents 4,4 --json", 0.25, 2)]
    [InlineData("theory power-sum --exponents 4,4 --json", 0.5, 1)]
    public void Theory_prints_lambda_and_multiplicity_as_json(string command, double lambda, int multiplicity)
    {
        var run = CommandRun.Of(command);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Equal(lambda, run.Json["lambda"]!.GetValue<double>());
        Assert.Equal(multiplicity, run.Json["multiplicity"]!.GetValue<int>());
        Assert.StartsWith("{\"lambda\":", run.Out);
    }

    [Fact]
    public void The_version_is_a_line_of_its_own()
    {
        var run = CommandRun.Of("--version");
        Assert.Equal((ExitCode.Done, LambdaHatCommand.Version + "\n", ""), (run.Code, run.Out, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+$", LambdaHatCommand.Version);
    }
}
