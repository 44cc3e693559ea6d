namespace LambdaHat.Data;

/// <summary>Class labels as targets of a squared error.</summary>
public static class ClassTargets
{
    /// <summary>The same inputs with the unit vector e_y of length <paramref name="classes"/> in place of every label y.</summary>
    /// <exception cref="InvalidInputException">A target is no class from 0 to below <paramref name="classes"/>.</exception>
    public static ArrayDataSet UnitVectors(ArrayDataSet data, int classes)
    {
        if (data.TargetSize != 1) throw new InvalidInputException($"class labels: expected one target number a sample, got {data.TargetSize}");
        var targets = new float[checked(data.Count * classes)];
        for (var s = 0; s < data.Count; s++)
        {
            var label = data.Targets[s];
            if (!(label >= 0 && label < classes && label == MathF.Floor(label))) throw new InvalidInputException($"class labels: expected whole numbers from 0 to {classes - 1}, got {label} for sample {s}");
            targets[(s * classes) + (int)label] = 1;
        }
        return new(data.Inputs, data.InputSize, targets, classes);
    }
}
