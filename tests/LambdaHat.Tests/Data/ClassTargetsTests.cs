using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public sealed class ClassTargetsTests
{
    [Fact]
    public void Labels_become_unit_vectors()
    {
        var data = ClassTargets.UnitVectors(new ArrayDataSet([1, 2, 3, 4, 5, 6], 2, [2, 0, 1], 1), 3);
        Assert.Equal((3, 2, 3), (data.Count, data.InputSize, data.TargetSize));
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 0], data.Targets);
        Assert.Equal([1, 2, 3, 4, 5, 6], data.Inputs);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void What_is_no_class_is_refused(float label) => Assert.Contains("from 0 to 2", Assert.Throws<InvalidInputException>(() => ClassTargets.UnitVectors(new ArrayDataSet([1, 2], 1, [0, label], 1), 3)).Message, StringComparison.Ordinal);
}
