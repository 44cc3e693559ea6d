using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Spectra;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat hessian</c>: the spectrum of the curvature and the bounds on λ that its rank gives.</summary>
internal static class HessianCommand
{
    private const string Behavioural = "behavioural", GaussNewton = "gauss-newton", Hessian = "hessian";

    // In the order of SpectrumMethod, and of ProjectionMethod from its second value.
    private static readonly string[] s_methods = ["auto", "exact", "dense", "krylov"];
    private static readonly string[] s_projections = ["eigenvectors", "filter"];
    private static readonly string[] s_matrices = [Behavioural, GaussNewton, Hessian];

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var subject = new SubjectArguments();
        var cutoff = Setting.Text("--cutoff", "CUTOFF", "how the rank is told: precision, eigenvalue=SHARE of the largest, accuracy=SHARE kept by projection, loss=VALUE reached by projection [precision]");
        var order = Setting.Choice("--order", "2: bounds by rank and exact symmetries; 4: by the fourth-order term on the kernel too, for small kernels up to 5,000 parameters [2]", ["2", "4"]);
        var method = Setting.Choice("--method", "auto (exact up to 5,000 parameters, krylov above), exact (float64), dense (the whole matrix in float32, d² numbers, with exact counts), krylov (products only) [auto]", s_methods);
        var all = new Option<bool>("--all") { Description = "with --method dense: find all eigenvalues, down to float32 rounding", Arity = ArgumentArity.Zero };
        var matrix = Setting.Choice("--matrix", "behavioural, gauss-newton (of the loss), hessian (of the loss, in full) [behavioural; with --loss gauss-newton]", s_matrices);
        var projections = Setting.Choice("--projections", "draw loss and accuracy of w* projected on top eigenspaces: by eigenvectors, or by a filter, which needs none", s_projections);
        var filter = Setting.Whole("--filter-columns", "M", "the most products that the filter takes and vectors that it keeps [600]", least: 1);
        var blocks = new Option<bool>("--per-layer") { Description = "rank and largest eigenvalues of every parameter block by itself; always there up to 5,000 parameters", Arity = ArgumentArity.Zero };
        var pairs = Setting.Whole("--pairs", "K", "with the method krylov: find the top K eigenpairs by block Lanczos; a run that was cut goes on in its --out folder", least: 1);
        var columns = Setting.Whole("--max-columns", "M", "with --pairs: the most vectors that the search keeps, d float32 numbers each [4·K + 256, fewer where they do not fit]", least: 1);
        var sandwich = new Option<bool>("--sandwich") { Description = "then estimate λ̂ at w* by the behavioural loss and set it between the bounds; outside, again at up to a thousand times γ", Arity = ArgumentArity.Zero };
        var nBeta = Setting.Number("--nbeta", "nβ", "nβ of λ_quad, and of --sandwich [n / ln n]");
        var gamma = Setting.Number("--gamma", "γ", "γ of λ_quad, and of --sandwich at first [10·d/‖w*‖²]");
        var restrict = new Option<string[]>("--restrict") { Description = "only parameter blocks of this name ('*' matches anything); may be repeated", HelpName = "PATTERN" };
        var arguments = new RunArguments("folder for hessian.json, hessian.npz and hessian.html [a dated one under lambdahat-runs/]", saves: true);
        var command = new Command("hessian", "Bound the learning coefficient by the rank of the Hessian: d₁/2 ≤ λ ≤ d₁/2 + (d − d₁)/4. The curvature is that of the behavioural loss unless --loss or --matrix names another.");
        subject.AddTo(command);
        foreach (var option in (Option[])[cutoff, order, method, all, matrix, projections, filter, blocks, pairs, columns, sandwich, nBeta, gamma, restrict]) command.Options.Add(option);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = new SpectrumOptions { Seed = run.Seed, AllEigenvalues = given.Has(all), PerBlock = given.Has(blocks), Restrict = given.Texts(restrict) };
            var load = subject.Read(given, run.Seed);
            given.Apply(cutoff, v => options = options with { Cutoff = Cutoff.Parse(v!) });
            given.Apply(order, v => options = options with { Order = v == "4" ? 4 : 2 });
            given.Apply(method, v => options = options with { Method = (SpectrumMethod)Array.IndexOf(s_methods, v) });
            given.Apply(projections, v => options = options with { Projections = 1 + (ProjectionMethod)Array.IndexOf(s_projections, v) });
            given.Apply(filter, v => options = options with { FilterColumns = v });
            given.Apply(pairs, v => options = options with { Pairs = v });
            given.Apply(columns, v => options = options with { MaxColumns = v });
            if (given.Has(columns) && !given.Has(pairs)) given.Problem("--max-columns goes with --pairs");
            given.Apply(nBeta, v => options = options with { NBeta = v });
            given.Apply(gamma, v => options = options with { Gamma = v });
            var kind = given.Of(matrix, null) ?? (subject.GivesLoss(given) ? GaussNewton : Behavioural);
            if (kind == Hessian) options = options with { Matrix = CurvatureMatrix.Hessian };
            if (given.Has(sandwich) && kind != Behavioural) given.Problem($"--sandwich goes with --matrix behavioural, the loss that it samples, got {kind}");
            if (given.Has(sandwich) && options.Gamma == 0) given.Problem("--sandwich needs a --gamma above 0: bounds are those of a neighbourhood of w*");
            given.Check();
            return HessianRun.Execute(terminal, run, options, kind == Behavioural, given.Has(sandwich), load, cancellation);
        });
        return command;
    }
}
