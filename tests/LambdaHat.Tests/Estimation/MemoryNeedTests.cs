using System.Reflection;
using LambdaHat.Data;
using LambdaHat.Estimation;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Tests.Estimation;

public class MemoryNeedTests
{
    // The prediction leaves out small things (buffers of products, traces) and roundings of columns to cache lines; a third is allowed either way.
    [Theory]
    [InlineData("sgld", null)]
    [InlineData("sgld", "learned")]
    [InlineData("sgld", "kronecker")]
    [InlineData("langevin", null)]
    [InlineData("mala", "none")]
    [InlineData("hmc", "kronecker")]
    [InlineData("sgnht", "kronecker")]
    public void The_prediction_is_what_a_chain_holds(string sampler, string? metric)
    {
        var teacher = ReluTeacher.Draw([200, 150, 100], 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 2000, 1), teacher.Parameters);
        var choice = new SamplerChoice(objective, ParameterSelection.All(objective.Blocks), new EstimationOptions { Sampler = sampler, Metric = metric, Threads = 1 }.Resolve(objective.SampleCount), null);
        using var chain = new Chain(choice.Create(0, null), new ChainOptions { MostRollbacks = choice.Options.IsPlain ? 0 : 1 });
        chain.Run(2, null, CancellationToken.None);
        var held = Held(chain, objective, choice.Target);
        Assert.InRange(MemoryNeed.OfChain(objective, choice.Options, choice.IsLayerwise) / held, 0.67, 1.33);
    }

    // At γ = 1e-12 a chain takes singular values, which need most; with the usual γ it holds less.
    [Theory]
    [InlineData("gibbs", 1e-12, 0.9, 1.1)]
    [InlineData("gibbs", 1, 1.0, 1.5)]
    [InlineData("langevin", 1e-12, 0.67, 1.33)]
    [InlineData("langevin", 1, 0.67, 1.33)]
    public void The_prediction_is_what_a_chain_of_a_linear_network_holds(string sampler, double gamma, double least, double most)
    {
        int[] widths = [150, 200, 120, 180, 160, 100];
        var teacher = DeepLinearTeacher.Draw(widths, null, 2);
        using var data = new TeacherDataSet(teacher.Product(), widths[^1], widths[0], 2000, 2);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, data, teacher.Parameters);
        var choice = new SamplerChoice(objective, ParameterSelection.All(objective.Blocks), new EstimationOptions { Sampler = sampler, Gamma = gamma, Threads = 1 }.Resolve(objective.SampleCount), null);
        using var chain = new Chain(choice.Create(0, null), new ChainOptions { MostRollbacks = 1 });
        chain.Run(2, null, CancellationToken.None);
        object[] shared = choice.Target.Objective is LinearNetworkObjective linear ? [linear, linear.Target, linear.InputBasis, linear.InputSpectrum] : [];
        var held = Held(chain, [objective, data, choice.Target, .. shared]);
        Assert.InRange(MemoryNeed.OfChain(objective, choice.Options, choice.IsLayerwise) / held, least, most);
    }

    [Fact]
    public void A_run_that_cannot_fit_says_so_with_the_number()
    {
        // 4 chains of 20 million parameters, 2 vectors and half an acceptance's: at least 2·4·8·10⁷ bytes.
        var teacher = ReluTeacher.Draw([4, 6, 3], 1);
        var objective = new NetworkObjective(teacher.Network, SquaredError.Mean, RealisableData.Draw(teacher.Network, teacher.Parameters, 100, 1), teacher.Parameters);
        var options = new EstimationOptions { Sampler = "sgld", Chains = 4 }.Resolve(100) with { Metric = "none" };
        MemoryNeed.Check(objective, options, false, 1L << 30);
        var message = Assert.Throws<InvalidInputException>(() => MemoryNeed.Check(objective, options, false, 1000)).Message;
        Assert.Matches(@"^4 chains need about [\d.E-]+ GB of memory, [\d.E-]+ GB each, and there are 1E-06 GB; fewer chains", message);
    }

    // Every byte that hangs on the object, but for what all chains share.
    private static double Held(object root, params object[] shared)
    {
        var seen = new HashSet<object>(shared, ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        var bytes = 0.0;
        while (open.TryPop(out var item))
        {
            if (item is string or Delegate or Type || !seen.Add(item)) continue;
            if (item is AlignedMemory memory) bytes += memory.Length * (double)sizeof(float);
            else if (item is Array array)
            {
                if (array.GetType().GetElementType()!.IsPrimitive) bytes += Buffer.ByteLength(array);
                else foreach (var element in array) if (element is not null) open.Push(element);
            }
            else
            {
                for (var type = item.GetType(); type is not null && type != typeof(object); type = type.BaseType)
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                        if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer && field.GetValue(item) is { } value) open.Push(value);
            }
        }
        return bytes;
    }
}
