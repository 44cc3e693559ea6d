using LambdaHat.Training;
using Spectre.Console;

namespace LambdaHat.Cli.Display;

/// <summary>A progress bar with the time left where a terminal shows it; elsewhere one line for every evaluation.</summary>
internal static class TrainingBar
{
    public static T Show<T>(Terminal terminal, Func<Action<TrainingProgress>, T> work)
    {
        if (!terminal.Live || !terminal.Notes.Profile.Capabilities.Interactive)
            return work(progress => terminal.Error.WriteLine(Describe(progress)));
        return terminal.Notes.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("training");
                return work(progress =>
                {
                    task.MaxValue = progress.TotalSteps;
                    task.Value = progress.Step;
                    task.Description = Spectre.Console.Markup.Escape(Describe(progress));
                });
            });
    }

    public static string Describe(TrainingProgress progress)
    {
        static string Accuracy(double? a) => a is { } value ? $", accuracy {100 * value:F2} %" : "";
        var test = progress.TestLoss is { } loss ? $"; test loss {loss:G4}{Accuracy(progress.TestAccuracy)}" : "";
        return $"epoch {progress.Epoch}, step {progress.Step} of {progress.TotalSteps}: train loss {progress.TrainLoss:G4}{Accuracy(progress.TrainAccuracy)}{test}";
    }
}
