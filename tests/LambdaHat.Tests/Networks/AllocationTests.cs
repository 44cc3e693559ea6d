using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

public class AllocationTests
{
    [Fact]
    public void Layers_and_losses_allocate_nothing()
    {
        foreach (var name in ReferenceLayer.Names)
        {
            var run = new LayerRun(name, new Random(1));
            float[] dw = new float[run.W.Length];
            TestMatrix dx = run.Filled(run.Layer.Inputs, 0), ty = run.Filled(run.Layer.Outputs, 0), target = run.Filled(run.Layer.Outputs, 0);
            var losses = new double[run.Samples];
            Once();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Once();
            Assert.Equal((name, 0L), (name, GC.GetAllocatedBytesForCurrentThread() - before));

            void Once()
            {
                run.Forward();
                run.Layer.Backward(run.W, run.X.View, run.Y.View, run.Dy.View, dx.View, dw, run.Product);
                run.Layer.Tangent(run.W, run.Tw, run.X.View, run.Y.View, run.Layer is Embedding ? default : run.Tx.View, ty.View, run.Product);
                SquaredError.Mean.Evaluate(run.Y.View, target.View, losses, ty.View, 1);
                CrossEntropy.Instance.Evaluate(run.Y.View, target.View, losses, ty.View, 1);
                foreach (var loss in (ReadOnlySpan<Loss>)[SquaredError.Mean, CrossEntropy.Instance])
                {
                    loss.ApplyCurvature(run.Y.View, target.View, run.Samples, run.Dy.View, ty.View, 1);
                    loss.SampleCurvature(run.Y.View, target.View, run.Samples, new(1, RandomPurpose.Probe, 0, 0), ty.View, 1);
                }
            }
        }
    }
}
