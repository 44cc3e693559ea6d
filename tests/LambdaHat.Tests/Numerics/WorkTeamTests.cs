using LambdaHat.Numerics;

namespace LambdaHat.Tests.Numerics;

public sealed class WorkTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_part_runs_once_in_every_round(int size)
    {
        using var team = new WorkTeam(size);
        var work = new Counting(size);
        for (var round = 1; round <= 2000; round++)
        {
            team.Run(work);
            Assert.All(work.Counts, count => Assert.Equal(round, count));
        }
    }

    [Fact]
    public void Threads_that_fell_asleep_wake_up()
    {
        using var team = new WorkTeam(3);
        var work = new Counting(3);
        for (var round = 1; round <= 5; round++)
        {
            Thread.Sleep(20);
            team.Run(work);
            Assert.All(work.Counts, count => Assert.Equal(round, count));
        }
    }

    [Fact]
    public void A_caller_that_fell_asleep_wakes_up()
    {
        using var team = new WorkTeam(2);
        using var slow = new Sleeping();
        for (var round = 1; round <= 5; round++)
        {
            team.Run(slow);
            Assert.Equal(round, slow.Count);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_exception_reaches_the_caller_after_all_parts_and_the_team_works_on(int failing)
    {
        using var team = new WorkTeam(3);
        var work = new Counting(3) { Failing = failing };
        var error = Assert.Throws<InvalidDataException>(() => team.Run(work));
        Assert.Equal($"part {failing}", error.Message);
        Assert.All(work.Counts, count => Assert.Equal(1, count));
        work.Failing = -1;
        team.Run(work);
        Assert.All(work.Counts, count => Assert.Equal(2, count));
    }

    [Fact]
    public void Rounds_do_not_allocate()
    {
        using var team = new WorkTeam(2);
        var work = new Counting(2);
        team.Run(work);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++) team.Run(work);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Work_inside_work_is_refused(int size)
    {
        using var team = new WorkTeam(size);
        Assert.Throws<InvalidOperationException>(() => team.Run(new Nested(team)));
    }

    [Fact]
    public void A_disposed_team_is_refused()
    {
        var team = new WorkTeam(2);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(new Counting(2)));
    }

    [Fact]
    public void A_team_of_nobody_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkTeam(0));

    [Fact]
    public void Two_parts_run_at_the_same_time()
    {
        using var team = new WorkTeam(2);
        using var release = new ManualResetEventSlim();
        // The first part ends only when the second runs beside it.
        team.Run(new Blocking(release));
        Assert.True(release.IsSet);
    }

    private sealed class Blocking(ManualResetEventSlim release) : ITeamWork
    {
        public void Execute(int part, int parts)
        {
            if (part == 0) release.Wait();
            else release.Set();
        }
    }

    private sealed class Counting(int parts) : ITeamWork
    {
        public int[] Counts { get; } = new int[parts];

        public int Failing { get; set; } = -1;

        public void Execute(int part, int parts)
        {
            Counts[part]++;
            if (part == Failing) throw new InvalidDataException($"part {part}");
        }
    }

    private sealed class Sleeping : ITeamWork, IDisposable
    {
        private readonly Barrier _together = new(2);

        public int Count { get; private set; }

        public void Execute(int part, int parts)
        {
            // Both threads are in before the slower one falls behind.
            _together.SignalAndWait();
            if (Environment.CurrentManagedThreadId == Caller) return;
            Thread.Sleep(10);
            Count++;
        }

        public int Caller { get; } = Environment.CurrentManagedThreadId;

        public void Dispose() => _together.Dispose();
    }

    private sealed class Nested(WorkTeam team) : ITeamWork
    {
        public void Execute(int part, int parts)
        {
            if (part == 0) team.Run(this);
        }
    }
}
