using LambdaHat.Training;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A progress bar with the time left where a terminal shows it; elsewhere an evaluation for every twentieth of the work.</summary>
internal static class TrainingBar
{
    private const int BriefWidth = 33;

    public static T Show<T>(Terminal terminal, Func<Action<TrainingProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive)
            return work(Lines(terminal.Error));
        return terminal.Notes.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training".PadRight(BriefWidth));
                return work(progress =>
                {
                    task.MaxValue = progress.TotalSteps;
                    task.Value = progress.Step;
                    task.Description = Brief(progress);
                });
            });
    }

    // Of one width, so that the bar does not jump.
    private static string Brief(TrainingProgress progress) =>
        $"loss {progress.TrainLoss,-9:G4}{((progress.TestAccuracy ?? progress.TrainAccuracy) is { } a ? $"  accuracy {100 * a,6:F2} %" : "")}".PadRight(BriefWidth);

    private static Action<TrainingProgress> Lines(TextWriter writer)
    {
        var shown = 0L;
        return progress =>
        {
            var part = 20 * progress.Step / progress.TotalSteps;
            if (part == shown) return;
            shown = part;
            writer.WriteLine(Describe(progress));
        };
    }

    public static string Describe(TrainingProgress progress)
    {
        static string Accuracy(double? a) => a is { } value ? $", accuracy {100 * value:F2} %" : "";
        var test = progress.TestLoss is { } loss ? $"; test loss {loss:G4}{Accuracy(progress.TestAccuracy)}" : "";
        return $"epoch {progress.Epoch}, step {progress.Step} of {progress.TotalSteps}: train loss {progress.TrainLoss:G4}{Accuracy(progress.TrainAccuracy)}{test}";
    }
}
