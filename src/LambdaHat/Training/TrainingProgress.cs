namespace LambdaHat.Training;

/// <summary>Where a run stands: means over the whole data sets, accuracies only for a classifier, test values only with test data.</summary>
/// <param name="Epoch">Epochs begun.</param>
/// <param name="Step">Steps done.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="TrainLoss">The mean loss over the training data.</param>
/// <param name="TrainAccuracy">The share of training samples whose largest output is the label.</param>
/// <param name="TestLoss">The mean loss over the test data.</param>
/// <param name="TestAccuracy">The share of test samples whose largest output is the label.</param>
public sealed record TrainingProgress(int Epoch, long Step, long TotalSteps, double TrainLoss, double? TrainAccuracy, double? TestLoss, double? TestAccuracy);

/// <summary>A finished run: the last parameters and the evaluations along the way, the last step's at the end.</summary>
public sealed record TrainingResult(float[] Parameters, IReadOnlyList<TrainingProgress> History)
{
    /// <summary>The evaluation after the last step.</summary>
    public TrainingProgress Final => History[^1];
}

/// <summary>Receives the parameters after <paramref name="step"/> steps; they must be copied to be kept.</summary>
public delegate void CheckpointHandler(long step, ReadOnlySpan<float> parameters);
