using System.Diagnostics;

namespace LambdaHat.Tests.Cli;

/// <summary>A fact that mounts a small file system of its own; skipped where it may not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly string[]? s_words = Allowed();

    public SmallDiskFactAttribute() => Skip = s_words is null ? "may not mount a file system here (unshare --mount)" : null;

    /// <summary>The options of unshare.</summary>
    public static IReadOnlyList<string> Words => s_words ?? [];

    private static string[]? Allowed() => OperatingSystem.IsLinux()
        ? ((string[][])[["--mount"], ["--user", "--map-root-user", "--mount"]]).FirstOrDefault(words => Runs([.. words, "sh", "-c", "mount -t tmpfs -o size=64k none /tmp"]))
        : null;

    private static bool Runs(string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("unshare", words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
