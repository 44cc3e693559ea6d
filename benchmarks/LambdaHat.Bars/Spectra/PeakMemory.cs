using System.Globalization;

namespace LambdaHat.Bars.Spectra;

/// <summary>The most resident memory of this process since it was last forgotten (Linux; 0 elsewhere).</summary>
internal static class PeakMemory
{
    public static void Forget()
    {
        GC.Collect();
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    public static double Mebibytes()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return Math.Round(double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024, 1);
    }
}
