using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Losses;

namespace LambdaHat.Bars.Spectra;

/// <summary>
/// What it takes to know the curvature of trained networks (<c>lambdahat train mnist-mlp</c> and <c>modular-addition</c>): top eigenpairs beside scipy's eigsh, exact counts, every eigenvalue, the spectral filter. The
/// behavioural loss throughout.
/// </summary>
internal sealed class SpectraBar : Bar
{
    private const int FewImages = 10_000, AllImages = 60_000, FewPairs = 500, ManyPairs = 8000, ModularPairs = 1041;

    // Residuals as shares of the own eigenvalue, whose relative error is about twice their square; of the modular network as shares of the largest, as the command has it.
    private const double FewTolerance = 2e-4, ManyTolerance = 1e-4, ModularTolerance = 1e-5, LeastScale = 1e-6;

    // 8,000 pairs: with the projected matrix and its eigenvectors this much of columns stays within 16 GiB.
    private const double MostColumns = 2.3;

    private static readonly string[] s_types = ["float32", "float64"];

    /// <summary>Of λ₁; the first is the one that is held to a time.</summary>
    private static readonly double[] s_shares = [1e-5, 1e-1, 1e-2, 1e-3, 1e-4];

    private readonly string? _model, _modular;
    private readonly string _folder;
    private readonly int _rounds;
    private readonly double _share, _peerTolerance;
    private readonly CancellationToken _deadline;

    public SpectraBar(Arguments arguments)
    {
        arguments.Allow("spectra", "rounds", "share", "peer-tolerance");
        (_model, _modular, _folder) = (arguments.Text("model"), arguments.Text("modular"), Slice.Folder(arguments));
        (_rounds, _share, _peerTolerance) = (arguments.Whole("rounds", 1), Math.Min(1, arguments.Number("share", 1)), arguments.Text("peer-tolerance") is null ? 0 : arguments.Number("peer-tolerance", 0));
        var minutes = arguments.Number("minutes", double.PositiveInfinity);
        if (double.IsFinite(minutes)) _deadline = new CancellationTokenSource(TimeSpan.FromMinutes(minutes)).Token;
    }

    public override string Name => "spectra";

    public override JsonObject Settings => new()
    {
        ["images"] = $"{Part(FewImages)}, {Part(AllImages)} for filter and {Part(ManyPairs)} pairs",
        ["residuals"] = string.Create(CultureInfo.InvariantCulture, $"{FewTolerance} and {ManyTolerance} of the own eigenvalue, {ModularTolerance} of the largest"),
        ["rounds"] = _rounds,
        ["eigsh_tolerance"] = _peerTolerance,
    };

    private string Few => $"mnist {Part(FewPairs)} pairs";

    private string Many => $"mnist {Part(ManyPairs)} pairs";

    private string Modular => $"modular addition {Part(ModularPairs)} pairs";

    private static string Whole => "mnist all";

    private static string Filter => "mnist filter";

    public override IEnumerable<Job> Jobs()
    {
        if (_model is null && _modular is null) throw new InvalidInputException("spectra needs --model or --modular, folders that lambdahat train mnist-mlp and modular-addition made");
        if (_model is { } model)
        {
            for (var round = 1; round <= _rounds; round++)
            {
                yield return new(Round(Few, "lambdahat", round), _ => EigenpairRun.Of(Load(model, FewImages), new() { Wanted = Part(FewPairs), Tolerance = FewTolerance, Scale = LeastScale, MaxColumns = (4 * Part(FewPairs)) + 256 }, _deadline));
                foreach (var type in s_types)
                    yield return new(Round(Few, $"eigsh {type}", round), _ => EigshPeer.Run(Load(model, FewImages), Part(FewPairs), type, _peerTolerance));
            }
            yield return new(Inertia(s_shares[0]), _ => WholeMatrix.Inertia(Load(model, FewImages), s_shares[0]));
            yield return new(Filter, _ => AccuracyCurve.Of(Load(model, AllImages)));
        }
        if (_modular is { } modular)
            yield return new(Modular, _ => EigenpairRun.Of(TrainedSubject.Load(modular, int.MaxValue), new() { Wanted = Part(ModularPairs), Tolerance = ModularTolerance, MaxColumns = (4 * Part(ModularPairs)) + 256 }, _deadline));
        if (_model is null) yield break;
        yield return new(Many, _ => ManyRun(_model));
        yield return new(Whole, _ => WholeMatrix.Eigenvalues(Load(_model, FewImages)));
        foreach (var share in s_shares.Skip(1)) yield return new(Inertia(share), _ => WholeMatrix.Inertia(Load(_model, FewImages), share));
    }

