using System.Runtime.ExceptionServices;
using LambdaHat.Numerics;
using LambdaHat.Sampling;

namespace LambdaHat.Estimation;

/// <summary>
/// The chains of a run, side by side on threads of their own. What a chain does depends on nothing but itself, so that the result is the same for any number of threads.
/// </summary>
internal sealed class ChainSet : IDisposable
{
    private readonly WorkTeam?[] _teams;
    private readonly Chain?[] _chains;

    /// <summary>As many chains as asked for; threads that are left over share the products of a chain.</summary>
    public ChainSet(Func<int, WorkTeam?, Sampler> create, ChainOptions options, int chains, int threads)
    {
        var workers = Math.Min(threads, chains);
        _chains = new Chain?[chains];
        _teams = new WorkTeam?[workers];
        for (var worker = 0; worker < workers; worker++)
        {
            var share = (threads / workers) + (worker < threads % workers ? 1 : 0);
            if (share > 1) _teams[worker] = new WorkTeam(share);
        }
        ForEach(i => _chains[i] = new Chain(create(i, _teams[i % workers]), options));
    }

    public IReadOnlyList<Chain> Chains => _chains!;

    /// <summary>Does <paramref name="work"/> for every chain, by its number.</summary>
    public void ForEach(Action<int> work)
    {
        Exception? failure = null;
        void Work(int worker)
        {
            try
            {
                for (var i = worker; i < _chains.Length && failure is null; i += _teams.Length) work(i);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
        }
        var threads = Enumerable.Range(1, _teams.Length - 1).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = $"chain worker {worker}" }).ToArray();
        foreach (var thread in threads) thread.Start();
        Work(0);
        foreach (var thread in threads) thread.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    public void Dispose()
    {
        foreach (var chain in _chains) chain?.Dispose();
        foreach (var team in _teams) team?.Dispose();
    }
}
