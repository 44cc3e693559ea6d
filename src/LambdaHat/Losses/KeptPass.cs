using LambdaHat.Data;

namespace LambdaHat.Losses;

/// <summary>What a pass over the data has summed up, kept on disk as it goes: one that was ended goes on where it was, to the same bits. Without a store nothing is kept.</summary>
internal sealed class KeptPass
{
    private readonly StateStore? _store;
    private readonly double[] _sums;
    private int _done, _saved;

    /// <summary>Fills <paramref name="sums"/> with what <paramref name="store"/> has of them.</summary>
    public KeptPass(StateStore? store, double[] sums)
    {
        (_store, _sums) = (store, sums);
        store?.Load()?.Read(Sections());
        _saved = _done;
    }

    /// <summary>The samples that are in the sums.</summary>
    public int Done => _done;

    /// <summary>The first <paramref name="done"/> samples are in the sums, and nothing else; saves where that is due.</summary>
    public void Reach(int done)
    {
        _done = done;
        if (_store?.Left == TimeSpan.Zero) Save();
    }

    /// <summary>Saves what is new, as where the pass is ended or complete.</summary>
    public void Save()
    {
        if (_store is null || _done == _saved) return;
        _store.Save(Sections());
        if (_store.IsSaved) _saved = _done;
    }

    private StateSection[] Sections() =>
    [
        new("pass", state =>
        {
            _done = state.Value(_done);
            state.Values(_sums.AsSpan());
        }),
    ];
}
