using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Experiments;
using LambdaHat.Experiments.Landscapes;
using LambdaHat.Experiments.Linear;
using LambdaHat.Tests.Docs;

namespace LambdaHat.Tests.Experiments;

/// <summary>Every experiment at its smoke size, by the numbers that it finds; and experiments that are cut and taken up again.</summary>
public sealed class ReproductionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lambdahat-").FullName;

    public static TheoryData<string> Names => [.. ExperimentCatalog.All.Select(e => e.Name)];

    public void Dispose() => Directory.Delete(_folder, true);

    // What the summaries compare is compared there with tolerances of their own: at this size no number may disagree that the experiment itself holds to.
    [Theory, MemberData(nameof(Names))]
    public void Smoke_size_agrees_with_what_is_known(string name)
    {
        var experiment = ExperimentCatalog.ByName(name);
        var result = Run(experiment, "rows.jsonl", out _);
        Assert.NotEmpty(result.Comparisons);
        Assert.NotEmpty(result.Findings);
        Assert.NotEmpty(result.Charts);
        Assert.All(result.Comparisons, c => Assert.True(c.Agrees != false, $"{c.Quantity}: {c.Theirs}, ours {c.Ours}; {c.Remark}"));
        Assert.Contains(result.Comparisons, c => c.Agrees == true);
        Assert.All(Enum.GetValues<ExperimentSize>(), size => Assert.False(string.IsNullOrEmpty(experiment.Cost(size))));
        Assert.All(Enum.GetValues<ExperimentSize>(), size => Assert.Equal(experiment.Jobs(size, 0).Count, experiment.Jobs(size, 0).DistinctBy(j => j.Key).Count()));
    }

    [Fact]
    public void Every_experiment_has_a_row_among_the_results()
    {
        var rows = MarkdownFile.Named("docs/results/README.md").Table("source");
        Assert.Equal(ExperimentCatalog.All.Select(e => $"`{e.Name}`").Order(), rows.Select(r => r[2]).Distinct().Order());
    }

    [Fact]
    public void One_that_was_cut_goes_on_to_the_same_rows()
    {
        var experiment = new VolumeScaling();
        Run(experiment, "whole.jsonl", out var whole);
        var path = Path.Combine(_folder, "cut.jsonl");
        var file = ExperimentFile.Open(path, experiment, ExperimentSize.Smoke, 0, "v");
        var jobs = 0;
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2, new Counter(() => { if (++jobs == 4) source.Cancel(); }), cancellation: source.Token));
        Assert.Equal(2, file.Rows.All.Count);
        // A line that the end of a process cut off.
        File.AppendAllText(path, """{"key":"quartic""");
        Run(experiment, "cut.jsonl", out var resumed);
        Assert.Equal(whole.All.Select(r => r.Json.ToJsonString()), resumed.All.Select(r => r.Json.ToJsonString()));
    }

    [Fact]
    public void Its_runs_can_be_made_in_parts()
    {
        var experiment = new VolumeScaling();
        Run(experiment, "whole.jsonl", out var whole);
        string[] keys = [.. whole.All.Select(r => r.Key)];
        var file = ExperimentFile.Open(Path.Combine(_folder, "parts.jsonl"), experiment, ExperimentSize.Smoke, 0, "v");
        Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2, only: keys[1]);
        Assert.Equal(keys.Where(k => k.Contains(keys[1], StringComparison.Ordinal)), file.Rows.All.Select(r => r.Key));
        Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2);
        Assert.Equal(whole.All.OrderBy(r => r.Key).Select(r => r.Json.ToJsonString()), file.Rows.All.OrderBy(r => r.Key).Select(r => r.Json.ToJsonString()));
    }

    [Fact]
    public void A_part_that_needs_another_says_which()
    {
        var file = ExperimentFile.Open(Path.Combine(_folder, "rows.jsonl"), ExperimentCatalog.ByName("hessian-matrix-factorisation"), ExperimentSize.Smoke, 0, "v");
        InvalidInputException Refused(string only) => Assert.Throws<InvalidInputException>(() => Reproduction.Run(ExperimentCatalog.ByName("hessian-matrix-factorisation"), ExperimentSize.Smoke, 0, file, 2, only: only));
        Assert.Equal("this run needs the numbers of the run \"rank\", which has not been made", Refused("estimate").Message);
        Assert.Contains("no run of hessian-matrix-factorisation at size smoke has \"estimates\" in its name", Refused("estimates").Message, StringComparison.Ordinal);
    }

    // Told to stop before its first step, a training or spectrum leaves a state and goes on from there.
    [Theory]
    [InlineData("development"), InlineData("saddle-to-saddle"), InlineData("dln-trained"), InlineData("hessian-matrix-factorisation")]
    public void A_training_that_was_cut_has_kept_its_state(string name)
    {
        var experiment = ExperimentCatalog.ByName(name);
        Run(experiment, "whole.jsonl", out var whole);
        var states = new StateStores(_folder);
        using var source = new CancellationTokenSource();
        var file = ExperimentFile.Open(Path.Combine(_folder, "cut.jsonl"), experiment, ExperimentSize.Smoke, 0, "v");
        Assert.Throws<OperationCanceledException>(() => Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2, new Counter(source.Cancel), states, cancellation: source.Token));
        Assert.Single(Directory.GetFiles(_folder, "state-0-0.run"));
        Assert.Empty(file.Rows.All);
        Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2, states: states);
        Assert.Equal(whole.All.Select(Steady), file.Rows.All.Select(Steady));
        Assert.Empty(Directory.GetFiles(_folder, "state-*"));

        static string Steady(ExperimentRow row)
        {
            var json = row.Json.DeepClone();
            WithoutSeconds(json);
            return json.ToJsonString();
        }

        static void WithoutSeconds(JsonNode? node)
        {
            if (node is JsonArray array) foreach (var element in array) WithoutSeconds(element);
            if (node is not JsonObject row) return;
            foreach (var (name, value) in row.ToArray())
            {
                if (name.Contains("seconds", StringComparison.Ordinal)) row.Remove(name);
                else WithoutSeconds(value);
            }
        }
    }

    [Fact]
    public void A_file_of_another_experiment_is_refused()
    {
        Run(new DeepLinearTheory(), "rows.jsonl", out _);
        var message = Assert.Throws<InvalidInputException>(() => ExperimentFile.Open(Path.Combine(_folder, "rows.jsonl"), new VolumeScaling(), ExperimentSize.Smoke, 0, "v")).Message;
        Assert.Contains("\"dln-theory\"", message, StringComparison.Ordinal);
        Assert.Contains("expected the same, or another --out", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest() =>
        Assert.Contains("did you mean \"step-size\"", Assert.Throws<InvalidInputException>(() => ExperimentCatalog.ByName("step-sise")).Message, StringComparison.Ordinal);

    [Fact]
    public void Phase_transition_is_where_the_free_energies_cross()
    {
        Run(new PhaseTransition(), "rows.jsonl", out var rows);
        foreach (var row in rows.All)
        {
            double[] n = row.Numbers("n"), share = row.Numbers("share");
            var at = Enumerable.Range(0, n.Length - 1).First(i => share[i] < 0.5 && share[i + 1] >= 0.5);
            Assert.InRange(row.Number("crossing"), n[at], n[at + 1]);
            // At first ln n grows faster than n·h and the simple minimum gains; after the crossing it only loses.
            Assert.All(Enumerable.Range(at + 1, n.Length - at - 1), i => Assert.InRange(share[i], share[i - 1], 1));
            if (row.Number("height") * n[^1] > 30) Assert.InRange(share[^1], 0.999, 1);
        }
    }

    private ExperimentResult Run(Experiment experiment, string name, out ExperimentRows rows)
    {
        var file = ExperimentFile.Open(Path.Combine(_folder, name), experiment, ExperimentSize.Smoke, 0, "v");
        var result = Reproduction.Run(experiment, ExperimentSize.Smoke, 0, file, 2);
        rows = file.Rows;
        Assert.All(file.Rows.All, r => Assert.IsType<JsonObject>(r.Json));
        return result;
    }

    private sealed class Counter(Action reported) : IProgress<ReproductionProgress>
    {
        public void Report(ReproductionProgress value) => reported();
    }
}
