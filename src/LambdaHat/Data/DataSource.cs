using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>
/// Data ready for use: the training samples (whose number is n), the test samples where there are any, and what was done to them, to be stored with a network.
/// </summary>
public sealed record LoadedData(DataSet Train, DataSet? Test, DataSpec Spec, Preprocessing Preprocessing, Split Split);

/// <summary>Loads what a <see cref="DataSpec"/> names, checks it, preprocesses it and splits it.</summary>
public static class DataSource
{
    /// <summary>
    /// Loads <paramref name="spec"/>. Null <paramref name="preprocessing"/> and <paramref name="split"/> stand for the scheme's own: pixels for mnist, 0.8 for modular-addition,
    /// none and given otherwise. The scheme dln needs a <paramref name="teacher"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// A file is missing or damaged, inputs and targets differ in number, there are no samples, a value is not finite, or data that come with a test part (or are made
    /// when read) are to be split or preprocessed otherwise.
    /// </exception>
    public static LoadedData Load(DataSpec spec, Preprocessing? preprocessing = null, Split? split = null, LinearTeacher? teacher = null)
    {
        var place = $"data \"{spec}\"";
        preprocessing ??= spec.Kind.Preprocessing;
        split ??= spec.Kind.Split;
        var arrays = spec.Kind.Load(spec, teacher);
        if (arrays.Generated is { } generated)
        {
            if (preprocessing != Preprocessing.None || split.TrainFraction is not null)
                throw new InvalidInputException($"{place}: samples made when they are read cannot be preprocessed or split; expected preprocessing none and split given");
            return new LoadedData(generated, null, spec, preprocessing, split);
        }
        var train = Samples(arrays.Inputs, arrays.Targets, preprocessing, place);
        var test = arrays.TestInputs is { } x && arrays.TestTargets is { } y ? Samples(x, y, preprocessing, $"{place}, test part") : null;
        if (test is not null && (test.InputSize != train.InputSize || test.TargetSize != train.TargetSize))
            throw new InvalidInputException($"{place}: training samples have {train.InputSize} inputs and {train.TargetSize} targets, test samples {test.InputSize} and {test.TargetSize}; expected the same");
        if (split.TrainFraction is null) return new LoadedData(train, test, spec, preprocessing, split);
        if (test is not null) throw new InvalidInputException($"{place}: comes with its own test part; expected split given, got {split}");
        var (first, rest) = split.Indices(train.Count);
        return new LoadedData(Take(train, first), rest.Length > 0 ? Take(train, rest) : null, spec, preprocessing, split);
    }

    private static ArrayDataSet Samples(Tensor x, Tensor y, Preprocessing preprocessing, string place)
    {
        foreach (var (tensor, what) in new[] { (x, "inputs"), (y, "targets") })
        {
            if (tensor.Shape.Length == 0 || tensor.Values.Length == 0)
                throw new InvalidInputException($"{place}: the {what} have shape {tensor.ShapeText}; expected samples along the first dimension and at least one number in each");
        }
        var count = x.Shape[0];
        if (y.Shape[0] != count) throw new InvalidInputException($"{place}: {count} inputs but {y.Shape[0]} targets; expected the same number");
        int inputSize = x.Values.Length / count, targetSize = y.Values.Length / count;
        CheckFinite(x.Values, inputSize, $"{place}: input");
        CheckFinite(y.Values, targetSize, $"{place}: target");
        preprocessing.Apply(x.Values, inputSize);
        CheckFinite(x.Values, inputSize, $"{place}: preprocessed input");
        return new ArrayDataSet(x.Values, inputSize, y.Values, targetSize);
    }

    private static void CheckFinite(ReadOnlySpan<float> values, int size, string what)
    {
        if (System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(values)) return;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new InvalidInputException($"{what} {i % size} of sample {i / size} is {values[i]}; expected a finite number");
        }
    }

    private static ArrayDataSet Take(ArrayDataSet all, int[] indices)
    {
        float[] x = new float[indices.Length * all.InputSize], y = new float[indices.Length * all.TargetSize];
        for (var i = 0; i < indices.Length; i++)
        {
            all.Inputs.AsSpan(indices[i] * all.InputSize, all.InputSize).CopyTo(x.AsSpan(i * all.InputSize));
            all.Targets.AsSpan(indices[i] * all.TargetSize, all.TargetSize).CopyTo(y.AsSpan(i * all.TargetSize));
        }
        return new ArrayDataSet(x, all.InputSize, y, all.TargetSize);
    }
}
