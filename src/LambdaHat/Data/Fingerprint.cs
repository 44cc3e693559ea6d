using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LambdaHat.Numerics;

namespace LambdaHat.Data;

/// <summary>SHA-256 sums that tell inputs apart: of parameters, and of samples as they are used, preprocessed and split.</summary>
public static class Fingerprint
{
    private const int Samples = 1024, Piece = 1 << 20;

    /// <summary>That of the bytes of <paramref name="values"/>.</summary>
    public static string Of(ReadOnlySpan<float> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, values);
        return Text(hash);
    }

    /// <summary>That of several of these, in their order.</summary>
    public static string Of(IEnumerable<string> sums)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sum in sums) Append(hash, sum + "\n");
        return Text(hash);
    }

    /// <summary>That of shape and content of <paramref name="data"/>; of samples made when they are read, of what they are made from.</summary>
    public static string Of(DataSet data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, $"{data.GetType().Name} {data.Count} {data.InputSize} {data.TargetSize}\n");
        switch (data)
        {
            case ArrayDataSet arrays:
                Append(hash, arrays.Inputs);
                Append(hash, arrays.Targets);
                break;
            case TeacherDataSet teacher:
                Append(hash, teacher.Seed.ToString(CultureInfo.InvariantCulture));
                Append(hash, teacher.Teacher);
                break;
            default:
                AppendSamples(hash, data);
                break;
        }
        return Text(hash);
    }

    private static void AppendSamples(IncrementalHash hash, DataSet data)
    {
        var stride = AlignedMemory.RowStride(Samples);
        float[] x = new float[data.InputSize * stride], y = new float[data.TargetSize * stride];
        var indices = new int[Samples];
        for (var start = 0; start < data.Count; start += Samples)
        {
            var count = Math.Min(Samples, data.Count - start);
            for (var i = 0; i < count; i++) indices[i] = start + i;
            data.Read(indices.AsSpan(0, count), new Matrix(x, data.InputSize, Samples, stride), new Matrix(y, data.TargetSize, Samples, stride));
            Append(hash, x);
            Append(hash, y);
        }
    }

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));

    private static void Append(IncrementalHash hash, ReadOnlySpan<float> values)
    {
        for (; values.Length > Piece; values = values[Piece..]) hash.AppendData(MemoryMarshal.AsBytes(values[..Piece]));
        hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    private static string Text(IncrementalHash hash) => $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
}
