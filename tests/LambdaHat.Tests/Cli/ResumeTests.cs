using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LambdaHat.Cli;
using LambdaHat.Tests.Data;

namespace LambdaHat.Tests.Cli;

/// <summary>Processes that are killed, folders that are in use, closed or full: nothing is lost and nothing damaged.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Estimate = "estimate --dln 6,8,5 --n 4000 --sampler langevin --chains 3 --max-steps 16000 --tolerance 0.0001 --seed 3";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public async Task Killed_twenty_times_an_estimate_ends_with_the_same_bits() => await KilledAndResumed(Estimate, "trace.npz", 20, least: 20);

    [UnixFact]
    public async Task Killed_again_and_again_a_training_ends_with_the_same_bits()
    {
        await KilledAndResumed("train matrix-factorisation --steps 1000000 --checkpoints 7", "model.safetensors", 6, least: 2);
        string[] Checkpoints(string run) => [.. Directory.GetFiles(Path.Combine(_folder.Path, run, "checkpoints"), "*.safetensors", SearchOption.AllDirectories).Order()];
        var (whole, killed) = (Checkpoints("whole"), Checkpoints("killed"));
        Assert.Equal(7, whole.Length);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(File.ReadAllBytes(whole[i]), File.ReadAllBytes(killed[i]));
    }

    // Before is what has to be there first.
    [UnixTheory]
    [InlineData("", "sweep --dln 6,8,5 --n 4000 --nbetas 400 --gammas 1,30 --sampler langevin --chains 2 --max-steps 5000 --tolerance 0.0001 --seed 3")]
    [InlineData("train matrix-factorisation --steps 2000 --checkpoints 2 --out model", "track model/checkpoints --loss behavioural --sampler langevin --chains 2 --max-steps 600 --tolerance 0.0001")]
    [InlineData("train matrix-factorisation --steps 2000 --out model", "compare model model --sampler langevin --chains 2 --max-steps 600 --tolerance 0.0001")]
    [InlineData("", "hessian --dln 40,60,40 --n 3000 --method krylov --pairs 300")]
    [InlineData("", "hessian --dln 6,8,5 --n 4000 --sandwich --gamma 100")]
    [InlineData("", "reproduce sgld-vs-mala --size smoke")]
    public Task Killed_again_and_again_the_result_is_the_same(string before, string line) => Task.Factory.StartNew(() =>
    {
        if (before.Length > 0) Finish($"{before} --json");
        KillAndResume(line, null, 4, least: 1);
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    [Fact]
    public void A_finished_run_prints_its_result_again()
    {
        var run = In("estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5 --json --out");
        var again = CommandRun.Of("resume --json", Run);
        Assert.Equal((run.Code, run.Out, ""), (again.Code, again.Out, again.Error));
        Assert.StartsWith("finished already: lambdahat estimate --dln 3,4", CommandRun.Of("resume", Run).Out);
    }

    // Killed before its first checkpoint: the note is all there is.
    [Fact]
    public void A_run_that_saved_nothing_begins_anew()
    {
        const string line = "estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5 --json --out";
        var whole = In(line);
        foreach (var file in Directory.GetFiles(Run).Where(f => Path.GetFileName(f) != "run.json")) File.Delete(file);
        Unfinish();
        var again = CommandRun.Of("resume --json", Run);
        Assert.Equal(0, again.Code);
        Assert.Equal(Timeless(whole.Json), Timeless(again.Json));
        Assert.Contains("goes on with: lambdahat estimate --dln 3,4", again.Error);
    }

    [Fact]
    public void Verify_runs_it_again_and_names_what_is_otherwise()
    {
        In("estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5 --json --out");
        var verified = CommandRun.Of("verify --json", Run);
        Assert.Equal(ExitCode.Done, verified.Code);
        Assert.True(verified.Json["verified"]!.GetValue<bool>());
        Assert.Equal(["result.json", "trace.npz"], verified.Json["files"]!.AsArray().Select(f => f!.GetValue<string>()));
        var path = Path.Combine(Run, "result.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json["lambda_hat"] = 1.25;
        json["inputs"]!["data"] = "sha256:0";
        File.WriteAllText(path, json.ToJsonString());
        var differs = CommandRun.Of("verify", Run);
        Assert.Equal(ExitCode.Differs, differs.Code);
        Assert.Contains("  lambda_hat is 1.25 there and ", differs.Out);
        Assert.Contains("data is \"sha256:0\" there and \"sha256:", differs.Out);
    }

    [Theory]
    [InlineData("sweep --dln 3,2 --n 100 --gammas 1,10 --nbetas 20 --sampler sgld --steps 50 --step-size 1e-4 --json --out", "sweep.json")]
    [InlineData("hessian --dln 3,2 --n 100 --json --out", "hessian.json")]
    [InlineData("train dln --widths 3,2 --steps 20 --json --out", "training.json")]
    [InlineData("reproduce volume-scaling --size smoke --json --out", "experiment.json")]
    [InlineData("demo --json --out", "result.json")]
    public void Every_command_with_a_folder_can_be_resumed_and_verified(string line, string file)
    {
        var whole = In(line);
        Assert.Equal((0, file), (whole.Code, JsonNode.Parse(File.ReadAllText(Path.Combine(Run, "run.json")))!["finished"]!.GetValue<string>()));
        if (line.StartsWith("demo", StringComparison.Ordinal)) return;
        Assert.Equal(0, CommandRun.Of("verify", Run).Code);
        Unfinish();
        var again = CommandRun.Of("resume --json", Run);
        Assert.Equal((0, Timeless(whole.Json)), (again.Code, Timeless(again.Json)));
    }

    [Fact]
    public void A_folder_without_a_run_is_named()
    {
        Assert.Equal([$"there is no run.json in \"{_folder.Path}\"; expected the folder of a run"], CommandRun.Of("resume", _folder.Path).Problems);
        Assert.Equal([$"RUN_DIR: there is no folder \"{Run}\"; expected one of a run"], CommandRun.Of("verify", Run).Problems);
        File.WriteAllText(Path.Combine(_folder.Path, "run.json"), "{\"words\": [], \"finished\": \"../x\"}");
        var problem = Assert.Single(CommandRun.Of("resume", _folder.Path).Problems);
        Assert.Contains("\"words\" must be those of a command", problem);
        Assert.Contains("\"finished\" must be the name of a file in the folder", problem);
    }

    [UnixFact]
    public async Task A_folder_in_use_is_refused_until_its_process_is_killed()
    {
        using var process = Start($"{Estimate} --out run");
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("at w*", StringComparison.Ordinal)) { }
        var refused = In("estimate --dln 3,4 --n 100 --out");
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Equal($"another run is at work in \"{Run}\"; expected it to end first, or another folder", Assert.Single(refused.Problems));
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(File.Exists(Path.Combine(Run, ".lock")));
        Assert.Equal(0, In("estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5 --out").Code);
    }

    // A limit on the size of files (2 KiB) stands for a full disk: without its signal the write fails.
    [UnixTheory]
    [InlineData("trap '' XFSZ; ulimit -f 4; exec")]
    public async Task A_full_disk_costs_the_files_not_the_result(string limit)
    {
        var info = new ProcessStartInfo("sh") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-c", $"{limit} dotnet {Path.Combine(AppContext.BaseDirectory, "LambdaHat.Cli.dll")} {Estimate.Replace("4000 --tol", "600 --tol")} --save-every 0.05 --json --out run"]) info.ArgumentList.Add(word);
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        info.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == ExitCode.BadInput, $"exit code {process.ExitCode}: {await error}");
        Assert.True(double.IsFinite(JsonNode.Parse(output)!["lambda_hat"]!.GetValue<double>()));
        Assert.Contains("lambdahat: the state of the run is not saved: cannot write", await error);
        Assert.Contains("lambdahat: cannot write", await error);
        Assert.All(Directory.GetFiles(Run, "*.json"), path => JsonNode.Parse(File.ReadAllText(path)));
        Assert.False(File.Exists(Path.Combine(Run, "trace.npz")));
        Assert.Empty(Directory.GetFiles(Run, "*.tmp"));
    }

    // A file system of 64 KiB, mounted in a name space of its own.
    [SmallDiskFact]
    public async Task A_small_disk_costs_the_files_not_the_result()
    {
        var (code, output, error) = await OnFileSystem("size=64k", $"{Estimate.Replace("4000 --tol", "600 --tol")} --save-every 0.05 --json --out run", "code=$?; echo LEFT >&2; ls run >&2; exit $code");
        Assert.True(code == ExitCode.BadInput, $"exit code {code}: {error}");
        Assert.True(double.IsFinite(JsonNode.Parse(output)!["lambda_hat"]!.GetValue<double>()));
        Assert.Contains("lambdahat: the state of the run is not saved: cannot write", error);
        Assert.Contains("lambdahat: cannot write", error);
        Assert.DoesNotContain(".tmp", error.Split("LEFT")[^1]);
    }

    [SmallDiskFact]
    public async Task A_read_only_file_system_is_refused_before_any_work()
    {
        var (code, output, error) = await OnFileSystem("ro", $"{Estimate} --json --out run", "exit $?");
        Assert.True(code == ExitCode.BadInput, $"exit code {code}: {error}");
        Assert.Equal("", output);
        Assert.StartsWith("lambdahat: cannot write", error, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", error, StringComparison.Ordinal);
        Assert.DoesNotContain("at w*", error, StringComparison.Ordinal);
    }

    // A file in the folder's place: what a folder that may not be written to is to others, and to the super-user too.
    [UnixFact]
    public async Task A_closed_folder_costs_the_files_not_the_result()
    {
        using var process = Start($"{Estimate.Replace("4000 --tol", "600 --tol")} --save-every 0.05 --json --out run");
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("at w*", StringComparison.Ordinal)) { }
        Directory.Delete(Run, recursive: true);
        File.WriteAllText(Run, "");
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == ExitCode.BadInput, $"exit code {process.ExitCode}: {await error}");
        Assert.True(double.IsFinite(JsonNode.Parse(output)!["lambda_hat"]!.GetValue<double>()));
        Assert.Contains("lambdahat: the state of the run is not saved: cannot write", await error);
        Assert.Equal("", File.ReadAllText(Run));
    }

    [Fact]
    public void The_state_of_another_run_is_not_overwritten()
    {
        In("estimate --dln 3,4 --ranks 3 --n 100 --sampler sgld --steps 50 --burn-in 0.5 --json --out");
        Unfinish();
        File.WriteAllText(Path.Combine(Run, "state.run"), "");
        var other = In("estimate --dln 3,4 --ranks 3 --n 200 --sampler sgld --steps 50 --burn-in 0.5 --json --out");
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("holds the state of an unfinished run, lambdahat estimate --dln 3,4 --ranks 3 --n 100", Assert.Single(other.Problems));
        // Of the same run it is damaged: said, and begun anew.
        var same = CommandRun.Of("resume --json", Run);
        Assert.Equal(0, same.Code);
        Assert.Contains("is no whole state of a run", Assert.Single(same.Problems));
    }

    private string Run => Path.Combine(_folder.Path, "run");

    // The command in a mount space of its own, the run folder a file system made with the options.
    private async Task<(int Code, string Output, string Error)> OnFileSystem(string options, string line, string after)
    {
        Directory.CreateDirectory(Run);
        var info = new ProcessStartInfo("unshare") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] words = [.. SmallDiskFactAttribute.Words, "sh", "-c", $"mount -t tmpfs -o {options} none run && dotnet {Path.Combine(AppContext.BaseDirectory, "LambdaHat.Cli.dll")} {line}; {after}"];
        foreach (var word in words) info.ArgumentList.Add(word);
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private CommandRun In(string line) => CommandRun.Of(line, Run);

    // As a kill just before the end leaves it.
    private void Unfinish()
    {
        var path = Path.Combine(Run, "run.json");
        var note = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        note["finished"] = null;
        note["code"] = null;
        File.WriteAllText(path, note.ToJsonString());
    }

    private static string Timeless(JsonObject json)
    {
        var copy = json.DeepClone();
        Strip(copy);
        return copy.ToJsonString();

        static void Strip(JsonNode? node)
        {
            if (node is JsonArray array) foreach (var item in array) Strip(item);
            if (node is not JsonObject root) return;
            foreach (var key in root.Select(pair => pair.Key).Where(key => key is "started" or "command" or "tables" || key.EndsWith("seconds", StringComparison.Ordinal)).ToArray()) root.Remove(key);
            foreach (var (_, value) in root) Strip(value);
        }
    }

    // The moments are random times after a save, from a fixed seed; their number is fixed. On a thread of its own: a timer waits for the pool, which the other tests keep busy.
    private Task KilledAndResumed(string line, string array, int kills, int least) =>
        Task.Factory.StartNew(() => KillAndResume(line, array, kills, least), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void KillAndResume(string line, string? array, int kills, int least)
    {
        var whole = Finish($"{line} --json --out whole");
        var random = new Random(1);
        DateTime Saved() => Directory.Exists(Path.Combine(_folder.Path, "killed"))
            ? Directory.GetFiles(Path.Combine(_folder.Path, "killed"), "state*.run", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(default).Max() : default;
        for (var kill = 0; kill < kills; kill++)
        {
            var before = Saved();
            using var process = Start(kill == 0 ? $"{line} --save-every 0.03 --out killed" : "resume killed");
            var said = new StringBuilder();
            process.ErrorDataReceived += (_, data) => { lock (said) said.AppendLine(data.Data); };
            process.OutputDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            while (!process.HasExited && Saved() <= before) Thread.Sleep(2);
            Thread.Sleep(random.Next(40));
            if (process.HasExited && kill >= least) break;
            if (process.HasExited) lock (said) Assert.Fail($"over before kill {kill + 1}: {said}");
            process.Kill();
            process.WaitForExit();
        }
        var resumed = Finish("resume killed --json");
        Assert.Equal(Without(whole, "folder"), Without(resumed, "folder"));
        if (array is not null) Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.Path, "whole", array)), File.ReadAllBytes(Path.Combine(_folder.Path, "killed", array)));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "killed"), "state*", SearchOption.AllDirectories));

        static string Without(JsonObject json, string key)
        {
            json.Remove(key);
            return Timeless(json);
        }
    }

    private JsonObject Finish(string line)
    {
        using var process = Start(line);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return JsonNode.Parse(output)!.AsObject();
    }

    private Process Start(string line)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8 };
        foreach (var word in (string[])[Path.Combine(AppContext.BaseDirectory, "LambdaHat.Cli.dll"), .. line.Split(' ')]) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }
}
