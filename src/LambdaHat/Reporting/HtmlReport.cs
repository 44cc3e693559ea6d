using System.Globalization;
using LambdaHat.Estimation;

namespace LambdaHat.Reporting;

/// <summary>
/// A run as one HTML page that needs nothing but itself: verdict and numbers, figures, the chains, and everything needed to repeat the run.
/// The page is well-formed XML, runs no script, loads nothing, and follows the reader's light or dark colour scheme.
/// </summary>
public static class HtmlReport
{
    /// <summary>Writes the page. Text of the record is escaped; values that are not finite read "n/a" or "∞".</summary>
    /// <param name="run">The run. Chains that diverged, or none left, still give a complete page.</param>
    /// <param name="writer">Receives the page; its encoding should be UTF-8. It is not closed.</param>
    /// <exception cref="InvalidInputException">The record holds no chain.</exception>
    public static void Write(RunRecord run, TextWriter writer)
    {
        if (run.Estimate.Chains.Count == 0)
            throw new InvalidInputException($"a report needs at least one chain, got 0 in the run \"{run.Title}\"");
        PageHead.Write(writer, "λ̂", run.Title, run.Network, $"{run.Loss} on {run.Data}");
        ReportSummary.Write(run, writer);
        ReportTables.WriteEvidence(run.Estimate, writer);
        WriteFigures(run, writer);
        ReportTables.WriteChains(run.Estimate, writer);
        WriteMeaning(run.Estimate, writer);
        ReportTables.WriteOptions(run.Estimate.Options, writer);
        WriteOrigin(run, writer);
        writer.Write("</main>\n</body>\n</html>\n");
    }

    private static void WriteFigures(RunRecord run, TextWriter writer)
    {
        writer.Write("<section id=\"figures\" aria-labelledby=\"figures-title\">\n<h2 id=\"figures-title\">Figures</h2>\n<div class=\"figures\">\n");
        TraceFigure.Create(run).Write(writer);
        RunningEstimateFigure.Create(run).Write(writer);
        AcceptanceFigure.Create(run).Write(writer);
        AutocorrelationFigure.Create(run).Write(writer);
        writer.Write("</div>\n</section>\n");
    }

    private static void WriteMeaning(LearningCoefficientEstimate estimate, TextWriter writer)
    {
        var nbeta = estimate.Options.NBeta is { } value ? ReportNumber.Significant(value, 4) : "n / ln n";
        var acceptance = SamplerKind.Of(estimate.Options.Sampler).Test == MetropolisTest.Observed
            ? "<li>An acceptance near 1 does not mean that a chain has explored: slow directions may hardly have moved, and λ̂ then comes out too low.</li>\n"
            : "";
        writer.Write($"""
            <section id="meaning" aria-labelledby="meaning-title">
            <h2 id="meaning-title">What λ̂ means</h2>
            <p>The local learning coefficient λ of a network at its weights w* says how fast the room around w* closes: the volume of the weights whose loss
            exceeds that of w* by less than ε shrinks like ε<sup>λ</sup>, up to powers of log ε. A model with no redundant weights has λ = d/2,
            so a smaller value counts how much simpler the network is, at w*, than its number of parameters suggests. λ̂ = nβ·(E[L<sub>n</sub>(w)] − L<sub>n</sub>(w*))
            estimates it from weights w drawn near w*.</p>
            <h3>What to keep in mind</h3>
            <ul>
            <li>λ̂ depends on the strength γ = {ReportNumber.Exact(estimate.Options.Gamma ?? double.NaN)} that holds the chains near w*, and on nβ = {nbeta}. Compare runs only at the same γ and nβ.</li>
            <li>The error given with λ̂ is the Monte-Carlo error alone. The verdict rests on tests for what it does not contain: whether the trace has stopped rising, whether the chains agree, what twice the step size gives
            (in runs of open length, where the sampler’s law depends on it), whether w* is a minimum, whether γ decides.</li>
            <li>λ_quad is what λ̂ would be if the loss were its own quadratic part at w*. Below it, soft directions have not moved yet or w* is not a minimum; above it, directions that are flat to second order are curved at higher order, as at singular points.</li>
            {acceptance}<li>A negative value means that the chain found lower loss than at w*, so that w* was not a minimum and the number is not a learning coefficient. Train on, or take the behavioural loss.</li>
            </ul>
            </section>

            """);
    }

    private static void WriteOrigin(RunRecord run, TextWriter writer)
    {
        writer.Write("<section id=\"origin\" aria-labelledby=\"origin-title\">\n<h2 id=\"origin-title\">How to repeat this run</h2>\n"
            + $"<pre tabindex=\"0\" aria-label=\"Command\"><code>{Markup.Escape(run.Command)}</code></pre>\n<dl class=\"facts\">\n");
        Fact("Version", "LambdaHat " + run.Version);
        Fact("Started", PageFoot.Date(run.Started));
        Fact("Data", run.Data);
        Fact("Network", run.Network);
        Fact("Loss", run.Loss);
        Fact("Seed", run.Estimate.Options.Seed.ToString(CultureInfo.InvariantCulture));
        writer.Write("</dl>\n</section>\n");

        void Fact(string name, string value) => writer.Write($"<div><dt>{name}</dt><dd>{Markup.Escape(value)}</dd></div>\n");
    }
}
