using LambdaHat.Data;
using LambdaHat.Networks;

namespace LambdaHat.Losses;

/// <summary>Whether data, network and loss belong together.</summary>
public static class DataFit
{
    /// <summary>
    /// Checks the number of samples, inputs, targets and parameters, and for data in memory every input that the first layer restricts and every target. <paramref name="which"/> says what the data are, for the message: "the training data".
    /// </summary>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public static void Check(Network network, Loss loss, DataSet data, int parameters, string which)
    {
        CheckInputs(network, data, parameters, which);
        var size = loss.TargetSize(network.Outputs);
        if (data.TargetSize != size)
            throw new InvalidInputException($"the loss {loss.Name} on {network.Outputs} outputs takes {size} target numbers a sample, but {which} have {data.TargetSize}");
        if (data is not ArrayDataSet arrays) return;
        loss.CheckTargets(arrays.Targets, network.Outputs, which);
    }

    /// <summary>The same without the targets.</summary>
    /// <exception cref="InvalidInputException">Something does not fit; the message says what was expected.</exception>
    public static void CheckInputs(Network network, DataSet data, int parameters, string which)
    {
        if (parameters != network.Dimension) throw new InvalidInputException($"the network has {network.Dimension} parameters, got {parameters}");
        if (data.Count == 0) throw new InvalidInputException($"{which} are empty; expected at least one sample");
        if (data.InputSize != network.Inputs) throw new InvalidInputException($"the network takes {network.Inputs} inputs, but a sample of {which} has {data.InputSize}");
        if (data is ArrayDataSet arrays) network.Layers[0].Layer.CheckInputs(arrays.Inputs, which);
    }
}
