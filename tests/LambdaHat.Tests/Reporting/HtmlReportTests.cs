using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LambdaHat.Estimation;
using LambdaHat.Reporting;

namespace LambdaHat.Tests.Reporting;

public class HtmlReportTests
{
    private static readonly string[] FigureIds = ["figure-trace", "figure-running", "figure-acceptance", "figure-autocorrelation"];

    public static TheoryData<string> Kinds => ["four chains", "one diverged", "all diverged", "one chain", "twelve chains", "nothing finite"];

    private static RunRecord Run(string kind) => kind switch
    {
        "four chains" => SyntheticRun.Create(),
        "one diverged" => SyntheticRun.Create(diverged: [2]),
        "all diverged" => SyntheticRun.Create(diverged: [0, 1, 2, 3]),
        "one chain" => SyntheticRun.Create(chains: 1, steps: 40, burnIn: 0, acceptanceEvery: 0) with { Theory = null },
        "twelve chains" => SyntheticRun.Create(chains: 12, steps: 3_000, thinning: 7, diverged: [3]),
        "nothing finite" => NothingFinite(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static RunRecord NothingFinite()
    {
        var run = SyntheticRun.Create(chains: 2, steps: 100, diverged: [0, 1]);
        return run with
        {
            Accuracy = double.NaN,
            Theory = new KnownCoefficient { Lambda = double.NaN, Multiplicity = 0, Local = double.PositiveInfinity, LocalLowerBound = double.NegativeInfinity },
            Estimate = run.Estimate with
            {
                EffectiveSampleSize = double.NaN,
                BaselineLoss = double.PositiveInfinity,
                GradientNorm = double.NaN,
                Seconds = double.NaN,
                Chains = [.. run.Estimate.Chains.Select(c => c with { Distance = double.PositiveInfinity, DivergedAt = null, Trace = [double.NaN], AcceptanceTrace = [] })],
            },
        };
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_page_is_well_formed_with_four_labelled_figures_and_unique_ids(string kind)
    {
        var page = new Page(Run(kind));
        foreach (var id in FigureIds)
        {
            var figure = page.ById(id);
            Assert.Equal(Page.Html + "figure", figure.Name);
            var svg = Assert.Single(figure.Elements(Page.Svg + "svg"));
            Assert.Equal("img", (string?)svg.Attribute("role"));
            Assert.True(((string)svg.Attribute("aria-label")!).Length > 20);
            Assert.Matches(@"^0 0 \d+ \d+$", (string)svg.Attribute("viewBox")!);
            Assert.NotEmpty(figure.Element(Page.Html + "h3")!.Value);
            Assert.NotEmpty(figure.Element(Page.Html + "figcaption")!.Value);
            Assert.True(figure.Descendants(Page.Html + "li").Any() || Page.OfClass(svg, "remark").Any());
            Assert.Equal(2, Page.OfClass(svg, "label").Count(e => e.Value.Length > 0));
            Assert.True(Page.OfClass(svg, "tick").Count() >= 4);
            foreach (var attribute in svg.Descendants().Attributes().Where(a => a.Name.LocalName is "d" or "x" or "y" or "width" or "height"))
                Assert.Matches("^[-0-9. MLHZlhvm]+$", attribute.Value);
        }
        var ids = page.Root.DescendantsAndSelf().Attributes("id").Select(a => a.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach (var reference in page.Root.Descendants().Attributes("clip-path").Select(a => a.Value[5..^1])
            .Concat(page.Root.Descendants().Attributes("aria-labelledby").Select(a => a.Value)))
            Assert.Contains(reference, ids);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_page_loads_nothing_and_runs_nothing(string kind)
    {
        var page = new Page(Run(kind));
        Assert.DoesNotContain(page.Root.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "image" or "use");
        Assert.DoesNotContain(page.Root.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"https?://|@import|url\((?!#)", Regex.Replace(page.Text, "xmlns=\"[^\"]*\"", ""));
    }

    [Fact]
    public void The_page_shows_the_numbers_of_the_record()
    {
        var run = SyntheticRun.Create(diverged: [2]) with { Accuracy = 0.98765 };
        var estimate = run.Estimate;
        var page = new Page(run);
        var hero = Page.OfClass(page.ById("summary"), "hero").Single();
        Assert.Equal([estimate.LambdaHat, estimate.StandardError], Page.Values(hero));
        Assert.Equal(
            [estimate.RHat, estimate.EffectiveSampleSize, estimate.Acceptance, estimate.Options.NBeta!.Value, estimate.BaselineLoss, 0.98765, estimate.GradientNorm, estimate.Seconds],
            Page.Values(Page.OfClass(page.ById("summary"), "numbers").Single()));
        var rows = page.ById("chains").Descendants(Page.Html + "tbody").Single().Elements().ToArray();
        Assert.Equal(4, rows.Length);
        foreach (var (row, chain) in rows.Zip(estimate.Chains))
            Assert.Equal([chain.LambdaHat, chain.StandardError, chain.EffectiveSampleSize, chain.Acceptance, chain.Distance], Page.Values(row));
        Assert.EndsWith("diverged at step 5,454", rows[2].Value);
        Assert.EndsWith("used", rows[3].Value);
        Assert.Contains("3 of 4", page.ById("summary").Value);
        Assert.Contains(page.ById("figure-trace").Descendants(Page.Html + "li"), e => e.Value == "chain 3 (diverged at step 5,454)");
    }

    [Fact]
    public void Theory_stands_beside_the_estimate_with_the_difference_in_standard_errors()
    {
        var run = SyntheticRun.Create();
        run = run with { Estimate = run.Estimate with { LambdaHat = 61.5, StandardError = 0.75 } };
        var rows = new Page(run).ById("comparison").Descendants(Page.Html + "tbody").Single().Elements().ToArray();
        Assert.Equal([60, 1.5, 2], Page.Values(rows[0]));
        Assert.Equal([62.5, -1, -1 / 0.75], Page.Values(rows[1]));
        Assert.Equal([58, 3.5, 3.5 / 0.75], Page.Values(rows[2]));
        Assert.Equal([340, -278.5, -278.5 / 0.75], Page.Values(rows[3]));
        Assert.Equal(["60", "+1.50", "+2.0"], rows[0].Elements(Page.Html + "td").Select(e => e.Value));
        Assert.Contains("multiplicity 1", rows[0].Value);
        Assert.False(new Page(run with { Theory = null }).Has("comparison"));
    }

    [Fact]
    public void Text_of_the_record_cannot_become_markup()
    {
        const string hostile = "</title></p><script>alert('1')</script><img src=x onerror=\"a\"> & &amp; ]]> <!-- \u0001\0 😀 λ";
        var shown = hostile.Replace('\u0001', '\uFFFD').Replace('\0', '\uFFFD');
        var run = SyntheticRun.Create(chains: 1, steps: 50);
        run = run with
        {
            Title = hostile,
            Command = hostile,
            Version = hostile,
            Network = hostile,
            Loss = hostile,
            Data = hostile,
            Estimate = run.Estimate with
            {
                Reasons = [hostile],
                Options = run.Estimate.Options with { Restrict = [hostile], Preconditioner = [new BlockScale(hostile, 2)] },
            },
        };
        var page = new Page(run);
        Assert.Equal(shown, page.Root.Descendants(Page.Html + "h1").Single().Value);
        Assert.Equal(shown, page.Root.Descendants(Page.Html + "code").Single().Value);
        Assert.Equal(shown, page.ById("summary").Descendants(Page.Html + "li").Single().Value);
        Assert.Equal(3, page.ById("origin").Descendants(Page.Html + "dd").Count(e => e.Value == shown));
        Assert.Equal(2, page.ById("options").Descendants(Page.Html + "td").Count(e => e.Value.Contains(shown)));
        Assert.DoesNotContain(page.Root.Descendants(), e => e.Name.LocalName is "script" or "img");
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character()
    {
        var page = new Page(SyntheticRun.Create(chains: 1, steps: 50) with { Title = "a\uD800b\uFFFF" });
        Assert.Equal("a\uFFFDb\uFFFD", page.Root.Descendants(Page.Html + "h1").Single().Value);
    }

    [Fact]
    public void Every_option_has_a_row()
    {
        var run = SyntheticRun.Create(chains: 1, steps: 50);
        var rows = new Page(run).ById("options").Descendants(Page.Html + "tr").ToDictionary(e => (string)e.Attribute("data-option")!, e => e.Element(Page.Html + "td")!.Value);
        Assert.Equal(
            // StepCount is the value of Steps.
            typeof(EstimationOptions).GetProperties().Where(p => !p.GetMethod!.IsStatic && p.Name != nameof(EstimationOptions.StepCount)).Select(p => p.Name).Order(),
            rows.Keys.Order());
        Assert.Equal("3e-8", rows["StepSize"]);
        Assert.Equal((1e6 / Math.Log(1e6)).ToString("R", CultureInfo.InvariantCulture), rows["NBeta"]);
        Assert.Equal("45", rows["BurnInSteps"]);
        Assert.Equal("yes", rows["IsPlain"]);
        Assert.Equal("50", rows["Steps"]);
        Assert.Equal("20260101", rows["Seed"]);
    }

    [Theory]
    [InlineData(Verdict.Converged, "good", "Converged Nothing speaks against")]
    [InlineData(Verdict.NotEquilibrated, "open", "Not equilibrated The chains have not run long enough")]
    [InlineData(Verdict.StepTooLarge, "open", "Step too large The step size shifts the value")]
    [InlineData(Verdict.OverLocalised, "open", "Over-localised The localisation decides the value")]
    [InlineData(Verdict.NotAMinimum, "open", "Not a minimum The network is not at a minimum")]
    [InlineData(Verdict.Diverged, "bad", "Diverged No chain is left")]
    public void Every_verdict_has_its_words_and_a_colour_of_the_style_sheet(Verdict verdict, string mood, string words)
    {
        var run = SyntheticRun.Create(chains: 1, steps: 50);
        var page = new Page(run with { Estimate = run.Estimate with { Verdict = verdict, Reasons = ["because"] } });
        var paragraph = Page.OfClass(page.ById("summary"), "verdict").Single();
        Assert.Equal($"verdict {mood}", (string)paragraph.Attribute("class")!);
        Assert.StartsWith(words, paragraph.Value);
        Assert.Equal("because", page.ById("summary").Descendants(Page.Html + "li").Single().Value);
        var style = page.Root.Descendants(Page.Html + "style").Single().Value;
        Assert.Contains($".verdict.{mood} {{", style);
        Assert.Contains($".verdict.{mood} strong {{", style);
    }

    [Fact]
    public void Everything_measured_beside_the_estimate_has_a_row()
    {
        var run = SyntheticRun.Create();
        run = run with { Estimate = run.Estimate with { LambdaHat = 52.0625, StandardError = 0.875, Evidence = run.Estimate.Evidence with { TwoTemperatures = 60.5, TwoTemperaturesError = 1.5, SingularFluctuation = 57.25 } } };
        var rows = new Page(run).ById("evidence").Descendants(Page.Html + "tbody").Single().Elements()
            .ToDictionary(row => row.Element(Page.Html + "th")!.Value, row => (Page.Values(row), string.Join("; ", row.Elements(Page.Html + "td").Select(e => e.Value))));
        Assert.Equal(
        [
            "λ̂ as sampled", "λ_quad from the curvature at w* over 300,000 samples", "λ̂ corrected for step size and burn-in on quadratic directions", "λ̂ corrected for γ on quadratic directions",
            // λ̂·Σp²/Σp = 52.0625·0.96875.
            "variance estimator quadratic directions would give 50.44", "two temperatures λ from E[nL] at nβ and 1.5·nβ", "step-size effect what the step size adds to λ̂, from halving it", "drift change of the trace over the kept draws",
            "the prior alone nβ·E[ΔL] without data; far above λ̂ where γ does not decide", "Newton decrement what a Newton step from w* would take off nβ·L", "WBIC n·L(w*) + λ̂/β", "singular fluctuation ν = β/2·Σ Var[ℓ]",
        ], rows.Keys);
        Check("λ̂ as", "52.06; 0.88", 52.0625, 0.875);
        Check("λ_quad", "59.500; exact", 59.5, 0);
        // 59.5/52.0625 = 8/7, as λ̂ is what the plain run was expected to give.
        Check("λ̂ corrected for step", "59.5; 1.0", 59.5, 1);
        Check("λ̂ corrected for γ", "53.37; 0.90", 52.0625 * 61 / 59.5, 0.875 * 61 / 59.5);
        Check("variance", "58.5; 2.3", 58.5, 2.3125);
        Check("two temp", "60.5; 1.5", 60.5, 1.5);
        Check("step-size", "0.38; 0.25", 0.3828125, 0.25);
        Check("drift", "−0.75; 0.50", -0.75, 0.5);
        Check("the prior", "123,456; ", 123_456);
        Check("Newton", "0.062500; ", 0.0625);
        Check("WBIC", "254,322; ", 254_321.75);
        Check("singular", "57.250; ", 57.25);

        void Check(string name, string text, params double[] values)
        {
            var (found, shown) = rows.Single(row => row.Key.StartsWith(name, StringComparison.Ordinal)).Value;
            Assert.Equal(text, shown);
            Assert.Equal(values.Length, found.Length);
            foreach (var (value, other) in values.Zip(found)) Assert.Equal(value, other, 1e-12);
        }
    }

    [Fact]
    public void What_was_not_measured_has_no_row()
    {
        var run = SyntheticRun.Create();
        Assert.False(new Page(run with { Estimate = run.Estimate with { Evidence = new Evidence() } }).Has("evidence"));
        // A run beyond the stable step size has no finite expectation, a large network no rank.
        var quadratic = run.Estimate.Evidence.Quadratic! with { Expected = double.PositiveInfinity, HalfRank = double.NaN };
        Assert.DoesNotContain("corrected", new Page(run with { Estimate = run.Estimate with { Evidence = new Evidence { Quadratic = quadratic } } }).ById("evidence").Value);
    }

    [Theory]
    [InlineData("sgld", "An acceptance near 1 does not mean", "advised", "No step is ever rejected")]
    [InlineData("mala", null, null, "The probability with which the step proposed was taken")]
    [InlineData("hmc", null, null, "The probability with which the step proposed was taken")]
    public void Acceptance_is_explained_by_sampler(string sampler, string? remark, string? band, string caption)
    {
        var run = SyntheticRun.Create();
        var page = new Page(run with { Estimate = run.Estimate with { Options = run.Estimate.Options with { Sampler = sampler } } });
        Assert.Equal(remark is not null, page.ById("meaning").Value.Contains("An acceptance near 1", StringComparison.Ordinal));
        Assert.Equal(band is not null, Page.OfClass(page.ById("figure-acceptance"), "advised").Any());
        Assert.StartsWith(caption, page.ById("figure-acceptance").Element(Page.Html + "figcaption")!.Value);
    }

    [Theory]
    [InlineData("gibbs", "The sampler gibbs accepts every step")]
    [InlineData("langevin", "The sampler langevin accepts every step")]
    [InlineData("sgld", "No acceptance is on record")]
    public void A_run_without_acceptances_says_why(string sampler, string caption)
    {
        var run = SyntheticRun.Create(chains: 1, steps: 40, acceptanceEvery: 0);
        var page = new Page(run with { Estimate = run.Estimate with { Options = run.Estimate.Options with { Sampler = sampler } } });
        Assert.StartsWith(caption, page.ById("figure-acceptance").Element(Page.Html + "figcaption")!.Value);
    }

    [Fact]
    public void A_record_without_chains_is_refused()
    {
        var run = SyntheticRun.Create(chains: 1, steps: 50);
        var error = Assert.Throws<InvalidInputException>(() => HtmlReport.Write(run with { Estimate = run.Estimate with { Chains = [] } }, TextWriter.Null));
        Assert.Contains("at least one chain, got 0", error.Message);
    }
}
