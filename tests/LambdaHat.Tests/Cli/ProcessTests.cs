using System.Diagnostics;
using System.Text;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>The command as a process of its own: signals, streams and the folder it starts in.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_an_estimate_that_is_saved_and_goes_on(string signal, int code)
    {
        using var process = Start("estimate --dln 20,20 --n 1000 --sampler sgld --steps 100000000 --thinning 1000 --step-size 1e-9 --acceptance-every 0 --out run");
        var error = new StringBuilder();
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("at w*", StringComparison.Ordinal)) error.AppendLine(line);
        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"])) kill.WaitForExit();
        var rest = await process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == code, $"exit code {process.ExitCode}: {error}{rest}");
        Assert.Equal("", output);
        var run = Path.Combine(_folder.Path, "run");
        var last = rest[(rest.LastIndexOf('%') is var percent and >= 0 ? rest.IndexOf('\n', percent) + 1 : 0)..].Split('\n');
        Assert.Matches(@"^after \d+ steps: λ̂ = \S+ ± \S+ so far$", last[0]);
        Assert.Equal([$"saved; lambdahat resume {run} goes on", "lambdahat: interrupted", ""], last[1..]);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(["run.json", "state.run"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
    }

    // Where OpenBLAS is installed it is at work on one of 29 factorisations when the signal comes; elsewhere the command is refused.
    [UnixFact]
    public async Task A_signal_ends_a_spectrum_in_the_middle_of_a_factorisation()
    {
        if (LambdaHat.Lapack.LapackLibrary.Find() is null) return;
        using var process = Start("hessian --dln 45,40,45 --ranks 40,40 --n 100 --method dense --out run");
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("inertia:", StringComparison.Ordinal)) { }
        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"])) kill.WaitForExit();
        var rest = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith("lambdahat: interrupted\n", rest, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        // The folder stays where products of the probes were worth keeping.
        var run = Path.Combine(_folder.Path, "run");
        Assert.Equal(Directory.Exists(run), rest.Contains($"saved; lambdahat resume {run} goes on", StringComparison.Ordinal));
        if (Directory.Exists(run)) Assert.Equal(["run.json", "state.run.spectrum.products"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
    }

    [UnixFact]
    public async Task A_run_goes_to_a_dated_folder_and_pipes_get_plain_text()
    {
        using var process = Start("estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5");
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        Assert.DoesNotContain('\u001b', output + await error);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(_folder.Path, "lambdahat-runs")));
        Assert.Matches(@"^\d{8}-\d{6}-dln$", Path.GetFileName(run));
        Assert.Equal(["config.json", "report.html", "result.json", "run.json", "trace.npz"], Directory.GetFiles(run).Select(Path.GetFileName).Order());
        Assert.EndsWith($"{Path.Combine("lambdahat-runs", Path.GetFileName(run), "report.html")}\n", output);
    }

    // 600 MB of numbers, on the disk as a hole, for a process that may have 384 MiB.
    [UnixFact]
    public async Task Data_that_do_not_fit_into_memory_are_refused_with_the_number()
    {
        var path = Path.Combine(_folder.Path, "large.safetensors");
        var header = FileBytes.Safetensors("""{"x":{"dtype":"F32","shape":[150000,1000],"data_offsets":[0,600000000]},"y":{"dtype":"F32","shape":[150000],"data_offsets":[600000000,600600000]}}""", []);
        using (var file = File.Create(path))
        {
            file.Write(header);
            file.SetLength(header.Length + 600_600_000L);
        }
        using var process = Start("train mnist-mlp --data safetensors:large.safetensors --out run", "DOTNET_GCHeapHardLimit=0x18000000");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(ExitCode.BadInput, process.ExitCode);
        Assert.Matches("^lambdahat: .*large.safetensors.*takes 0\\.6 GB of memory, and there are 0\\.[34]\\d* GB; expected less data, or a machine with more\n$", error);
    }

    // A shell may start the tests with SIGINT ignored, which children would inherit: env resets it.
    private Process Start(string line, params string[] environment)
    {
        var start = new ProcessStartInfo("env") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        foreach (var word in (string[])["--default-signal=INT,TERM", .. environment, "dotnet", Path.Combine(AppContext.BaseDirectory, "LambdaHat.Cli.dll"), .. line.Split(' ')]) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }
}

/// <summary>A test that sends signals; skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = Reason;

    public static string? Reason => OperatingSystem.IsLinux() ? null : "needs Linux: signals, kill and env --default-signal";
}

/// <summary>A theory that sends signals; skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = UnixFactAttribute.Reason;
}
