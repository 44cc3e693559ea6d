using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Experiments;

/// <summary>Networks at the very parameters that made their data, so that w* is a minimum exactly.</summary>
public static class TrueNetwork
{
    /// <summary>A deep linear network at the truth of n samples that are made when read.</summary>
    public static NetworkObjective Linear(DeepLinearTeacher teacher, int n, ulong seed)
    {
        var data = new TeacherDataSet(teacher.Product(), teacher.Widths[^1], teacher.Widths[0], n, seed);
        return At(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
    }

    /// <summary>A ReLU network at the truth of its n samples.</summary>
    public static NetworkObjective Relu(int[] widths, int n, ulong seed)
    {
        var teacher = ReluTeacher.Draw(widths, seed);
        return At(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, n, seed), teacher.Parameters);
    }

    /// <summary>A network with its data at a point; the pass over the data is shared among all cores.</summary>
    public static NetworkObjective At(Network network, Loss loss, DataSet data, float[] w)
    {
        using var team = Environment.ProcessorCount > 1 ? new WorkTeam(Environment.ProcessorCount) : null;
        return new NetworkObjective(network, loss, data, w, team);
    }
}
