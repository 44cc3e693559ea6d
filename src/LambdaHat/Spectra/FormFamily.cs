using System.Numerics.Tensors;
using LambdaHat.Numerics;

namespace LambdaHat.Spectra;

/// <summary>Quadratic forms B_1 … B_m on κ coordinates, kept by pairs of coordinates: the components of a vector-valued form q(y) = (yᵀB_r y)_r.</summary>
internal sealed class FormFamily(int count, int coordinates)
{
    private const int MostSteps = 200;

    private readonly double[] _pairs = new double[count * (coordinates * (coordinates + 1) / 2)];
    private double[] _basis = [];
    private int _size;

    /// <summary>After <see cref="Reduce"/>: how many coordinates enter beyond doubt.</summary>
    public int Certain { get; private set; }

    /// <summary>B_r[i, j] for all r, i ≥ j.</summary>
    public Span<double> Pair(int i, int j) => _pairs.AsSpan(((i * (i + 1) / 2) + j) * count, count);

    /// <summary>
    /// The number of coordinates that enter any form: the rank of Σ_r B_r², whose kernel is the common kernel of the B_r. Counts eigenvalues above <paramref name="rounding"/> of the largest, and
    /// those above <paramref name="certain"/>, or of <paramref name="scale"/> where that is larger; what follows goes by the coordinates counted.
    /// </summary>
    public int Reduce(double rounding, double certain, double scale)
    {
        var gram = new double[coordinates * coordinates];
        for (var j = 0; j < coordinates; j++)
        {
            for (var k = 0; k <= j; k++)
            {
                var sum = 0.0;
                for (var i = 0; i < coordinates; i++) sum += TensorPrimitives.Dot<double>(Pair(Math.Max(i, j), Math.Min(i, j)), Pair(Math.Max(i, k), Math.Min(i, k)));
                gram[(j * coordinates) + k] = gram[(k * coordinates) + j] = sum;
            }
        }
        var values = new double[coordinates];
        new SymmetricEigen().Decompose(gram, coordinates, values);
        if (!(values[^1] > 0)) return 0;
        var largest = Math.Max(values[^1], scale);
        _size = values.Count(v => v > rounding * largest);
        Certain = values.Count(v => v > certain * largest);
        _basis = gram[((coordinates - _size) * coordinates)..];
        return _size;
    }

    /// <summary>
    /// Whether a combination Σ_r c_r B_r that is positive definite on those coordinates was found, with a least eigenvalue above <paramref name="margin"/> of the largest; then q(y) = 0 for y = 0 only. The perceptron:
    /// where y has yᵀ(Σ c_r B_r)y ≤ 0, add q(y) to c. It ends where there is a combination, with steps of about 1/margin²; false says nothing.
    /// </summary>
    public bool FindDefinite(double margin, CancellationToken cancellation)
    {
        double[] combination = new double[count], form = new double[_size * _size], values = new double[_size], y = new double[coordinates], change = new double[count];
        // To begin with c_r = tr B_r, the projection of the identity.
        for (var a = 0; a < _size; a++) Add(_basis.AsSpan(a * coordinates, coordinates), combination);
        for (var step = 0; step < MostSteps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Combine(combination, form);
            new SymmetricEigen().Decompose(form, _size, values);
            if (values[0] > margin * Math.Max(values[^1], -values[0])) return true;
            y.AsSpan().Clear();
            for (var a = 0; a < _size; a++) TensorPrimitives.MultiplyAdd(_basis.AsSpan(a * coordinates, coordinates), form[a], y, y);
            change.AsSpan().Clear();
            Add(y, change);
            var size = TensorPrimitives.Norm<double>(change);
            // A zero of q, or none that rounding could tell from one.
            if (!(size > 1e-9 * Math.Max(TensorPrimitives.Norm<double>(_pairs), double.Epsilon))) return false;
            var norm = TensorPrimitives.Norm<double>(combination);
            if (norm > 0 && step == 0) TensorPrimitives.Divide(combination, norm, combination);
            for (var r = 0; r < count; r++) combination[r] += change[r] / size;
        }
        return false;
    }

    // result += q(y).
    private void Add(ReadOnlySpan<double> y, Span<double> result)
    {
        for (var i = 0; i < coordinates; i++)
        {
            for (var j = 0; j <= i; j++) TensorPrimitives.MultiplyAdd(Pair(i, j), (i == j ? 1 : 2) * y[i] * y[j], result, result);
        }
    }

    // form ← Eᵀ(Σ_r c_r B_r)E on the reduced coordinates.
    private void Combine(double[] combination, double[] form)
    {
        var full = new double[coordinates * coordinates];
        for (var i = 0; i < coordinates; i++)
        {
            for (var j = 0; j <= i; j++) full[(i * coordinates) + j] = full[(j * coordinates) + i] = TensorPrimitives.Dot<double>(combination, Pair(i, j));
        }
        var product = new double[_size * coordinates];
        var multiply = new DoubleProduct();
        multiply.Multiply(_size, coordinates, coordinates, _basis, false, full, false, product);
        multiply.Multiply(_size, _size, coordinates, product, false, _basis, true, form);
    }
}
