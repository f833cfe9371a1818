// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// Ends a child with its own children. Bubblewrap's first process dies with bubblewrap only once it has asked the kernel for that: one that is killed
/// while it starts would leave its namespace, and what runs in it, behind.
/// </summary>
internal static class ProcessTree
{
    private const int StopSignal = 19;
    private const int KillSignal = 9;
    private const int MostLooks = 200; // of a millisecond

    /// <summary>Kills a child that was not waited for yet.</summary>
    /// <param name="child">Its id, also that of its process group.</param>
    public static void Kill(int child)
    {
        // What is stopped makes no more children, and takes none from the kernel: their ids stay theirs.
        _ = Libc.Kill(child, StopSignal);
        for (int look = 0; look < MostLooks && Runs(child); look++) Thread.Sleep(1);
        foreach (int grandchild in ChildrenOf(child)) _ = Libc.Kill(grandchild, KillSignal);
        ChildProcess.KillGroup(child);
    }

    /// <summary>The parent of a process (proc(5), field 4 of <c>stat</c>); 0 where there is no such process.</summary>
    public static int ParentOf(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool Runs(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('T' or 't' or 'Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Children of a process; none where it has ended, or the kernel does not tell (CONFIG_PROC_CHILDREN).</summary>
    public static int[] ChildrenOf(int process)
    {
        try
        {
            string children = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children"));
            return [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
