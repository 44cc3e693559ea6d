using System.Numerics;

namespace LambdaHat.Numerics;

/// <summary>Sums over vectors of some dozens of numbers, for which a call of a library takes as long as the work. Nothing is checked.</summary>
internal static unsafe class ShortVectors
{
    private static int Lanes => Vector<double>.Count;

    /// <summary>Σ x_i·y_i.</summary>
    public static double Dot(double* x, double* y, int count)
    {
        Vector<double> sum = default, other = default;
        var i = 0;
        for (; i <= count - (2 * Lanes); i += 2 * Lanes)
        {
            sum = Vector.FusedMultiplyAdd(Vector.Load(x + i), Vector.Load(y + i), sum);
            other = Vector.FusedMultiplyAdd(Vector.Load(x + i + Lanes), Vector.Load(y + i + Lanes), other);
        }
        var result = Vector.Sum(sum + other);
        for (; i < count; i++) result += x[i] * y[i];
        return result;
    }

    /// <summary>y ← y + a·x.</summary>
    public static void Add(double* x, double a, double* y, int count)
    {
        Vector<double> factor = new(a);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes) Vector.FusedMultiplyAdd(factor, Vector.Load(x + i), Vector.Load(y + i)).Store(y + i);
        for (; i < count; i++) y[i] += a * x[i];
    }

    /// <summary>z ← z + a·x + b·y.</summary>
    public static void Add(double* x, double a, double* y, double b, double* z, int count)
    {
        Vector<double> first = new(a), second = new(b);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
            Vector.FusedMultiplyAdd(first, Vector.Load(x + i), Vector.FusedMultiplyAdd(second, Vector.Load(y + i), Vector.Load(z + i))).Store(z + i);
        for (; i < count; i++) z[i] += (a * x[i]) + (b * y[i]);
    }

    /// <summary>y ← y + a·x, and Σ x_i·z_i, in one pass over x.</summary>
    public static double AddAndDot(double* x, double a, double* y, double* z, int count)
    {
        Vector<double> factor = new(a), sum = default;
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            var element = Vector.Load(x + i);
            Vector.FusedMultiplyAdd(factor, element, Vector.Load(y + i)).Store(y + i);
            sum = Vector.FusedMultiplyAdd(element, Vector.Load(z + i), sum);
        }
        var result = Vector.Sum(sum);
        for (; i < count; i++)
        {
            y[i] += a * x[i];
            result += x[i] * z[i];
        }
        return result;
    }
}
