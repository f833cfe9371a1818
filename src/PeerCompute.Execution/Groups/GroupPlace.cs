// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>A hierarchy of control groups, and the group of this process in it.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Mount">Folder where the hierarchy is mounted.</param>
/// <param name="Folder">Folder of this process's group.</param>
/// <param name="Controllers">Those of its controllers that bound a job.</param>
internal sealed record GroupPlace(int Version, string Mount, string Folder, IReadOnlyList<string> Controllers)
{
    private const string Node = "node";
    private const string Trial = "peercompute-trial";

    /// <summary>
    /// The folder in which groups of jobs are made. In version 1 it is the own group. In version 2 a group that holds processes hands no controllers
    /// on, so it is the first of these that works: the own group, where it hands them on all the same; its parent, but for a slice, which
    /// belongs to the service manager; the own group again, after this process has moved into a group below it.
    /// </summary>
    /// <returns>The folder, or null where none can be had.</returns>
    public string? Prepare()
    {
        if (Version == 1) return MayMakeIn(Folder) ? Folder : null;
        if (HandsOn(Folder)) return MayMakeIn(Folder) ? Folder : null;
        string parent = Path.GetDirectoryName(Folder)!;
        bool foreign = Folder == Mount || parent == Mount || parent.EndsWith(".slice", StringComparison.Ordinal);
        if (!foreign && MayMakeIn(parent) && (HandsOn(parent) || TryHandOn(parent))) return parent;
        return TryMoveDown() ? Folder : null;
    }

    private static bool HandsOn(string folder) => GroupFiles.Words(Path.Combine(folder, GroupFiles.HandedOn)).Contains("memory");

    private static bool MayMakeIn(string folder)
    {
        string trial = Path.Combine(folder, Trial + Path.GetRandomFileName());
        try
        {
            Directory.CreateDirectory(trial);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            GroupFiles.TryRemove(trial);
        }
    }

    private bool TryHandOn(string folder)
    {
        string[] there = [.. GroupFiles.Words(Path.Combine(folder, GroupFiles.Offered)).Intersect(Controllers)];
        return there.Contains("memory") && GroupFiles.TryWrite(Path.Combine(folder, GroupFiles.HandedOn), string.Join(' ', there.Select(name => "+" + name)));
    }

    private bool TryMoveDown()
    {
        string below = Path.Combine(Folder, Node);
        if (!MayMakeIn(Folder)) return false;
        Directory.CreateDirectory(below);
        if (GroupFiles.TryWrite(Path.Combine(below, GroupFiles.Processes), GroupFiles.Myself) && TryHandOn(Folder)) return true;
        GroupFiles.TryWrite(Path.Combine(Folder, GroupFiles.Processes), GroupFiles.Myself);
        GroupFiles.TryRemove(below);
        return false;
    }
}
