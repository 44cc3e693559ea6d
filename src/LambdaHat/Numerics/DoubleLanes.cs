using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LambdaHat.Numerics;

/// <summary>What the float64 kernels need beyond <see cref="ILanes{TVector}"/>.</summary>
internal unsafe interface IDoubleLanes<TVector> : ILanes<TVector> where TVector : struct
{
    static abstract TVector Create(double value);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The sum of the lanes.</summary>
    static abstract double Sum(TVector v);

    /// <summary>A register's count of float32, widened.</summary>
    static abstract TVector LoadWidened(float* p);
}

/// <summary>512-bit registers of float64.</summary>
internal readonly unsafe struct DoubleLanes512 : IDoubleLanes<Vector512<double>>
{
    public static int Count => 8;

    public static int Bytes => 64;

    public static int TileRows => 12;

    public static Vector512<double> Load(void* p) => Vector512.Load((double*)p);

    public static void Store(void* p, Vector512<double> v) => v.Store((double*)p);

    public static Vector512<double> Broadcast(void* p) => Vector512.Create(*(double*)p);

    public static Vector512<double> Create(double value) => Vector512.Create(value);

    public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => a + b;

    public static Vector512<double> Subtract(Vector512<double> a, Vector512<double> b) => a - b;

    public static Vector512<double> Multiply(Vector512<double> a, Vector512<double> b) => a * b;

    public static Vector512<double> Divide(Vector512<double> a, Vector512<double> b) => a / b;

    public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.MultiplyAddEstimate(a, b, c);

    public static Vector512<double> Mask(int count) => Vector512.GreaterThan(Vector512.Create((long)count), Vector512<long>.Indices).AsDouble();

    public static Vector512<double> LoadMasked(void* p, Vector512<double> mask) => Avx512F.MaskLoad((double*)p, mask, Vector512<double>.Zero);

    public static void StoreMasked(void* p, Vector512<double> mask, Vector512<double> v) => Avx512F.MaskStore((double*)p, mask, v);

    public static double Sum(Vector512<double> v) => Vector512.Sum(v);

    public static Vector512<double> LoadWidened(float* p) => Avx512F.ConvertToVector512Double(Vector256.Load(p));
}

/// <summary>256-bit registers of float64.</summary>
internal readonly unsafe struct DoubleLanes256 : IDoubleLanes<Vector256<double>>
{
    public static int Count => 4;

    public static int Bytes => 32;

    public static int TileRows => 6;

    public static Vector256<double> Load(void* p) => Vector256.Load((double*)p);

    public static void Store(void* p, Vector256<double> v) => v.Store((double*)p);

    public static Vector256<double> Broadcast(void* p) => Vector256.Create(*(double*)p);

    public static Vector256<double> Create(double value) => Vector256.Create(value);

    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;

    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b) => a - b;

    public static Vector256<double> Multiply(Vector256<double> a, Vector256<double> b) => a * b;

    public static Vector256<double> Divide(Vector256<double> a, Vector256<double> b) => a / b;

    public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.MultiplyAddEstimate(a, b, c);

    public static Vector256<double> Mask(int count) => Vector256.GreaterThan(Vector256.Create((long)count), Vector256<long>.Indices).AsDouble();

    public static Vector256<double> LoadMasked(void* p, Vector256<double> mask) => Avx.MaskLoad((double*)p, mask);

    public static void StoreMasked(void* p, Vector256<double> mask, Vector256<double> v) => Avx.MaskStore((double*)p, mask, v);

    public static double Sum(Vector256<double> v) => Vector256.Sum(v);

    public static Vector256<double> LoadWidened(float* p) => Avx.ConvertToVector256Double(Vector128.Load(p));
}

/// <summary>128-bit registers of float64, on any processor.</summary>
internal readonly unsafe struct DoubleLanes128 : IDoubleLanes<Vector128<double>>
{
    public static int Count => 2;

    public static int Bytes => 16;

    public static int TileRows => 6;

    public static Vector128<double> Load(void* p) => Vector128.Load((double*)p);

    public static void Store(void* p, Vector128<double> v) => v.Store((double*)p);

    public static Vector128<double> Broadcast(void* p) => Vector128.Create(*(double*)p);

    public static Vector128<double> Create(double value) => Vector128.Create(value);

    public static Vector128<double> Add(Vector128<double> a, Vector128<double> b) => a + b;

    public static Vector128<double> Subtract(Vector128<double> a, Vector128<double> b) => a - b;

    public static Vector128<double> Multiply(Vector128<double> a, Vector128<double> b) => a * b;

    public static Vector128<double> Divide(Vector128<double> a, Vector128<double> b) => a / b;

    public static Vector128<double> MultiplyAdd(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Vector128.MultiplyAddEstimate(a, b, c);

    public static Vector128<double> Mask(int count) => Vector128.GreaterThan(Vector128.Create((long)count), Vector128<long>.Indices).AsDouble();

    public static Vector128<double> LoadMasked(void* p, Vector128<double> mask)
    {
        var lanes = Vector128.ExtractMostSignificantBits(mask);
        return Vector128.Create((lanes & 1) != 0 ? ((double*)p)[0] : 0d, (lanes & 2) != 0 ? ((double*)p)[1] : 0d);
    }

    public static void StoreMasked(void* p, Vector128<double> mask, Vector128<double> v)
    {
        var lanes = Vector128.ExtractMostSignificantBits(mask);
        if ((lanes & 1) != 0) ((double*)p)[0] = v[0];
        if ((lanes & 2) != 0) ((double*)p)[1] = v[1];
    }

    public static double Sum(Vector128<double> v) => Vector128.Sum(v);

    public static Vector128<double> LoadWidened(float* p) => Vector128.Create((double)p[0], (double)p[1]);
}
