using System.Runtime.CompilerServices;

namespace LambdaHat.Numerics;

/// <summary>
/// The eigenvalues of diag(D) + ρ·z·zᵀ, for ascending and distinct D, ρ > 0 and no z_j = 0: the roots of 1/ρ + Σ_j z_j²/(D_j − λ), one
/// in every interval (D_i, D_{i+1}) and one above D_{K−1} (Li, LAPACK working note 89). Each is computed as a distance from the nearest
/// pole, so that D_j − λ has full relative accuracy even where λ itself has not.
/// </summary>
internal static unsafe class SecularEquation<TLanes, TVector>
    where TLanes : struct, IDoubleLanes<TVector>
    where TVector : struct
{
    private const double Epsilon = 1.0 / (1L << 53);

    /// <summary>More than a bisection down to the last bit takes.</summary>
    private const int MaximumIterations = 120;

    /// <summary>Finds root i of count ≥ 1 and fills gaps with D_j − λ.</summary>
    public static double Root(int i, int count, double* poles, double* z, double rho, double* gaps)
    {
        if (count == 1)
        {
            gaps[0] = -rho * z[0] * z[0];
            return poles[0] - gaps[0];
        }
        // The poles whose terms the interpolation models: those around the root, or the two below the last root.
        int right = Math.Min(i + 1, count - 1), left = right - 1;
        var above = i == count - 1;
        double low, high, shift;
        var origin = i;
        Distances(poles, count, poles[origin], gaps);
        if (above)
        {
            double square = 0;
            for (var j = 0; j < count; j++) square += z[j] * z[j];
            (low, high) = (0, rho * square * (1 + (4 * Epsilon * count)));
            var rest = (1 / rho) + Sum(gaps, z, 0, right, high / 2, out _);
            shift = rest > 0 ? z[right] * z[right] / rest : high / 2;
        }
        else
        {
            double gap = gaps[right], zl = z[left] * z[left], zr = z[right] * z[right];
            var rest = (1 / rho) + Sum(gaps, z, 0, left, gap / 2, out _) + Sum(gaps, z, right + 1, count, gap / 2, out _);
            if (rest + (2 * (zr - zl) / gap) >= 0)
            {
                (low, high) = (0, gap / 2);
                shift = Smaller((rest * gap) + zl + zr, zl * gap, rest);
            }
            else
            {
                origin = right;
                Distances(poles, count, poles[origin], gaps);
                (low, high) = (-gap / 2, 0);
                shift = Smaller((-rest * gap) + zl + zr, -zr * gap, rest);
            }
        }
        for (var iteration = 0; iteration < MaximumIterations; iteration++)
        {
            if (!(shift > low && shift < high))
            {
                shift = low + ((high - low) / 2);
                if (!(shift > low && shift < high)) break;
            }
            double below = Sum(gaps, z, 0, right, shift, out var belowSlope), beyond = Sum(gaps, z, right, count, shift, out var beyondSlope);
            double value = (1 / rho) + below + beyond, slope = belowSlope + beyondSlope;
            if (Math.Abs(value) <= Epsilon * ((8 * (Math.Abs(below) + Math.Abs(beyond))) + (1 / rho) + (Math.Abs(shift) * slope))) break;
            if (value < 0) low = shift;
            else high = shift;
            // c + q/(a − η) + s/(b − η) with the values and slopes of the two sums: a quadratic for η.
            double a = gaps[left] - shift, b = gaps[right] - shift;
            double c = value - (belowSlope * a) - (beyondSlope * b), linear = ((a + b) * value) - (a * b * slope), constant = a * b * value;
            var step = above ? Larger(linear, constant, c) : Smaller(linear, constant, c);
            if (!(value * step < 0)) step = -value / slope;
            var next = shift + step;
            if (next == shift) break;
            shift = next;
        }
        // The loop ends with a shift inside the bracket, or with one of two neighbouring numbers of which one may be a pole.
        if (shift == 0) shift = low == 0 ? high : low;
        for (var j = 0; j < count; j++) gaps[j] -= shift;
        return poles[origin] + shift;
    }

    /// <summary>weights_j ← weights_j·gaps_j/(D_j − D_i), without the denominator at j = i.</summary>
    public static void MultiplyWeights(int i, int count, double* poles, double* gaps, double* weights)
    {
        var own = weights[i] * gaps[i];
        var pole = TLanes.Create(poles[i]);
        for (var j = 0; j < count; j += TLanes.Count)
        {
            var ratio = TLanes.Divide(TLanes.Load(gaps + j), TLanes.Subtract(TLanes.Load(poles + j), pole));
            TLanes.Store(weights + j, TLanes.Multiply(TLanes.Load(weights + j), ratio));
        }
        weights[i] = own;
    }

    /// <summary>result_j ← z_j/gaps_j; returns 1/‖result‖. The last registers of gaps and of result may hold more than count numbers, which are lost.</summary>
    public static double Vector(int count, double* z, double* gaps, double* result)
    {
        TVector squares = default;
        for (var j = count; j % TLanes.Count != 0; j++) gaps[j] = 1;
        for (var j = 0; j < count; j += TLanes.Count)
        {
            var mask = TLanes.Mask(count - j);
            var x = TLanes.Divide(TLanes.LoadMasked(z + j, mask), TLanes.Load(gaps + j));
            TLanes.Store(result + j, x);
            squares = TLanes.MultiplyAdd(x, x, squares);
        }
        return 1 / Math.Sqrt(TLanes.Sum(squares));
    }

    private static void Distances(double* poles, int count, double origin, double* gaps)
    {
        for (var j = 0; j < count; j += TLanes.Count) TLanes.Store(gaps + j, TLanes.Subtract(TLanes.Load(poles + j), TLanes.Create(origin)));
    }

    /// <summary>Σ z_j²/(gaps_j − shift) over [start, end), and its derivative by the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(double* gaps, double* z, int start, int end, double shift, out double slope)
    {
        TVector sum = default, slopes = default, shifts = TLanes.Create(shift);
        var j = start;
        for (; j <= end - TLanes.Count; j += TLanes.Count)
        {
            var weight = TLanes.Load(z + j);
            var ratio = TLanes.Divide(weight, TLanes.Subtract(TLanes.Load(gaps + j), shifts));
            sum = TLanes.MultiplyAdd(weight, ratio, sum);
            slopes = TLanes.MultiplyAdd(ratio, ratio, slopes);
        }
        if (j < end)
        {
            var mask = TLanes.Mask(end - j);
            var weight = TLanes.LoadMasked(z + j, mask);
            var ratio = TLanes.Divide(weight, TLanes.Subtract(TLanes.LoadMasked(gaps + j, mask), shifts));
            sum = TLanes.MultiplyAdd(weight, ratio, sum);
            slopes = TLanes.MultiplyAdd(ratio, ratio, slopes);
        }
        slope = TLanes.Sum(slopes);
        return TLanes.Sum(sum);
    }

    /// <summary>The root of cη² − aη + b = 0 with the minus sign before the square root, without cancellation.</summary>
    private static double Smaller(double a, double b, double c)
    {
        var root = Math.Sqrt(Math.Abs((a * a) - (4 * b * c)));
        return a <= 0 ? (a - root) / (2 * c) : 2 * b / (a + root);
    }

    /// <summary>The same with the plus sign.</summary>
    private static double Larger(double a, double b, double c)
    {
        var root = Math.Sqrt(Math.Abs((a * a) - (4 * b * c)));
        return a >= 0 ? (a + root) / (2 * c) : 2 * b / (a - root);
    }
}