    // Over an hour: the search is saved where its slice ends, and goes on from there.
    private JsonObject? ManyRun(string model)
    {
        var objective = Load(model, AllImages);
        var identity = new JsonObject { ["w"] = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(objective.Center))), ["n"] = objective.SampleCount };
        var store = new StateStore(Path.Combine(_folder, "spectra.state"), identity) { Interval = TimeSpan.FromMinutes(5), Note = Console.Error.WriteLine };
        var row = EigenpairRun.Of(objective, new() { Wanted = Part(ManyPairs), Tolerance = ManyTolerance, Scale = LeastScale, MaxColumns = (int)(MostColumns * Part(ManyPairs)) + 256, Store = store }, _deadline);
        if (row is not null) store.Delete();
        return row;
    }

    private NetworkObjective Load(string model, int images) => TrainedSubject.Load(model, Part(images));

    private int Part(int whole) => (int)Math.Ceiling(_share * whole);

    private static string Round(string name, string who, int round) => $"{name}, {who}, {round}";

    private static string Inertia(double share) => $"mnist inertia {share.ToString("G1", CultureInfo.InvariantCulture)}";

    public override string Describe(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Key}: {row.Number("solve_seconds"):F1} s, {row.Number("peak_mib"):F0} MiB");

    public override IEnumerable<string> Summarise(Rows rows)
    {
        var (ours, single, wide) = (Rounds(rows, "lambdahat"), Rounds(rows, "eigsh float32"), Rounds(rows, "eigsh float64"));
        var (inertia, filter, modular, many) = (rows.Find(Inertia(s_shares[0])), rows.Find(Filter), rows.Find(Modular), rows.Find(Many));
        foreach (var line in Markdown.Thresholds([
            Markdown.Held($"{Few}: eigsh float32, times as long", Seconds(single) / Seconds(ours), 2, false, Plain),
            Markdown.Held($"{Few}: eigsh float64, times as long", Seconds(wide) / Seconds(ours), 3.5, false, Plain),
            Markdown.Held($"{Few}: largest relative difference of eigenvalues from eigsh float64", Error(ours, wide), 1e-6, true, Plain),
            Markdown.Held($"{Modular}: converged", Number(modular, "converged"), Part(ModularPairs), false, Plain),
            Markdown.Held($"{Modular}: minutes", Number(modular, "solve_seconds") / 60, 4, true, Plain),
            Markdown.Held($"{Inertia(s_shares[0])}: minutes, the assembly not counted", Number(inertia, "solve_seconds") / 60, 5, true, Plain),
            Markdown.Held($"{Filter}: minutes", Number(filter, "solve_seconds") / 60, 10, true, Plain),
            Markdown.Held($"{Many}: converged", Number(many, "converged"), Part(ManyPairs), false, Plain),
            Markdown.Held($"{Many}: minutes", Number(many, "solve_seconds") / 60, 90, true, Plain),
            Markdown.Held($"{Many}: GiB", Number(many, "peak_mib") / 1024, 16, true, Plain)])) yield return line;
        foreach (var line in SpectraTables.Of(rows)) yield return line;
    }

    private Row[] Rounds(Rows rows, string who) => [.. Enumerable.Range(1, _rounds).Select(round => rows.Find(Round(Few, who, round))).OfType<Row>()];

    private static double Seconds(Row[] rounds) => rounds.Length == 0 ? double.NaN : Markdown.Quantile(rounds.Select(r => r.Number("solve_seconds")), 0.5);

    // The same in every round but for the threads' rounding: the worst counts.
    private static double Error(Row[] ours, Row[] reference) => (from own in ours from other in reference select own.Numbers("eigenvalues").Zip(other.Numbers("eigenvalues"), (a, b) => Math.Abs((a / b) - 1)).Max()).DefaultIfEmpty(double.NaN).Max();

    private static double Number(Row? row, string name) => row?.Number(name) ?? double.NaN;

    private static string Plain(double value) => Markdown.Of(value);
}
