// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Execution.Supervising;

namespace PeerCompute.Execution.Groups;

/// <summary>
/// The process that made a control group, as the group's name tells it. Nodes that share a parent group see one another's groups, and end what is in
/// those of a maker that has ended: who is taken for dead by mistake loses its children.
/// </summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started (proc(5), field 22 of <c>stat</c>): its number alone is given to another one after its end.</param>
/// <param name="Namespace">Number of the process namespace in which it has that number (namespaces(7)).</param>
internal sealed record GroupMaker(int Pid, ulong StartTicks, ulong Namespace)
{
    /// <summary>What the names of all groups begin with.</summary>
    public const string Prefix = "peercompute-";

    private const string Spaces = "pid:[";

    /// <summary>This process; null where /proc does not show it.</summary>
    public static GroupMaker? Self { get; } = Find();

    /// <summary>
    /// Whether it has certainly ended: its namespace is the own one, and the kernel knows no process of its number and start. What cannot be read, and a
    /// process of another namespace, may live.
    /// </summary>
    public bool HasEnded => Self is { } self && self.Namespace == Namespace && ProcessIdentity.HasEnded(Pid, StartTicks);

    /// <summary>Reads the name of a group; null where it is of another form, such as another version of this program gave it.</summary>
    public static GroupMaker? Of(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..].Split('-') is [var pid, var start, var rest]
        && rest.Split('.') is [var space, _, _]
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        && ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out ulong ticks)
        && ulong.TryParse(space, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? new GroupMaker(id, ticks, number) : null;

    /// <summary>A name for a group that it makes.</summary>
    public string NewName() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Pid}-{StartTicks}-{Namespace}.{Path.GetRandomFileName()}");

    private static GroupMaker? Find()
    {
        if (ProcessIdentity.Of(Environment.ProcessId) is not { } self) return null;
        string space = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
        return space.StartsWith(Spaces, StringComparison.Ordinal)
            && ulong.TryParse(space.AsSpan(Spaces.Length).TrimEnd(']'), CultureInfo.InvariantCulture, out ulong number)
            ? new GroupMaker(self.Pid, self.StartTicks, number) : null;
    }
}
