using System.Text;
using LambdaHat.Data;

namespace LambdaHat.Tests.Data;

public class SafetensorsTests
{
    public static TheoryData<string, string, float[]> Types => new()
    {
        { "F32", "0000803f000000c0", [1, -2] },
        { "F64", "000000000000e03f00000000000000c0", [0.5f, -2] },
        { "F16", "003c00c0", [1, -2] },
        { "BF16", "803f00c0", [1, -2] },
        { "I64", "0100000000000000feffffffffffffff", [1, -2] },
        { "I32", "01000000feffffff", [1, -2] },
        { "U8", "01ff", [1, 255] },
        { "BOOL", "0100", [1, 0] },
    };

    [Theory, MemberData(nameof(Types))]
    public void Every_type_is_read(string type, string data, float[] expected)
    {
        var bytes = Convert.FromHexString(data);
        var header = $$$"""{"__metadata__":{"format":"pt"},"t":{"dtype":"{{{type}}}","shape":[2,1],"data_offsets":[0,{{{bytes.Length}}}]}}     """;
        using var file = new SafetensorsFile(new MemoryStream(FileBytes.Safetensors(header, bytes)), "test");
        Assert.Equal(["t"], file.Names);
        Assert.Equal([2, 1], file.Find("t")!.Value.Shape);
        Assert.Equal(expected, file.Read("t").Values);
        var part = new float[4];
        file.Read("t", part.AsMemory(1, 2));
        Assert.Equal([0, .. expected, 0], part);
    }

    [Fact]
    public void Tensors_may_stand_in_another_order_than_their_data()
    {
        var header = """{"b":{"dtype":"U8","shape":[],"data_offsets":[2,3]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"none":{"dtype":"F32","shape":[0,4],"data_offsets":[2,2]}}""";
        using var file = new SafetensorsFile(new MemoryStream(FileBytes.Safetensors(header, [1, 2, 3])), "test");
        Assert.Equal([3f], file.Read("b").Values);
        Assert.Equal([1f, 2f], file.Read("a").Values);
        Assert.Empty(file.Read("none").Values);
    }

    [Fact]
    public void What_is_written_is_the_published_layout_and_is_read_again()
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [("fc.weight", [1, 2], new[] { 1f, -2f }), ("fc.bias", [1], new[] { 3f })]);
        var bytes = stream.ToArray();
        var length = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal("""{"__metadata__":{"format":"pt"},"fc.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"fc.bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal("0000803F000000C000004040", Convert.ToHexString(bytes.AsSpan(8 + length)));
        using var file = new SafetensorsFile(new MemoryStream(bytes), "test");
        Assert.Equal([3f], file.Read("fc.bias").Values);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "take 4 bytes, but 8 bytes follow the header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "take at least 12 bytes, but 8 bytes follow the header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor \"b\": starts at byte 4; expected 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "tensor \"a\": starts at byte 4; expected 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "data_offsets [0, 8] do not span the 12 bytes of F32 (3)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets [8, 0] do not span")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "dtype \"F8_E4M3\" is not supported")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "shape must be at most 64 whole numbers from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,8]}}""", "more than the 2147483591 elements")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}""", "expected the keys dtype, shape and data_offsets, once each")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "two tensors are named \"a\"")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "expected dtype, shape and data_offsets of two numbers")]
    [InlineData("""[1]""", "expected an object of tensors in the safetensors header, got StartArray")]
    [InlineData("""{"a":""", "not valid JSON")]
    [InlineData("""{"a\ud800":{}}""", "not valid JSON")]
    public void Wrong_headers_are_refused_with_the_reason(string header, string reason)
    {
        var error = Assert.Throws<InvalidInputException>(() => new SafetensorsFile(new MemoryStream(FileBytes.Safetensors(header, new byte[8])), "model.safetensors"));
        Assert.StartsWith("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
