using System.Numerics.Tensors;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>
/// r(w) = f_w(x_s) − f_w*(x_s) over all samples and outputs, whose squares the behavioural loss adds up. Second derivatives are carried forward through the layers in float64: a value, two tangents and
/// the mixed second derivative. f″ of a function is a difference of its slopes over five points 1e-3 apart, with an error of about 1e-12.
/// </summary>
public sealed class NetworkResidual : IResidual
{
    private const double Spacing = 1e-3;

    private readonly Network _network;
    private readonly DataSet _data;
    private readonly float[] _center;
    private readonly double[] _w;
    private readonly WorkTeam? _team;

    /// <summary>At <paramref name="w"/>, which is copied.</summary>
    public NetworkResidual(Network network, DataSet data, ReadOnlySpan<float> w, WorkTeam? team = null)
    {
        DataFit.CheckInputs(network, data, w.Length, "the data");
        (_network, _data, _center, _team) = (network, data, w.ToArray(), team);
        _w = [.. _center.Select(v => (double)v)];
    }

    /// <inheritdoc/>
    public int Rows => checked(_data.Count * _network.Outputs);

    /// <inheritdoc/>
    public int Dimension => _network.Dimension;

    /// <inheritdoc/>
    public void Jacobian(Span<double> jacobian) => new ExactJacobian(_network, _data, _center, team: _team).Assemble().CopyTo(jacobian);

    /// <inheritdoc/>
    public void SecondDerivatives(ReadOnlySpan<double> directions, int count, int first, Span<double> results)
    {
        var widest = Math.Max(_network.Inputs, _network.Layers.Max(l => l.Layer.Outputs));
        double[] x = new double[_network.Inputs], value = new double[widest], nextValue = new double[widest];
        double[] tangents = new double[count * widest], nextTangents = new double[count * widest], second = new double[count * widest], nextSecond = new double[count * widest];
        double[] slope = new double[widest], curve = new double[widest];
        float[] input = new float[_network.Inputs], target = new float[_data.TargetSize];
        for (var s = 0; s < _data.Count; s++)
        {
            _data.Read([s], new Matrix(input, input.Length, 1), new Matrix(target, target.Length, 1));
            for (var i = 0; i < x.Length; i++) value[i] = input[i];
            tangents.AsSpan().Clear();
            second.AsSpan().Clear();
            for (var l = 0; l < _network.Layers.Count; l++)
            {
                var layer = _network.Layers[l].Layer;
                var (from, to) = (layer.Inputs, layer.Outputs);
                var range = _network.ParameterRange(l);
                var part = _w.AsSpan()[range];
                layer.ForwardExact(part, value.AsSpan(0, from), nextValue.AsSpan(0, to));
                if (layer is not (Dense or Embedding)) Slopes(layer, value.AsSpan(0, from), slope.AsSpan(0, to), curve.AsSpan(0, to));
                var lead = directions.Slice(first * Dimension, Dimension)[range];
                for (var j = 0; j < count; j++)
                {
                    Span<double> a = tangents.AsSpan(j * widest, from), c = second.AsSpan(j * widest, from), na = nextTangents.AsSpan(j * widest, to), nc = nextSecond.AsSpan(j * widest, to);
                    ReadOnlySpan<double> b = tangents.AsSpan(first * widest, from), y = directions.Slice(j * Dimension, Dimension)[range];
                    switch (layer)
                    {
                        case Dense dense:
                            for (var o = 0; o < to; o++)
                            {
                                ReadOnlySpan<double> w = part.Slice(o * from, from), wy = y.Slice(o * from, from), wl = lead.Slice(o * from, from);
                                na[o] = TensorPrimitives.Dot(w, a) + TensorPrimitives.Dot<double>(wy, value.AsSpan(0, from)) + (dense.Bias ? y[(from * to) + o] : 0);
                                nc[o] = TensorPrimitives.Dot(w, c) + TensorPrimitives.Dot(wy, b) + TensorPrimitives.Dot(wl, a);
                            }
                            break;
                        case Embedding:
                            layer.ForwardExact(y, value.AsSpan(0, from), na);
                            nc.Clear();
                            break;
                        default:
                            for (var o = 0; o < to; o++)
                            {
                                na[o] = slope[o] * a[o];
                                nc[o] = (slope[o] * c[o]) + (curve[o] * a[o] * b[o]);
                            }
                            break;
                    }
                }
                (value, nextValue) = (nextValue, value);
                (tangents, nextTangents) = (nextTangents, tangents);
                (second, nextSecond) = (nextSecond, second);
            }
            for (var j = 0; j < count; j++) second.AsSpan(j * widest, _network.Outputs).CopyTo(results.Slice((j * Rows) + (s * _network.Outputs), _network.Outputs));
        }
    }

    // f′ and f″ of a function of single features. Pieces of straight lines have none but at kinks, which no sample stands on.
    private static void Slopes(Layer layer, ReadOnlySpan<double> x, Span<double> slope, Span<double> curve)
    {
        double[] ones = [.. Enumerable.Repeat(1.0, x.Length)], at = new double[x.Length], found = new double[x.Length];
        layer.BackwardExact([], x, ones, slope, []);
        curve.Clear();
        if (layer is Relu or Identity) return;
        foreach (var (steps, weight) in (ReadOnlySpan<(int, double)>)[(-2, 1), (-1, -8), (1, 8), (2, -1)])
        {
            for (var i = 0; i < x.Length; i++) at[i] = x[i] + (steps * Spacing);
            layer.BackwardExact([], at, ones, found, []);
            for (var i = 0; i < x.Length; i++) curve[i] += weight * found[i] / (12 * Spacing);
        }
    }
}
