using LambdaHat.Training;

namespace LambdaHat.Tests.Training;

public class CheckpointScheduleTests
{
    [Theory]
    [InlineData(CheckpointSpacing.Linear, 100, 5, new long[] { 0, 25, 50, 75, 100 })]
    [InlineData(CheckpointSpacing.Logarithmic, 1000, 4, new long[] { 1, 10, 100, 1000 })]
    [InlineData(CheckpointSpacing.Linear, 10, 1, new long[] { 10 })]
    [InlineData(CheckpointSpacing.Logarithmic, 10, 1, new long[] { 10 })]
    [InlineData(CheckpointSpacing.Linear, 10, 0, new long[0])]
    [InlineData(CheckpointSpacing.Linear, 2, 9, new long[] { 0, 1, 2 })]
    [InlineData(CheckpointSpacing.Logarithmic, 4, 9, new long[] { 1, 2, 3, 4 })]
    [InlineData(CheckpointSpacing.Logarithmic, 1, 3, new long[] { 1 })]
    public void Steps_are_spread_as_asked(CheckpointSpacing spacing, long total, int count, long[] expected) =>
        Assert.Equal(expected, CheckpointSchedule.Create(spacing, total, count).Steps);

    [Theory]
    [InlineData(CheckpointSpacing.Linear)]
    [InlineData(CheckpointSpacing.Logarithmic)]
    public void Steps_ascend_and_end_with_the_last(CheckpointSpacing spacing)
    {
        for (var total = 1L; total < 2_000_000; total = (total * 3) + 1)
        {
            for (var count = 1; count < 40; count++)
            {
                var steps = CheckpointSchedule.Create(spacing, total, count).Steps;
                Assert.Equal(total, steps[^1]);
                Assert.True(steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second));
                Assert.InRange(steps.Count, 1, count);
            }
        }
    }

    [Fact]
    public void A_negative_count_is_named() =>
        Assert.Equal("checkpoints must be a whole number ≥ 0, got -2", Assert.Throws<InvalidInputException>(() => CheckpointSchedule.Create(CheckpointSpacing.Linear, 10, -2)).Message);
}
