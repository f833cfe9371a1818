// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Results;

/// <summary>Finds scenarios and results below a folder.</summary>
public static class Listing
{
    /// <summary>Deepest folder that is looked into.</summary>
    public const int DepthMost = 12;

    /// <summary>Most files and folders that are looked at.</summary>
    public const int EntriesMost = 100_000;

    private const int HeadBytes = 64 << 10;

    private static readonly EnumerationOptions Options = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Looks through a folder; below a run, or a sweep that is not the folder itself, it does not look further.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>What it found, in the order of the paths.</returns>
    /// <exception cref="PeerComputeException">The folder is not there, or too much lies in it.</exception>
    public static IReadOnlyList<Listed> Of(string folder)
    {
        if (!Directory.Exists(folder)) throw new PeerComputeException(ErrorCode.NotFound, $"{folder} is no folder: name one that holds scenarios or results.");
        var found = new List<Listed>();
        var seen = 0;
        Look(folder, folder, 0, found, ref seen);
        return [.. found.OrderBy(static one => one.Path, StringComparer.Ordinal)];
    }

    private static void Look(string root, string folder, int depth, List<Listed> found, ref int seen)
    {
        if (RunFolder.Is(folder))
        {
            found.Add(Run(Path.GetRelativePath(root, folder), folder));
            return;
        }

        if (SweepFolder.Is(folder))
        {
            found.Add(Sweep(Path.GetRelativePath(root, folder), folder));
            if (depth > 0) return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", Options))
        {
            Count(root, ref seen);
            if (Head(file) is not { } head || LooksLikeScenario(head)) found.Add(Scenario(Path.GetRelativePath(root, file), file));
        }

        foreach (var inner in Directory.EnumerateDirectories(folder, "*", Options))
        {
            Count(root, ref seen);
            if (depth < DepthMost && !Path.GetFileName(inner.AsSpan()).StartsWith(".")) Look(root, inner, depth + 1, found, ref seen);
        }
    }

    private static void Count(string root, ref int seen)
    {
        if (++seen > EntriesMost)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"{root} holds more than {EntriesMost} files: name a folder below it.");
    }

    private static ListedRun Run(string path, string folder)
    {
        try
        {
            return new ListedRun(path, RunFolder.Read(folder), "");
        }
        catch (PeerComputeException e)
        {
            return new ListedRun(path, null, e.Message);
        }
    }

    private static ListedSweep Sweep(string path, string folder)
    {
        try
        {
            var (sweep, runs) = (SweepFolder.Read(folder), SweepFolder.Read(folder).Finished());
            return new ListedSweep(path, sweep, runs.Count, runs.Count(static run => run.Violations > 0), "");
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            return new ListedSweep(path, null, 0, 0, e.Message);
        }
    }

    private static ListedScenario Scenario(string path, string file)
    {
        var description = Description(file);
        try
        {
            var s = ScenarioReader.ReadFile(file);
            var nodes = s.Overlay?.Nodes ?? s.NodeCount;
            return new ListedScenario(path, s.Name, description, nodes, (s.DurationMicros + s.SettleMicros) / 1_000_000, s.Jobs.Count, s.Parameters, "");
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            return new ListedScenario(path, Path.GetFileNameWithoutExtension(file), description, 0, 0, 0, new Dictionary<string, string>(), e.Message);
        }
    }

    /// <summary>Job files and others are YAML too: a scenario has nodes of its own, or an overlay, or takes them over.</summary>
    private static bool LooksLikeScenario(string[] head) => head.Any(static line => line.StartsWith("nodes:", StringComparison.Ordinal)
        || line.StartsWith("overlay:", StringComparison.Ordinal) || line.StartsWith("include:", StringComparison.Ordinal));

    private static string Description(string file)
    {
        var comment = (Head(file) ?? []).TakeWhile(static line => line.StartsWith('#')).Select(static line => line.TrimStart('#').Trim());
        return string.Join(' ', comment.Where(static line => line.Length > 0 && !line.StartsWith("SPDX-", StringComparison.Ordinal)));
    }

    /// <summary>First lines of a file; null where it cannot be read.</summary>
    private static string[]? Head(string file)
    {
        if (InputFile.Head(file, HeadBytes) is not { } bytes) return null;
        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
    }
}
