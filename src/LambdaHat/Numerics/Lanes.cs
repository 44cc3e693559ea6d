using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LambdaHat.Numerics;

/// <summary>
/// The operations that the kernels need from a vector register of one kind of number, so that one source serves every register width
/// and, where numbers are neither counted in bytes nor rearranged, float32 and float64. All members are inlined into the kernels.
/// </summary>
internal unsafe interface ILanes<TVector> where TVector : struct
{
    /// <summary>The numbers in a register.</summary>
    static abstract int Count { get; }

    /// <summary>The bytes of a register.</summary>
    static abstract int Bytes { get; }

    /// <summary>The most rows of a tile two registers wide whose sums stay in registers.</summary>
    static abstract int TileRows { get; }

    static abstract TVector Load(void* p);

    static abstract void Store(void* p, TVector v);

    /// <summary>The number at p in every lane.</summary>
    static abstract TVector Broadcast(void* p);

    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a·b + c, rounded once where the processor can, twice where it cannot.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>All bits set in the first <paramref name="count"/> lanes, none in the others; any count is legal.</summary>
    static abstract TVector Mask(int count);

    /// <summary>The lanes of the mask; zero in the others, whose memory is not touched.</summary>
    static abstract TVector LoadMasked(void* p, TVector mask);

    /// <summary>Writes the lanes of the mask and no other memory.</summary>
    static abstract void StoreMasked(void* p, TVector mask, TVector v);
}

/// <summary>What packing, transposition and dot products need beyond that from a register of float32.</summary>
internal unsafe interface ISingleLanes<TVector> : ILanes<TVector> where TVector : struct
{
    /// <summary>The most rows of a tile of dot products four columns wide whose sums stay in registers.</summary>
    static abstract int DotRows { get; }

    /// <summary>Four numbers from offset (in bytes) on of each of the rows rows[0], rows[4], rows[8] …, in this order.</summary>
    static abstract TVector LoadQuads(byte** rows, nint offset);

    /// <summary>The number at an offset (in bytes) of each of the rows.</summary>
    static abstract TVector LoadColumn(byte** rows, nint offset);

    /// <summary>a0 b0 a1 b1 within each group of four lanes.</summary>
    static abstract TVector InterleaveLow(TVector a, TVector b);

    /// <summary>a2 b2 a3 b3 within each group of four lanes.</summary>
    static abstract TVector InterleaveHigh(TVector a, TVector b);

    /// <summary>a0 a1 b0 b1 within each group of four lanes.</summary>
    static abstract TVector JoinLow(TVector a, TVector b);

    /// <summary>a2 a3 b2 b3 within each group of four lanes.</summary>
    static abstract TVector JoinHigh(TVector a, TVector b);

    /// <summary>The sum of the groups of four lanes.</summary>
    static abstract Vector128<float> SumQuads(TVector v);
}

