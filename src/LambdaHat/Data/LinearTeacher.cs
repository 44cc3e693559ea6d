namespace LambdaHat.Data;

/// <summary>The linear map x → W·x that makes the targets of teacher data: W row-major, <see cref="Outputs"/> × <see cref="Inputs"/>.</summary>
public sealed class LinearTeacher
{
    /// <summary>Takes the matrix as it is.</summary>
    /// <exception cref="InvalidInputException">A size is below 1, the matrix has another number of elements, or one is not finite.</exception>
    public LinearTeacher(float[] matrix, int outputs, int inputs)
    {
        if (outputs < 1 || inputs < 1 || (long)outputs * inputs != matrix.Length)
            throw new InvalidInputException($"linear teacher: expected {outputs} × {inputs} elements, both sizes at least 1, got {matrix.Length}");
        var bad = Array.FindIndex(matrix, value => !float.IsFinite(value));
        if (bad >= 0) throw new InvalidInputException($"linear teacher: element ({bad / inputs}, {bad % inputs}) is {matrix[bad]}; expected a finite number");
        Matrix = matrix;
        Outputs = outputs;
        Inputs = inputs;
    }

    /// <summary>W, row-major.</summary>
    public float[] Matrix { get; }

    /// <summary>Rows of W.</summary>
    public int Outputs { get; }

    /// <summary>Columns of W.</summary>
    public int Inputs { get; }
}
