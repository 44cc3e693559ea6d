using LambdaHat.Numerics;

namespace LambdaHat.Curvature;

/// <summary>Lanczos processes side by side, so that their products are made in blocks and a team shares their orthogonalisation. Each comes out as it would alone, but for the rounding of its products.</summary>
internal sealed class LanczosGroup : ITeamWork
{
    private readonly SymmetricOperator _operator;
    private readonly WorkTeam? _team;
    private readonly Lanczos[] _runs;
    private readonly double[] _vectors, _products;
    private Lanczos[] _open = [];

    public LanczosGroup(SymmetricOperator operation, int size, WorkTeam? team)
    {
        (_operator, _team) = (operation, team);
        _runs = [.. Enumerable.Range(0, size).Select(_ => new Lanczos(operation))];
        (_vectors, _products) = (new double[(long)size * operation.Dimension], new double[(long)size * operation.Dimension]);
    }

    /// <summary>Takes <paramref name="depth"/> steps from each of <paramref name="starts"/>, as many as the group's size at most, or fewer where a Krylov space is exhausted.</summary>
    public ReadOnlySpan<Lanczos> Run(IReadOnlyList<double[]> starts, int depth, CancellationToken cancellation)
    {
        for (var i = 0; i < starts.Count; i++) _runs[i].Start(starts[i]);
        var d = _operator.Dimension;
        while ((_open = [.. _runs.Take(starts.Count).Where(run => !run.IsComplete && run.Steps < depth)]).Length > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < _open.Length; i++) _open[i].Next.CopyTo(_vectors.AsSpan(i * d, d));
            _operator.MultiplyBlock(_vectors.AsSpan(0, _open.Length * d), _products.AsSpan(0, _open.Length * d), _open.Length);
            if (_team is null) Execute(0, 1);
            else _team.Run(this);
        }
        return _runs.AsSpan(0, starts.Count);
    }

    /// <inheritdoc/>
    public void Execute(int part, int parts)
    {
        var d = _operator.Dimension;
        for (var i = part; i < _open.Length; i += parts) _open[i].Advance(_products.AsSpan(i * d, d));
    }
}
