// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Client.Folders;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Jobs;

/// <summary>
/// Reads of a job file how many tasks it has, and which input is cut into parts for them. Items (lines of a file, files of a folder) are mapped one by one: so
/// many of them make a task, and how many tasks there are follows.
/// </summary>
/// <param name="top">The job file.</param>
internal sealed class SplitReader(YamlMap top)
{
    /// <summary>The split, or null, and the number of tasks.</summary>
    /// <param name="inputs">The inputs of the job.</param>
    public (JobSplit? Split, uint Tasks) Read(List<NamedInput> inputs)
    {
        var map = top.Map("split");
        var perTask = (uint)map.Value("per-task", 0, map.Has("per-task") ? 1U : 0, int.MaxValue, YamlUnit.Amount);
        if (perTask > 0 && top.Has("tasks")) top.Fail("tasks", "follows from split.per-task; leave one of them out");
        var tasks = perTask > 0 ? 1 : (uint)top.Value("tasks", null, 1, WireLimits.TasksPerJob, YamlUnit.Amount);
        if (!top.Has("split")) return (null, tasks);
        var input = map.Text("input");
        var by = map.Text("by", "lines");
        map.Close();
        SplitBy? known = by switch { "lines" => SplitBy.Lines, "bytes" => SplitBy.Bytes, "files" => SplitBy.Files, _ => null };
        if (known is not { } way)
        {
            map.Fail("by", $"\"{by}\" is not a way to split; write lines, bytes or files");
            return (null, tasks);
        }

        if (way == SplitBy.Bytes && perTask > 0) map.Fail("per-task", "items are lines or files; write by: lines or by: files, or give tasks");
        if (inputs.Find(i => FolderNames.Plain(i.Name) == input) is not { } found)
        {
            if (map.Has("input")) map.Fail("input", $"{input} is not among the inputs");
            return (null, tasks);
        }

        if (FolderNames.IsFolder(found.Name) != (way == SplitBy.Files))
        {
            map.Fail("by", way == SplitBy.Files ? $"{input} is no folder; write lines or bytes" : $"{input} is a folder; write files");
            return (null, tasks);
        }

        var split = new JobSplit(found.Name, way) { PerTask = perTask, Items = perTask == 0 || found.Path.Length == 0 ? 0 : Items(map, found) };
        if (split.Items > 0) tasks = (uint)(((long)split.Items + perTask - 1) / perTask);
        if (tasks + inputs.Count - 1 > WireLimits.SpecItems)
        {
            map.Fail(perTask > 0 ? "per-task" : "input",
                $"{tasks} parts and {inputs.Count - 1} other inputs, limit {WireLimits.SpecItems} together; "
                + (perTask > 0 ? "take more items to a task" : "ask for fewer tasks"));
        }

        return (split, tasks);
    }

    private static uint Items(YamlMap map, NamedInput input)
    {
        try
        {
            if (!Path.Exists(input.Path)) return 0; // said already
            var items = FolderNames.IsFolder(input.Name) ? FolderSource.Files(input.Path).Count : InputSplitter.CountLines(input.Path);
            if (items is > 0 and <= uint.MaxValue) return (uint)items;
            map.Fail("input", items == 0 ? "it has no items: it is empty" : $"it has {items} items, limit {uint.MaxValue}");
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            map.Fail("input", e.Message);
        }

        return 0;
    }
}
