using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Experiments;

/// <summary>Networks at the very parameters that made their data, so that w* is a minimum exactly.</summary>
public static class TrueNetwork
{
    /// <summary>A deep linear network at the truth of n samples that are made when read.</summary>
    public static NetworkObjective Linear(DeepLinearTeacher teacher, int n, ulong seed, JobScope? scope = null)
    {
        using var team = Team(scope);
        var data = new TeacherDataSet(teacher.Product(team), teacher.Widths[^1], teacher.Widths[0], n, seed);
        return new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters, team, scope?.Watch, scope?.NextStore());
    }

    /// <summary>A ReLU network at the truth of its n samples.</summary>
    public static NetworkObjective Relu(int[] widths, int n, ulong seed, JobScope? scope = null)
    {
        var teacher = ReluTeacher.Draw(widths, seed);
        return At(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, n, seed), teacher.Parameters, scope);
    }

    /// <summary>A network with its data at a point; the pass over the data is shared among the threads of a job, or all cores.</summary>
    public static NetworkObjective At(Network network, Loss loss, DataSet data, float[] w, JobScope? scope = null)
    {
        using var team = Team(scope);
        return new NetworkObjective(network, loss, data, w, team, scope?.Watch, scope?.NextStore());
    }

    private static WorkTeam Team(JobScope? scope) => new(scope?.Threads ?? Environment.ProcessorCount);
}
