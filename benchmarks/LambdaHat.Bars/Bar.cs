using System.Globalization;
using System.Text.Json.Nodes;

namespace LambdaHat.Bars;

/// <summary>One piece of work with the name that its result is found under; it sees the results so far and returns null while what it needs is not there.</summary>
internal sealed record Job(string Key, Func<Rows, JsonObject?> Run);

/// <summary>A series of runs with what they are held to. The arguments alone make it, so that a results file can make it again from its first line.</summary>
internal abstract class Bar
{
    /// <summary>The results file's name without ending, and a title.</summary>
    public abstract string Name { get; }

    /// <summary>What the results depend on, for the first line of the file.</summary>
    public abstract JsonObject Settings { get; }

    /// <summary>All runs, in the order to make them.</summary>
    public abstract IEnumerable<Job> Jobs();

    /// <summary>The results as markdown.</summary>
    public abstract IEnumerable<string> Summarise(Rows rows);

    /// <summary>A row that was just made, in a line.</summary>
    public virtual string Describe(Row row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Key}: λ̂ {row.Number("lambda_hat"):G5} ± {row.Number("standard_error"):G2} {row.Text("verdict")} λ {row.Number("lambda"):G5} λ_quad {row.Number("lambda_quad"):G5} reference {row.Number("reference"):G5}, {row.Number("seconds"):F1} s");

    public static readonly IReadOnlyDictionary<string, Func<Arguments, Bar>> All = new Dictionary<string, Func<Arguments, Bar>>
    {
        ["networks"] = a => new NetworkBar(a),
        ["verdicts"] = a => new Verdicts.VerdictBar(a),
        ["relu"] = a => new ReluBar(a),
        ["mnist"] = a => new MnistBar(a),
        ["efficiency"] = a => new EfficiencyBar(a),
        ["rescaling"] = a => new RescalingBar(a),
        ["batches"] = a => new Batches.BatchBar(a),
        ["spectra"] = a => new Spectra.SpectraBar(a),
        ["soak"] = a => new Load.SoakBar(a),
        ["fairness"] = a => new Load.FairnessBar(a),
    };
}
