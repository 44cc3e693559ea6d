using LambdaHat.Networks;
using LambdaHat.Numerics;

namespace LambdaHat.Tests.Networks;

public class EmbeddingTests
{
    [Fact]
    public void Vectors_of_the_tokens_are_joined_in_order()
    {
        float[] table = [10, 11, 20, 21, 30, 31];
        float[] tokens = [2, 0, 1, 1];
        var y = new float[8];
        using var product = new MatrixProduct();
        new Embedding(3, 2, 2).Forward(table, new Matrix(tokens, 2, 2), new Matrix(y, 4, 2), product);
        Assert.Equal([30, 10, 31, 11, 20, 20, 21, 21], y);
    }

    [Fact]
    public void A_token_seen_twice_gathers_both_derivatives()
    {
        float[] dw = [9, 9, 9];
        using var product = new MatrixProduct();
        float[] dy = [1, 2, 4, 8];
        new Embedding(3, 1, 2).Backward(new float[3], new Matrix([2, 0, 2, 2], 2, 2), default, new Matrix(dy, 2, 2), default, dw, product);
        Assert.Equal([2, 0, 13], dw);
    }

    [Theory]
    [InlineData(3f)]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void Inputs_out_of_the_vocabulary_are_named(float bad)
    {
        var error = Assert.Throws<InvalidInputException>(() => new Embedding(3, 4, 2).CheckInputs([0, 1, 2, bad], "npz:a.npz"));
        Assert.Equal($"npz:a.npz: input 1 of sample 1 must be an integer from 0 to 2 (the embedding's vocabulary), got {bad}", error.Message);
        new Embedding(3, 4, 2).CheckInputs([0, 1, 2, 2], "npz:a.npz");
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(Embedding.LargestVocabulary + 1, 1, 1)]
    [InlineData(2, 1 << 20, 1 << 20)]
    public void Sizes_out_of_range_are_refused(int vocabulary, int dimension, int tokens) =>
        Assert.Throws<InvalidInputException>(() => new Embedding(vocabulary, dimension, tokens));
}
