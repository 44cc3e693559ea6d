using System.CommandLine;
using LambdaHat.Cli.Parsing;
using LambdaHat.Estimation;

namespace LambdaHat.Cli.Commands;

/// <summary><c>lambdahat sweep</c>: λ̂ over a grid of nβ and γ.</summary>
internal static class SweepCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var subject = new SubjectArguments();
        var nBetas = Setting.Numbers("--nbetas", "values of nβ [--nbeta times 0.316, 1 and 3.16]");
        var gammas = Setting.Numbers("--gammas", "values of γ [two a decade over four decades around --gamma]");
        var resume = Setting.Text("--resume", "DIR", "go on with the sweep in this folder; the other options must be those it was begun with");
        var estimation = new EstimationArguments();
        var arguments = new RunArguments("folder for sweep.json and sweep.html; a sweep that was begun in it goes on [a dated one under lambdahat-runs/]", saves: true);
        var command = new Command("sweep", "Estimate over a grid of temperatures nβ and localisations γ, and say where λ̂ is flat.");
        subject.AddTo(command);
        foreach (var option in (Option[])[nBetas, gammas, resume]) command.Options.Add(option);
        estimation.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = new Given(parsed);
            var run = arguments.Read(given);
            var options = new SweepOptions { Estimation = estimation.Read(given, run) };
            var load = subject.Read(given, options.Estimation.Seed);
            given.Apply(nBetas, v => options = options with { NBetas = v });
            given.Apply(gammas, v => options = options with { Gammas = v });
            if (given.Has(gammas) && estimation.GivesGamma(given)) given.Problem("--gamma is the centre of the grid that --gammas lists; expected one of them");
            else if (options.Estimation.Gamma == 0) given.Problem("--gamma: the centre of a sweep's grid must be a finite number > 0, got 0");
            if (given.Has(nBetas) && estimation.GivesNBeta(given)) given.Problem("--nbeta is the centre of the grid that --nbetas lists; expected one of them");
            if (options.Estimation.TwoTemperatures) given.Problem("--two-temperatures goes with estimate; a sweep compares neighbouring nβ of its grid");
            given.Apply(resume, v => run = run.GoingOnIn(v!, "sweep"));
            given.Check();
            return SweepRun.Execute(terminal, run, options, load, cancellation);
        });
        return command;
    }
}
