using System.Text.Json.Nodes;
using LambdaHat.Data;
using LambdaHat.Networks;

namespace LambdaHat.Cli.Subjects;

/// <summary>
/// What a network's <c>config.json</c> says of its training: task, seed and, for a deep linear network, the ranks of the teacher that it was to learn, from which
/// the same teacher can be drawn again.
/// </summary>
internal sealed record TrainingNotes(string Task, ulong Seed, int[]? TeacherRanks)
{
    /// <summary>The notes in <paramref name="json"/>, as far as it holds them.</summary>
    public static TrainingNotes? Read(JsonObject? json)
    {
        if (json?["task"] is not JsonValue task || !task.TryGetValue<string>(out var name) || json["seed"] is not JsonValue number || !number.TryGetValue<ulong>(out var seed)) return null;
        var ranks = (json["teacher_ranks"] as JsonArray)?.Select(node => node is JsonValue value && value.TryGetValue<int>(out var rank) ? rank : -1).ToArray();
        return new(name, seed, ranks);
    }

    /// <summary>The teacher of <paramref name="student"/>; null where there was none.</summary>
    public LinearTeacher? Teacher(Network student, Preparation preparation)
    {
        if (TeacherRanks is null) return null;
        int[] widths = [student.Inputs, .. student.Layers.Select(l => l.Layer.Outputs)];
        return new LinearTeacher(DeepLinearTeacher.Draw(widths, TeacherRanks, Seed, preparation.Team.Size, preparation).Product(preparation.Team), student.Outputs, student.Inputs);
    }

    /// <summary>The notes of the checkpoint after <paramref name="step"/> steps.</summary>
    public JsonObject At(long step)
    {
        var json = new JsonObject { ["task"] = Task, ["step"] = step, ["seed"] = Seed, ["version"] = LambdaHatCommand.Version };
        if (TeacherRanks is not null) json["teacher_ranks"] = new JsonArray([.. TeacherRanks.Select(rank => (JsonNode)rank)]);
        return json;
    }
}