/// <summary>512-bit registers.</summary>
internal readonly unsafe struct Lanes512 : ISingleLanes<Vector512<float>>
{
    public static int Count => 16;

    public static int Bytes => 64;

    public static int TileRows => 12;

    public static int DotRows => 6;

    public static Vector512<float> Load(void* p) => Vector512.Load((float*)p);

    public static void Store(void* p, Vector512<float> v) => v.Store((float*)p);

    public static Vector512<float> Broadcast(void* p) => Vector512.Create(*(float*)p);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.MultiplyAddEstimate(a, b, c);

    public static Vector512<float> Mask(int count) => Vector512.GreaterThan(Vector512.Create(count), Vector512<int>.Indices).AsSingle();

    public static Vector512<float> LoadMasked(void* p, Vector512<float> mask) => Avx512F.MaskLoad((float*)p, mask, Vector512<float>.Zero);

    public static void StoreMasked(void* p, Vector512<float> mask, Vector512<float> v) => Avx512F.MaskStore((float*)p, mask, v);

    public static Vector512<float> LoadQuads(byte** rows, nint offset) =>
        Vector512.Create(Lanes256.LoadQuads(rows, offset), Lanes256.LoadQuads(rows + 8, offset));

    public static Vector512<float> LoadColumn(byte** rows, nint offset) =>
        Vector512.Create(Lanes256.LoadColumn(rows, offset), Lanes256.LoadColumn(rows + 8, offset));

    public static Vector512<float> InterleaveLow(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackLow(a, b);

    public static Vector512<float> InterleaveHigh(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackHigh(a, b);

    public static Vector512<float> JoinLow(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle();

    public static Vector512<float> JoinHigh(Vector512<float> a, Vector512<float> b) => Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    public static Vector128<float> SumQuads(Vector512<float> v) => Lanes256.SumQuads(v.GetLower() + v.GetUpper());
}

/// <summary>256-bit registers.</summary>
internal readonly unsafe struct Lanes256 : ISingleLanes<Vector256<float>>
{
    public static int Count => 8;

    public static int Bytes => 32;

    public static int TileRows => 6;

    public static int DotRows => 3;

    public static Vector256<float> Load(void* p) => Vector256.Load((float*)p);

    public static void Store(void* p, Vector256<float> v) => v.Store((float*)p);

    public static Vector256<float> Broadcast(void* p) => Vector256.Create(*(float*)p);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);

    public static Vector256<float> Mask(int count) => Vector256.GreaterThan(Vector256.Create(count), Vector256<int>.Indices).AsSingle();

    public static Vector256<float> LoadMasked(void* p, Vector256<float> mask) => Avx.MaskLoad((float*)p, mask);

    public static void StoreMasked(void* p, Vector256<float> mask, Vector256<float> v) => Avx.MaskStore((float*)p, mask, v);

    public static Vector256<float> LoadQuads(byte** rows, nint offset) =>
        Vector256.Create(Vector128.Load((float*)(rows[0] + offset)), Vector128.Load((float*)(rows[4] + offset)));

    public static Vector256<float> LoadColumn(byte** rows, nint offset) =>
        Vector256.Create(Lanes128.LoadColumn(rows, offset), Lanes128.LoadColumn(rows + 4, offset));

    public static Vector256<float> InterleaveLow(Vector256<float> a, Vector256<float> b) => Avx.UnpackLow(a, b);

    public static Vector256<float> InterleaveHigh(Vector256<float> a, Vector256<float> b) => Avx.UnpackHigh(a, b);

    public static Vector256<float> JoinLow(Vector256<float> a, Vector256<float> b) => Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle();

    public static Vector256<float> JoinHigh(Vector256<float> a, Vector256<float> b) => Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    public static Vector128<float> SumQuads(Vector256<float> v) => v.GetLower() + v.GetUpper();
}

/// <summary>128-bit registers, on any processor.</summary>
internal readonly unsafe struct Lanes128 : ISingleLanes<Vector128<float>>
{
    public static int Count => 4;

    public static int Bytes => 16;

    public static int TileRows => 6;

    public static int DotRows => 3;

    public static Vector128<float> Load(void* p) => Vector128.Load((float*)p);

    public static void Store(void* p, Vector128<float> v) => v.Store((float*)p);

    public static Vector128<float> Broadcast(void* p) => Vector128.Create(*(float*)p);

    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);

    public static Vector128<float> Mask(int count) => Vector128.GreaterThan(Vector128.Create(count), Vector128<int>.Indices).AsSingle();

    public static Vector128<float> LoadMasked(void* p, Vector128<float> mask)
    {
        var lanes = Vector128.ExtractMostSignificantBits(mask);
        return Vector128.Create(
            (lanes & 1) != 0 ? ((float*)p)[0] : 0f,
            (lanes & 2) != 0 ? ((float*)p)[1] : 0f,
            (lanes & 4) != 0 ? ((float*)p)[2] : 0f,
            (lanes & 8) != 0 ? ((float*)p)[3] : 0f);
    }

    public static void StoreMasked(void* p, Vector128<float> mask, Vector128<float> v)
    {
        var lanes = Vector128.ExtractMostSignificantBits(mask);
        for (var i = 0; i < 4; i++)
        {
            if ((lanes & (1u << i)) != 0) ((float*)p)[i] = v[i];
        }
    }

    public static Vector128<float> LoadQuads(byte** rows, nint offset) => Vector128.Load((float*)(rows[0] + offset));

    public static Vector128<float> LoadColumn(byte** rows, nint offset) => Vector128.Create(
        *(float*)(rows[0] + offset), *(float*)(rows[1] + offset), *(float*)(rows[2] + offset), *(float*)(rows[3] + offset));

    public static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    public static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);

    public static Vector128<float> JoinLow(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetLower(), b.GetLower());

    public static Vector128<float> JoinHigh(Vector128<float> a, Vector128<float> b) => Vector128.Create(a.GetUpper(), b.GetUpper());

    public static Vector128<float> SumQuads(Vector128<float> v) => v;
}
