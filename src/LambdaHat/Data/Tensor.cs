namespace LambdaHat.Data;

/// <summary>
/// An array read from a file: its name there, its shape (outermost dimension first, empty for a single number) and its values in
/// row-major order. Every numeric type of a file is converted to float32, which holds whole numbers up to 2²⁴ exactly.
/// </summary>
public sealed record Tensor(string Name, int[] Shape, float[] Values)
{
    /// <summary>The shape as a message shows it: <c>(3, 4)</c>.</summary>
    public string ShapeText => TensorShape.Text(Shape);
}

/// <summary>Checks of shapes that a file claims, before anything is allocated for them.</summary>
internal static class TensorShape
{
    /// <summary>The highest number of dimensions, NumPy's own limit.</summary>
    public const int MaxRank = 64;

    /// <summary>The number of elements of <paramref name="shape"/>.</summary>
    /// <exception cref="InvalidInputException">A dimension or the product of all is larger than an array can be.</exception>
    public static (int[] Shape, int Count) Check(ReadOnlySpan<long> shape, string place)
    {
        var count = 1L;
        var result = new int[shape.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] < 0 || shape[i] > Array.MaxLength)
                throw new InvalidInputException($"{place}: dimension {i} is {shape[i]}; expected 0 to {Array.MaxLength}");
            result[i] = (int)shape[i];
            if (count != 0) count = result[i] == 0 ? 0 : Math.Min(count * result[i], long.MaxValue >> 31);
        }
        if (count > Array.MaxLength)
            throw new InvalidInputException($"{place}: shape {Text(result)} has more than the {Array.MaxLength} elements that an array can hold");
        return (result, (int)count);
    }

    /// <summary>The shape in parentheses.</summary>
    public static string Text(IReadOnlyList<int> shape) => $"({string.Join(", ", shape)})";
}
