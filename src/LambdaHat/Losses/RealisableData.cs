using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>Data that a network at a point fits exactly, because it makes the targets.</summary>
public static class RealisableData
{
    /// <summary>The same inputs with the outputs f_w(x) as targets: squared error then is the behavioural loss, and w a global minimum.</summary>
    public static ArrayDataSet Relabel(Network network, ReadOnlySpan<float> w, ArrayDataSet data, WorkTeam? team = null, StageWatch? watch = null) =>
        new(data.Inputs, data.InputSize, FullPass.Outputs(network, data, w, team, watch), network.Outputs);

    /// <summary>The behavioural loss at w* of an objective, on its own inputs: w* is a global minimum whatever it was trained on. A linear network's targets are made when they are read where its inputs are.</summary>
    public static NetworkObjective Behavioural(NetworkObjective objective, WorkTeam? team = null, StageWatch? watch = null)
    {
        var (network, w) = (objective.Network, objective.Center.ToArray());
        if (objective.Loss == SquaredError.Behavioural) return objective;
        DataSet data = objective.Data switch
        {
            TeacherDataSet made when LinearChain.Of(network, w) is { } chain => made.Of(chain.Product(team), network.Outputs),
            TeacherDataSet made => Relabel(network, w, made.Materialise(), team, watch),
            ArrayDataSet arrays => Relabel(network, w, arrays, team, watch),
            var other => throw new InvalidInputException($"the behavioural loss takes data in memory or of a linear teacher, got {other.GetType().Name}"),
        };
        return new(network, SquaredError.Behavioural, data, w, team, watch);
    }

    /// <summary><paramref name="count"/> samples with inputs uniform on [−10, 10) and targets f_w(x).</summary>
    public static ArrayDataSet Draw(Network network, ReadOnlySpan<float> w, int count, ulong seed, WorkTeam? team = null)
    {
        var inputs = new float[checked(count * network.Inputs)];
        new RandomStream(seed, RandomPurpose.Data, 0, 0).FillUniform(inputs);
        for (var i = 0; i < inputs.Length; i++) inputs[i] = (2 * TeacherDataSet.InputRange * inputs[i]) - TeacherDataSet.InputRange;
        return Relabel(network, w, new ArrayDataSet(inputs, network.Inputs, new float[count], 1), team);
    }
}
