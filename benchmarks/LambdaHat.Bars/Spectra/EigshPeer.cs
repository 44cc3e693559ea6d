using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Losses;
using LambdaHat.Networks;

namespace LambdaHat.Bars.Spectra;

/// <summary>scipy's eigsh on the same operator in NumPy, with the same weights and samples.</summary>
internal static class EigshPeer
{
    private const string Python = "/usr/bin/python3";

    private static readonly string s_script = Path.Combine("benchmarks", "peers", "eigsh.py");

    public static JsonObject Run(NetworkObjective objective, int pairs, string type, double tolerance)
    {
        if (!File.Exists(s_script)) throw new InvalidInputException($"expected to run in the repository's root, where {s_script} is");
        var folder = Directory.CreateTempSubdirectory("lambdahat-eigsh-").FullName;
        try
        {
            var path = Path.Combine(folder, "operator.npz");
            Export(objective, path);
            var start = new ProcessStartInfo(Python, [s_script, path, pairs.ToString(CultureInfo.InvariantCulture), type, tolerance.ToString("R", CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
            // Debian's OpenBLAS may not know this processor and fall back to its oldest kernels: name the fastest that it can run.
            var core = Vector512.IsHardwareAccelerated ? "SkylakeX" : Vector256.IsHardwareAccelerated ? "Haswell" : null;
            if (core is not null) start.Environment["OPENBLAS_CORETYPE"] = core;
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"{s_script} ended with code {process.ExitCode}");
            return JsonNode.Parse(text)!.AsObject();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // x, w and b of every dense layer, and the slopes of the ReLU between them.
    private static void Export(NetworkObjective objective, string path)
    {
        var data = (ArrayDataSet)objective.Data;
        using var file = File.Create(path);
        using var archive = new NpzWriter(file);
        archive.Add("x", data.Inputs, data.Count, data.InputSize);
        var dense = 0;
        for (var l = 0; l < objective.Network.Layers.Count; l++)
        {
            var layer = objective.Network.Layers[l].Layer;
            if (layer is not Dense { Bias: true } != (l % 2 == 1) || (l % 2 == 1 && layer is not Relu)) throw new InvalidInputException($"{s_script} knows dense layers with biases and ReLU between them, got {layer.Kind} as layer {l}");
            if (layer is not Dense) continue;
            var parameters = objective.Network.Slice(objective.Center, l);
            archive.Add($"w{dense}", parameters[..(layer.Inputs * layer.Outputs)], layer.Outputs, layer.Inputs);
            archive.Add($"b{dense++}", parameters[(layer.Inputs * layer.Outputs)..], layer.Outputs);
        }
        AddSlopes(objective, data, archive);
    }

    // Of the pass that the operator makes too, in the same chunks.
    private static void AddSlopes(NetworkObjective objective, ArrayDataSet data, NpzWriter archive)
    {
        var layers = objective.Network.Layers;
        float[][] slopes = [.. Enumerable.Range(0, layers.Count / 2).Select(r => new float[data.Count * layers[(2 * r) + 1].Layer.Outputs])];
        FullPass.Visit(objective.Network, data, data.Count, objective.Center, null, (start, pass, _) =>
        {
            for (var r = 0; r < slopes.Length; r++)
            {
                var activation = pass.ActivationInto((2 * r) + 2);
                for (var unit = 0; unit < activation.Rows; unit++)
                    for (var i = 0; i < pass.Batch; i++) slopes[r][((start + i) * activation.Rows) + unit] = activation.Row(unit)[i] > 0 ? 1 : 0;
            }
        }, "slopes");
        for (var r = 0; r < slopes.Length; r++) archive.Add($"s{r}", slopes[r], data.Count, slopes[r].Length / data.Count);
    }
}
