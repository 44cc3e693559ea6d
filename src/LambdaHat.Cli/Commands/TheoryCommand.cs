using System.CommandLine;
using System.Text.Json.Nodes;
using LambdaHat.Theory;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat theory …</c>: exactly known learning coefficients.</summary>
internal static class TheoryCommand
{
    private static readonly Option<bool> s_json = new("--json") { Description = "print one JSON object and nothing else on standard output" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("theory", "Exact learning coefficients, in rational arithmetic.")
        {
            DeepLinear(terminal), ReducedRank(terminal), TwoLayer(terminal), OfExponents(terminal, "monomial", "K = Π w_i^p_i, given the powers in K.", e => Monomial.Coefficient(e)),
            OfExponents(terminal, "power-sum", "K = Σ w_i^p_i, given the powers.", e => PowerSum.Coefficient(e)),
        };
        return command;
    }

    private static Command DeepLinear(Terminal terminal)
    {
        var widths = NumberList.Option("--widths", "widths from input to output");
        var rank = new Option<int>("--rank") { Description = "rank of the product of the matrices", HelpName = "r", Required = true };
        widths.Required = true;
        return Leaf(terminal, new Command("dln", "A deep linear network (Aoyagi 2024): the global value, the least over all parameters with that product.") { widths, rank },
            parsed => Theory.DeepLinear.Coefficient(parsed.GetValue(widths), parsed.GetValue(rank)));
    }

    private static Command ReducedRank(Terminal terminal)
    {
        Option<int> Size(string name, string description) => new(name) { Description = description, HelpName = "N", Required = true };
        Option<int> inputs = Size("--in", "inputs"), outputs = Size("--out", "outputs"), hidden = Size("--hidden", "hidden units"), rank = Size("--rank", "rank of the true map");
        return Leaf(terminal, new Command("rrr", "Reduced-rank regression (Aoyagi & Watanabe 2005).") { inputs, outputs, hidden, rank },
            parsed => ReducedRankRegression.Coefficient(parsed.GetValue(inputs), parsed.GetValue(outputs), parsed.GetValue(hidden), parsed.GetValue(rank)));
    }

    private static Command TwoLayer(Terminal terminal)
    {
        var widths = NumberList.Option("--widths", "inputs, hidden units, outputs");
        var ranks = NumberList.Option("--ranks", "rank of the first and of the second matrix");
        var productRank = new Option<int>("--product-rank") { Description = "rank of their product", HelpName = "r", Required = true };
        widths.Required = ranks.Required = true;
        return Leaf(terminal, new Command("two-layer", "Two linear layers at a point: the local value.") { widths, ranks, productRank }, parsed =>
        {
            int[] w = parsed.GetValue(widths)!, r = parsed.GetValue(ranks)!;
            var problems = new Problems();
            if (w.Length != 3) problems.Add($"--widths must be 3 whole numbers (inputs, hidden units, outputs), got {w.Length}");
            if (r.Length != 2) problems.Add($"--ranks must be 2 whole numbers (first matrix, second matrix), got {r.Length}");
            problems.ThrowIfAny();
            return Theory.TwoLayer.LocalCoefficient(w[0], w[1], w[2], r[0], r[1], parsed.GetValue(productRank));
        });
    }

    private static Command OfExponents(Terminal terminal, string name, string description, Func<int[], ExactCoefficient> coefficient)
    {
        var exponents = NumberList.Option("--exponents", "one power a variable");
        exponents.Required = true;
        return Leaf(terminal, new Command(name, description) { exponents }, parsed => coefficient(parsed.GetValue(exponents)!));
    }

    private static Command Leaf(Terminal terminal, Command command, Func<ParseResult, ExactCoefficient> coefficient)
    {
        command.Options.Add(s_json);
        command.SetAction(parsed =>
        {
            var exact = coefficient(parsed);
            var (lambda, multiplicity) = (exact.Lambda, exact.Multiplicity);
            if (parsed.GetValue(s_json))
                terminal.Out.WriteLine(new JsonObject { ["lambda"] = lambda.ToDouble(), ["multiplicity"] = multiplicity, ["exact"] = lambda.ToString() }.ToJsonString());
            else
                terminal.Out.WriteLine(lambda.IsInteger ? $"λ = {lambda}, multiplicity {multiplicity}" : $"λ = {lambda} = {lambda.ToDouble()}, multiplicity {multiplicity}");
            return ExitCode.Done;
        });
        return command;
    }
}
