using System.Diagnostics;

namespace LambdaHat.Tests.Reporting;

/// <summary>Debian's Chromium without a window.</summary>
internal static class Chromium
{
    public const string RequireVariable = "LAMBDAHAT_REQUIRE_BROWSER";

    /// <summary>The browser's path, or null where there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin")
        .SelectMany(folder => new[] { System.IO.Path.Combine(folder, "chromium"), System.IO.Path.Combine(folder, "chromium-browser") })
        .FirstOrDefault(File.Exists);

    /// <summary>Opens the page and returns the document as it stands once loaded, and what the browser logged.</summary>
    public static async Task<(string Document, string Log)> Open(string page, int width, int height, bool dark)
    {
        if (Path is null) throw new InvalidOperationException($"no chromium on this machine, and {RequireVariable}=1 demands one");
        var profile = Directory.CreateTempSubdirectory("lambdahat-browser-");
        try
        {
            var start = new ProcessStartInfo(Path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--enable-logging=stderr", $"--user-data-dir={profile.FullName}", $"--window-size={width},{height}",
                $"--blink-settings=preferredColorScheme={(dark ? 0 : 1)}", "--dump-dom", new Uri(page).AbsoluteUri,
            ];
            foreach (var argument in arguments) start.ArgumentList.Add(argument);
            using var browser = Process.Start(start)!;
            var document = browser.StandardOutput.ReadToEndAsync();
            var log = browser.StandardError.ReadToEndAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            try
            {
                await browser.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                browser.Kill(entireProcessTree: true);
                throw new TimeoutException("chromium did not finish within 60 s");
            }
            return (await document, await log);
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}

/// <summary>A fact that needs a browser: skipped where there is none, unless the environment demands one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Chromium.Path is null && Environment.GetEnvironmentVariable(Chromium.RequireVariable) != "1")
            Skip = "no chromium in PATH or /usr/bin; install Debian's chromium to open the report in a browser";
    }
}
