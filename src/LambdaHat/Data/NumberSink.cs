namespace LambdaHat.Data;

/// <summary>Converts consecutive bytes to float32 numbers in an array, in file order or from column-major to row-major.</summary>
internal sealed class NumberSink(Memory<float> result, NumberFormat format, ColumnMajorOrder? order)
{
    private int _count;

    /// <summary>The array that is filled, when it was given as one.</summary>
    public float[] Result => System.Runtime.InteropServices.MemoryMarshal.TryGetArray<float>(result, out var segment) && segment.Array!.Length == result.Length
        ? segment.Array
        : throw new InvalidOperationException("the numbers go into a part of an array");

    /// <summary>Converts <paramref name="bytes"/>, a whole number of numbers.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        var count = bytes.Length / format.Size;
        if (order is null)
        {
            format.Convert(bytes, result.Span.Slice(_count, count));
        }
        else
        {
            Span<float> numbers = stackalloc float[256];
            for (var done = 0; done < count; done += numbers.Length)
            {
                var chunk = numbers[..Math.Min(numbers.Length, count - done)];
                format.Convert(bytes[(done * format.Size)..], chunk);
                foreach (var number in chunk) result.Span[order.Next()] = number;
            }
        }
        _count += count;
    }
}

/// <summary>Walks an array in column-major (Fortran) order, giving each element's row-major position.</summary>
internal sealed class ColumnMajorOrder
{
    private readonly int[] _shape, _strides, _index;
    private int _position;

    /// <summary>Starts at the first element of an array of <paramref name="shape"/>.</summary>
    public ColumnMajorOrder(int[] shape)
    {
        _shape = shape;
        _index = new int[shape.Length];
        _strides = new int[shape.Length];
        var stride = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            _strides[i] = stride;
            stride *= Math.Max(shape[i], 1);
        }
    }

    /// <summary>The row-major position of the current element; moves to the next.</summary>
    public int Next()
    {
        var current = _position;
        for (var i = 0; i < _shape.Length; i++)
        {
            _position += _strides[i];
            if (++_index[i] < _shape[i]) break;
            _position -= _strides[i] * _shape[i];
            _index[i] = 0;
        }
        return current;
    }
}
