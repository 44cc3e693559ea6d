using LambdaHat.Data;
using LambdaHat.Sampling;
using LambdaHat.Tests.Data;
using LambdaHat.Tests.Numerics;

namespace LambdaHat.Tests.Sampling;

/// <summary>Records of bounded size: which steps they keep, alone and in chains.</summary>
public sealed class DrawRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The number recorded of step t is t itself. After every step: the stride is the least of every·2^k that the steps made so far fit with, and all its multiples are there.
    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 8)]
    [InlineData(1, 10)]
    [InlineData(5, 2)]
    public void It_has_every_step_of_the_least_stride_that_fits(int every, int most)
    {
        var record = new DrawRecord(every, most);
        for (var made = 1; made <= 1000; made++)
        {
            record.Add(made - 1, made - 1);
            var stride = every;
            while (Steps(made, stride).Count() > most) stride *= 2;
            Assert.Equal(stride, record.Stride);
            Assert.Equal(Steps(made, stride), record);
            Assert.Equal(Steps(made, stride).Where(t => t >= made / 3.0 && t < made / 2), record.Between((made + 2) / 3, made / 2).ToArray());
            Assert.Equal(Steps(made, stride).Where(t => t >= made / 2), record.Between(made / 2).ToArray());
        }
    }

    [Fact]
    public void Without_a_bound_it_keeps_all_and_of_no_steps_nothing()
    {
        DrawRecord all = new(2, null), none = new(0, 8);
        for (var step = 0; step < 5000; step++)
        {
            all.Add(step, step);
            none.Add(step, step);
        }
        none.Fill(6000, 0);
        Assert.Equal((2, 0), (all.Stride, none.Stride));
        Assert.Equal(Steps(5000, 2), all);
        Assert.Empty(none);
        Assert.True(none.Between(0).IsEmpty);
    }

    // As after a divergence: beside a record of as many steps it has the same ones.
    [Fact]
    public void Filled_up_it_has_the_steps_of_one_that_went_on()
    {
        DrawRecord sound = new(3, 16), filled = new(3, 16);
        for (var step = 0; step < 400; step++) sound.Add(step, step);
        for (var step = 0; step < 100; step++) filled.Add(step, step);
        filled.Fill(400, double.NaN);
        Assert.Equal(sound.Stride, filled.Stride);
        Assert.Equal(sound.Select(t => t < 100 ? t : double.NaN), filled);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_bound_that_is_odd_or_too_small_is_refused(int most) =>
        Assert.Contains($"got {most}", Assert.Throws<InvalidInputException>(() => new DrawRecord(1, most)).Message, StringComparison.Ordinal);

    // At every step of the first two doublings and a third.
    [Fact]
    public void Saved_and_read_anywhere_it_goes_on_as_one_that_was_not()
    {
        var path = Path.Combine(_folder.Path, "record");
        for (var saved = 0; saved < 100; saved++)
        {
            DrawRecord whole = new(2, 12), read = new(2, 12);
            for (var step = 0; step < saved; step++) whole.Add(step, step);
            StateFile.Write(path, [], [new StateSection("record", whole.Transfer)]);
            StateFile.Open(path).Read([new StateSection("record", read.Transfer)]);
            for (var step = saved; step < 200; step++)
            {
                whole.Add(step, step);
                read.Add(step, step);
            }
            Assert.Equal(whole.Stride, read.Stride);
            Assert.Equal(whole, read);
        }
    }

    [Fact]
    public void A_chain_with_a_bound_has_part_of_the_records_of_one_without()
    {
        using Chain all = Create(null), part = Create(64);
        all.Run(1001, null, CancellationToken.None);
        for (var step = 1; step <= 1001; step += 8) part.Run(step, null, CancellationToken.None);
        // 501 numbers of the trace: 8 times as few are 63. 334 of the acceptance: the same.
        Assert.Equal((16, 24), (part.Trace.Stride, part.Acceptance.Stride));
        Assert.Equal(all.Trace.Where((_, i) => i % 8 == 0), part.Trace);
        Assert.Equal(all.Acceptance.Where((_, i) => i % 8 == 0), part.Acceptance);
        Assert.Equal(all.Sampler.Position, part.Sampler.Position);
    }

    [Fact]
    public void A_chain_that_has_ended_its_records_goes_on_without_also_when_it_was_saved()
    {
        var path = Path.Combine(_folder.Path, "chain");
        using Chain whole = Create(64), other = Create(64), read = Create(64);
        whole.Run(100, null, CancellationToken.None);
        other.Run(100, null, CancellationToken.None);
        whole.EndRecording();
        StateFile.Write(path, [], [new StateSection("chain", whole.Transfer)]);
        StateFile.Open(path).Read([new StateSection("chain", read.Transfer)]);
        foreach (var chain in (Chain[])[whole, other, read]) chain.Run(301, null, CancellationToken.None);
        Assert.Equal((50, 50), (whole.Trace.Count, read.Trace.Count));
        Assert.Equal(whole.Sampler.Position, read.Sampler.Position);
        Assert.Equal(other.Sampler.Position, whole.Sampler.Position);
    }

    // The buffer of the file takes 4 KiB, its name and the like some more; the record has 1 MiB.
    [Fact]
    public void Saving_allocates_nothing_in_proportion()
    {
        var record = new DrawRecord(1, null);
        record.Fill(1 << 17, 1);
        var path = Path.Combine(_folder.Path, "large");
        Assert.InRange(AllocatedBytes.Of(() => StateFile.Write(path, [], [new StateSection("record", record.Transfer)])), 0, 32 << 10);
    }

    // Every second transition recorded, and every third acceptance.
    private static Chain Create(int? most) => new(SamplerCase.Create("mala", new GaussianProblem(200, 60), 5, 1), new ChainOptions { Thinning = 2, AcceptanceEvery = 3, MostRecords = most });

    private static IEnumerable<double> Steps(int made, int stride) => Enumerable.Range(0, (made + stride - 1) / stride).Select(i => (double)i * stride);
}
