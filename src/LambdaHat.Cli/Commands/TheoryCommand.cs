using System.CommandLine;
using System.Text.Json.Nodes;
using LambdaHat.Cli.Parsing;
using LambdaHat.Theory;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat theory …</c>: exactly known learning coefficients.</summary>
internal static class TheoryCommand
{
    public static Command Create(Terminal terminal) => new("theory", "Exact learning coefficients, in rational arithmetic.")
    {
        DeepLinear(terminal),
        ReducedRank(terminal),
        TwoLayer(terminal),
        OfExponents(terminal, "monomial", "K = Π w_i^p_i, given the powers in K.", e => Monomial.Coefficient(e)),
        OfExponents(terminal, "power-sum", "K = Σ w_i^p_i, given the powers.", e => PowerSum.Coefficient(e)),
    };

    private static Command DeepLinear(Terminal terminal)
    {
        var widths = Setting.Wholes("--widths", "widths from input to output", least: 1).Needed();
        var rank = Rank("--rank", "rank of the product of the matrices");
        return Leaf(terminal, new Command("dln", "A deep linear network (Aoyagi 2024): the global value, the least over all parameters with that product.") { widths, rank }, given =>
        {
            var (w, r) = (given.Of(widths, []), given.Of(rank, 0));
            return () => Theory.DeepLinear.Coefficient(w, r);
        });
    }

    private static Command ReducedRank(Terminal terminal)
    {
        Setting<int> Size(string name, string description) => Setting.Whole(name, "N", description, least: 1).Needed();
        Setting<int> inputs = Size("--in", "inputs"), outputs = Size("--out", "outputs"), hidden = Size("--hidden", "hidden units"), rank = Rank("--rank", "rank of the true map");
        return Leaf(terminal, new Command("rrr", "Reduced-rank regression (Aoyagi & Watanabe 2005).") { inputs, outputs, hidden, rank }, given =>
        {
            var (m, n, h, r) = (given.Of(inputs, 1), given.Of(outputs, 1), given.Of(hidden, 1), given.Of(rank, 0));
            return () => ReducedRankRegression.Coefficient(m, n, h, r);
        });
    }

    private static Command TwoLayer(Terminal terminal)
    {
        var widths = Setting.Wholes("--widths", "inputs, hidden units, outputs", least: 1).Needed();
        var ranks = Setting.Wholes("--ranks", "rank of the first and of the second matrix", least: 0).Needed();
        var productRank = Rank("--product-rank", "rank of their product");
        return Leaf(terminal, new Command("two-layer", "Two linear layers at a point: the local value.") { widths, ranks, productRank }, given =>
        {
            given.Apply(widths, w => Count(w, 3, "inputs, hidden units, outputs"));
            given.Apply(ranks, r => Count(r, 2, "first matrix, second matrix"));
            int[] w = given.Of(widths, []), r = given.Of(ranks, []);
            var product = given.Of(productRank, 0);
            return () => Theory.TwoLayer.LocalCoefficient(w[0], w[1], w[2], r[0], r[1], product);
        });

        static void Count(int[] numbers, int expected, string meaning)
        {
            if (numbers.Length != expected) throw new InvalidInputException($"expected {expected} whole numbers ({meaning}), got {numbers.Length}");
        }
    }

    private static Command OfExponents(Terminal terminal, string name, string description, Func<int[], ExactCoefficient> coefficient)
    {
        var exponents = Setting.Wholes("--exponents", "one power a variable", least: 0).Needed();
        return Leaf(terminal, new Command(name, description) { exponents }, given =>
        {
            var powers = given.Of(exponents, []);
            return () => coefficient(powers);
        });
    }

    private static Setting<int> Rank(string name, string description) => Setting.Whole(name, "r", description, least: 0).Needed();

    // Reading comes before computing, so that all mistakes are known first.
    private static Command Leaf(Terminal terminal, Command command, Func<Given, Func<ExactCoefficient>> read)
    {
        var json = RunArguments.JsonOption();
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var compute = read(given);
            given.Check();
            var exact = compute();
            var (lambda, multiplicity) = (exact.Lambda, exact.Multiplicity);
            if (given.Has(json))
                terminal.Out.WriteLine(new JsonObject { ["lambda"] = lambda.ToDouble(), ["multiplicity"] = multiplicity, ["exact"] = lambda.ToString() }.ToJsonString());
            else
                terminal.Out.WriteLine(lambda.IsInteger ? $"λ = {lambda}, multiplicity {multiplicity}" : $"λ = {lambda} = {lambda.ToDouble()}, multiplicity {multiplicity}");
            return ExitCode.Done;
        });
        return command;
    }
}
