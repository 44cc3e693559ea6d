using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Experiments;
using LambdaHat.Networks;
using LambdaHat.Spectra;
using LambdaHat.Tracking;

namespace LambdaHat.Reporting;

/// <summary>
/// The folder that a run leaves behind: <c>result.json</c> (what <c>--json</c> prints), <c>config.json</c> (every option as resolved, version, seed),
/// <c>trace.npz</c> (chain × draw, for NumPy and ArviZ) and <c>report.html</c>. Disposing it takes back a folder to which nothing was written.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OutputFolder _folder;

    private RunFolder(OutputFolder folder) => _folder = folder;

    /// <summary>The folder's full path.</summary>
    public string Path => _folder.Path;

    /// <summary>The page for people.</summary>
    public string Report => In("report.html");

    /// <summary>Creates the folder at <paramref name="path"/>, before any work is done, so that a place that cannot be written to shows at once.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be created or written to, or holds a network, whose <c>config.json</c> would be lost.</exception>
    public static RunFolder Create(string path) => File.Exists(System.IO.Path.Combine(path, Checkpoint.TensorFile))
        ? throw new InvalidInputException($"\"{path}\" holds a network ({Checkpoint.TensorFile}), whose {Checkpoint.ConfigFile} a run would overwrite; expected another folder")
        : new RunFolder(OutputFolder.Create(path));

    /// <summary>Refuses a folder that holds a run as the place for anything else that has a <c>config.json</c>.</summary>
    /// <exception cref="InvalidInputException">There is a <c>result.json</c> in it.</exception>
    public static void Refuse(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, "result.json")))
            throw new InvalidInputException($"\"{path}\" holds a run (result.json), whose config.json would be overwritten; expected another folder");
    }

    /// <summary>Creates a dated folder for a run called <paramref name="name"/> under <c>lambdahat-runs/</c> in the current folder.</summary>
    public static RunFolder CreateDated(string name, DateTimeOffset started)
    {
        var stem = System.IO.Path.Combine("lambdahat-runs", $"{started.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{name}");
        var path = stem;
        for (var i = 2; Directory.Exists(path); i++) path = $"{stem}-{i}";
        return Create(path);
    }

    /// <summary>Writes every file of the run, each whole or not at all.</summary>
    public void Write(RunRecord run)
    {
        WriteJson("result.json", EstimateJson.Of(run));
        WriteJson("config.json", EstimateJson.Configuration(run));
        AtomicFile.Write(In("trace.npz"), stream => WriteTraces(stream, run.Estimate));
        WritePage(Report, writer => HtmlReport.Write(run, writer));
    }

    /// <summary>The name of the state of an unfinished run.</summary>
    public const string StateFileName = "state.run";

    /// <summary>The state of an unfinished estimate or search for eigenpairs.</summary>
    public string State => In(StateFileName);

    /// <summary>The sweep that the folder holds, or that is written to it.</summary>
    public string Sweep => In("sweep.json");

    /// <summary>The page of a sweep.</summary>
    public string SweepReport => In("sweep.html");

    /// <summary>Writes <c>sweep.json</c>, and once the sweep is complete <c>sweep.html</c>; each whole or not at all.</summary>
    public void Write(SweepRecord sweep)
    {
        WriteJson("sweep.json", SweepJson.Of(sweep));
        if (sweep.Result.IsComplete) WritePage(SweepReport, writer => Reporting.SweepReport.Write(sweep, writer));
    }

    /// <summary>The track that the folder holds, or that is written to it.</summary>
    public string Track => In("track.json");

    /// <summary>The page of a track.</summary>
    public string TrackReport => In("track.html");

    /// <summary>Writes <c>track.json</c>, and once the track is complete <c>track.html</c>; each whole or not at all.</summary>
    public void Write(TrackRecord track)
    {
        WriteJson("track.json", TrackJson.Of(track));
        if (track.Result.IsComplete) WritePage(TrackReport, writer => Reporting.TrackReport.Write(track, writer));
    }

    /// <summary>Writes <c>compare.json</c>, whole or not at all.</summary>
    public void Write(NetworkComparison comparison, string command, string version) => WriteJson("compare.json", ComparisonJson.Of(comparison, command, version));

    /// <summary>The rows of an experiment, one line a job.</summary>
    public string ExperimentRows => In("rows.jsonl");

    /// <summary>The page of an experiment.</summary>
    public string ExperimentPage => In("experiment.html");

    /// <summary>Writes <c>experiment.json</c>, <c>arrays.npz</c> (for every series of every figure its points as x, y, half the error bar), one SVG a figure, and <c>experiment.html</c>; each whole or not at all.</summary>
    public void Write(ExperimentRecord record)
    {
        WriteJson("experiment.json", ExperimentJson.Of(record));
        AtomicFile.Write(In("arrays.npz"), stream =>
        {
            using var archive = new NpzWriter(stream);
            foreach (var chart in record.Result.Charts)
                for (var i = 0; i < chart.Series.Count; i++)
                    archive.Add($"{chart.Id}-{i + 1}", chart.Series[i].Points.SelectMany(p => (double[])[p.X, p.Y, p.Error]).ToArray().AsSpan(), chart.Series[i].Points.Count, 3);
        });
        foreach (var chart in record.Result.Charts) WritePage(In($"{chart.Id}.svg"), writer => writer.Write(ExperimentFigures.File(chart)));
        WritePage(ExperimentPage, writer => ExperimentReport.Write(record, writer));
    }

    /// <summary>The page of a spectrum.</summary>
    public string HessianReport => In("hessian.html");

    /// <summary>Writes <c>hessian.json</c>, <c>hessian.npz</c> (the eigenvalues, descending, where all were found) and <c>hessian.html</c>; each whole or not at all.</summary>
    public void Write(SpectrumRecord spectrum)
    {
        WriteJson("hessian.json", HessianJson.Of(spectrum));
        if (spectrum.Result.Eigenvalues.Count > 0)
        {
            AtomicFile.Write(In("hessian.npz"), stream =>
            {
                using var archive = new NpzWriter(stream);
                archive.Add("eigenvalues", spectrum.Result.Eigenvalues.ToArray().AsSpan(), spectrum.Result.Eigenvalues.Count);
            });
        }
        WritePage(HessianReport, writer => Reporting.HessianReport.Write(spectrum, writer));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    // trace and acceptance include the burn-in; draws hold the kept part.
    private static void WriteTraces(Stream stream, LearningCoefficientEstimate estimate)
    {
        using var archive = new NpzWriter(stream);
        var options = estimate.Options;
        Add("draws", [.. estimate.Chains.Select(c => options.KeptDraws(c.Trace))]);
        Add("trace", [.. estimate.Chains.Select(c => c.Trace)]);
        Add("acceptance", [.. estimate.Chains.Select(c => c.AcceptanceTrace)]);

        void Add(string name, double[][] chains) => archive.Add(name, chains.SelectMany(c => c).ToArray().AsSpan(), chains.Length, chains[0].Length);
    }

    private static void WritePage(string path, Action<TextWriter> write) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        write(writer);
    });

    private void WriteJson(string name, JsonObject value) => AtomicFile.Write(In(name), stream =>
    {
        using var writer = new Utf8JsonWriter(stream, s_indented);
        value.WriteTo(writer);
        writer.Flush();
        stream.WriteByte((byte)'\n');
    });

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
