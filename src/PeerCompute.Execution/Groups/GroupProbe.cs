// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Groups;

/// <summary>Finds out what control groups are worth here by doing: makes one, puts a process in, sees its limits hold.</summary>
internal static class GroupProbe
{
    private const long MemoryBytes = 24L << 20;
    private const int Processes = 12;

    // Holds 64 MiB at once, in a single process: the kernel takes two seconds now and then to be rid of one with a pipe to another. Starts more processes
    // than are allowed, each of which ends by itself after a minute.
    private const string Hog = "dd if=/dev/zero of=/dev/null bs=67108864 count=1 2>/dev/null";
    private const string Crowd = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 60 & done";

    /// <summary>Tries.</summary>
    /// <param name="tree">Where.</param>
    /// <param name="patience">How long one process may take.</param>
    /// <param name="cancellation">Ends the wait; what was started is killed.</param>
    public static async Task<GroupReport> RunAsync(GroupTree tree, TimeSpan patience, CancellationToken cancellation)
    {
        if (tree.Mode == GroupMode.None) return new GroupReport(tree.Mode, false, false, "no control groups: the kernel has none mounted under /sys/fs/cgroup");
        if (ControlGroup.TryMake(tree, new GroupBounds(MemoryBytes, Processes)) is not { } group)
            return new GroupReport(tree.Mode, false, false, Refusal(tree));
        group.Sweep();
        try
        {
            (int hog, int crowd) = (await RunAsync(group, Hog, patience, cancellation).ConfigureAwait(false),
                await RunAsync(group, Crowd, patience, cancellation).ConfigureAwait(false));
            GroupFacts facts = group.Facts();
            bool memory = hog != 0 && facts is { Killed: null or > 0 };
            bool processes = crowd != 0 && facts.ProcessesRefused is null or > 0;
            string note = (memory, processes) switch
            {
                (true, true) => "",
                (false, true) => "a control group was made, but its memory limit did not hold",
                (true, false) => "a control group bounds memory, but not the number of processes: enable the pids controller for the node's group",
                _ => "a control group was made, but none of its limits held",
            };
            return new GroupReport(tree.Mode, memory, processes, note);
        }
        finally
        {
            await group.RemoveAsync().ConfigureAwait(false);
        }
    }

    private static string Refusal(GroupTree tree) => tree.Mode == GroupMode.V2 || tree.Places.Any(place => place is { Version: 2, Controllers.Count: > 0 })
        ? "no control group can be made: the node's own is not delegated to it; run the node as a service with Delegate=yes, "
            + "or start it by: systemd-run --user --scope -p Delegate=yes peercompute daemon"
        : "no control group can be made: let an administrator make one for the node in each hierarchy "
            + $"({string.Join(", ", tree.Places.Select(place => place.Mount))}), give it to the node's user (chown -R) and start the node in it";

    private static async Task<int> RunAsync(ControlGroup group, string script, TimeSpan patience, CancellationToken cancellation)
    {
        int none = Libc.Open("/dev/null", 0x80002); // O_RDWR, O_CLOEXEC
        Spawned process = await Spawned.StartAsync(group.Around(["/bin/sh", "-c", script]), ["PATH=/usr/bin:/bin"], none, none, none).ConfigureAwait(false);
        try
        {
            return await process.End.WaitAsync(patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return 0;
        }
        finally
        {
            process.Kill();
            group.Kill();
        }
    }
}
