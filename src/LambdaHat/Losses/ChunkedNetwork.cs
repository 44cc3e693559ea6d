using LambdaHat.Data;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Losses;

/// <summary>What is done with some of the vectors of a block on one chunk of samples.</summary>
internal interface IBlockStep
{
    /// <summary>Works on the vectors [first, first + count) of the block. Runs on any thread, but for one chunk after the other in their order.</summary>
    void Execute(BlockPass pass, LoadedChunk chunk, int first, int count);
}

/// <summary>
/// A network linearised at w over the first m samples of a data set, in chunks of at most <see cref="ChunkSize"/>, for products with blocks of vectors. Threads
/// take parts of the block, of a size that depends on the block alone, so that their number changes no result; a block of one part shares its matrix products. Memory: the activations of all chunks where
/// that is at most <see cref="KeptFloats"/> floats, else of one; for each thread <see cref="BlockPass.Budget"/> floats.
/// </summary>
internal sealed class ChunkedNetwork : IDisposable, ITeamWork
{
    /// <summary>Samples that are worked on at once.</summary>
    public const int ChunkSize = 2048;

    /// <summary>256 MiB of activations stay in memory between products.</summary>
    public const long KeptFloats = 1L << 26;

    // Vectors at once: beyond eight the stacked weights of a layer gain nothing, and the buffers leave the cache.
    private const int LargestPart = 8;

    private readonly Network _network;
    private readonly DataSet _data;
    private readonly WorkTeam? _team;
    private readonly AlignedMemory _parameters;
    private readonly AlignedMemory _inputs;
    private readonly MatrixProduct _product;
    private readonly BlockPacking _packing;
    private readonly Loss? _slopes;
    private readonly LoadedChunk?[] _chunks;
    private readonly int[] _indices;
    private readonly BlockPass?[] _passes;
    private readonly bool _ownTargets;
    private readonly int _capacity;
    private readonly int _limit;
    private int _partSize;
    private (IBlockStep Step, LoadedChunk Chunk, int Columns, int Size) _work;

    /// <summary>Prepares at <paramref name="w"/>, which is copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data, which fit the network.</param>
    /// <param name="w">The flat parameters.</param>
    /// <param name="selection">The parameters that vectors are about; null for all.</param>
    /// <param name="samples">m; null for n.</param>
    /// <param name="ownTargets">Whether the targets are the outputs at w instead of the data's.</param>
    /// <param name="slopes">A loss whose second order is wanted, or null.</param>
    /// <param name="team">Threads that share the work.</param>
    /// <exception cref="InvalidInputException">Something is out of range; the message says what was expected.</exception>
    public ChunkedNetwork(Network network, DataSet data, ReadOnlySpan<float> w, ParameterSelection? selection, int? samples, bool ownTargets = false, Loss? slopes = null, WorkTeam? team = null)
    {
        SampleCount = samples ?? data.Count;
        if (SampleCount < 1 || SampleCount > data.Count) throw new InvalidInputException($"samples of the curvature: expected 1 to {data.Count}, got {SampleCount}");
        selection ??= ParameterSelection.All(network.Blocks);
        if (selection.Count == 0) throw new InvalidInputException("the curvature needs at least one parameter, got none");
        (_network, _data, _team, _slopes, _ownTargets) = (network, data, team, slopes, ownTargets);
        _parameters = new AlignedMemory(network.Dimension);
        w.CopyTo(_parameters.Span);
        _packing = new BlockPacking(network, selection);
        _product = new MatrixProduct(team);
        _capacity = Math.Min(SampleCount, ChunkSize);
        _inputs = new AlignedMemory(checked(network.Inputs * AlignedMemory.RowStride(_capacity)));
        _indices = new int[_capacity];
        _limit = (int)Math.Clamp(BlockPass.Budget / BlockPass.Size(network, _packing, _capacity, slopes is not null), 1, LargestPart);
        var chunks = Tiling.Count(SampleCount, ChunkSize);
        _chunks = new LoadedChunk?[ChunkActivations.Size(network, SampleCount, _capacity, slopes is not null) <= KeptFloats ? chunks : 1];
        _passes = new BlockPass?[1 + (team?.Size ?? 1)];
    }

    /// <summary>m, the samples averaged over.</summary>
    public int SampleCount { get; }

    /// <summary>The number of selected parameters.</summary>
    public int Dimension => _packing.Dimension;

    /// <summary>The flat parameters.</summary>
    public ReadOnlySpan<float> Parameters => _parameters.Span;

    /// <summary>Does <paramref name="step"/> for every part of a block of <paramref name="columns"/> vectors on every chunk.</summary>
    public void Run(IBlockStep step, int columns)
    {
        var size = Math.Clamp((columns + 7) / 8, 1, _limit);
        if (size > _partSize) GrowPasses(size);
        for (var c = 0; c * ChunkSize < SampleCount; c++)
        {
            _work = (step, Load(c), columns, size);
            if (columns == 1) step.Execute(_passes[0] ??= NewPass(1, _team), _work.Chunk, 0, 1);
            else if (_team is null) Execute(0, 1);
            else _team.Run(this);
        }
        _work = default;
    }

    /// <inheritdoc/>
    public void Execute(int part, int parts)
    {
        var (step, chunk, columns, size) = _work;
        var pass = _passes[1 + part] ??= NewPass(_partSize, team: null);
        for (var first = part * size; first < columns; first += parts * size) step.Execute(pass, chunk, first, Math.Min(size, columns - first));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Dispose();
        _inputs.Dispose();
        _product.Dispose();
        foreach (var chunk in _chunks) chunk?.Dispose();
        foreach (var pass in _passes) pass?.Dispose();
    }

    private BlockPass NewPass(int size, WorkTeam? team) => new(_network, _packing, _capacity, size, _slopes is not null, team);

    // Larger parts than before need larger buffers.
    private void GrowPasses(int size)
    {
        for (var i = 1; i < _passes.Length; i++)
        {
            _passes[i]?.Dispose();
            _passes[i] = null;
        }
        _partSize = size;
    }

    private LoadedChunk Load(int index)
    {
        var kept = _chunks.Length > 1 || SampleCount <= ChunkSize;
        ref var slot = ref _chunks[kept ? index : 0];
        if (slot is not null && kept) return slot;
        slot ??= new LoadedChunk(_network, _data, _capacity, _slopes is not null, _ownTargets);
        var (start, count) = (index * ChunkSize, Math.Min(ChunkSize, SampleCount - (index * ChunkSize)));
        for (var i = 0; i < count; i++) _indices[i] = start + i;
        slot.Load(_indices.AsSpan(0, count), Parameters, _inputs.Span, _product, _slopes);
        slot.IsLast = start + count == SampleCount;
        return slot;
    }
}
