// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sensors;

/// <summary>A process of a host.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of its parent; 0 for the first one.</param>
/// <param name="Name">The first 15 bytes of its program's file name.</param>
/// <param name="Ticks">Processor time that it has used, hundredths of a second.</param>
public sealed record HostProcess(int Id, int Parent, string Name, ulong Ticks)
{
    /// <summary>Reads a line of <c>/proc/PID/stat</c> (proc_pid_stat(5)): the name is in brackets and may hold anything, brackets and blanks too.</summary>
    /// <param name="stat">The line.</param>
    /// <returns>The process; null where the line is of another form.</returns>
    public static HostProcess? Read(string stat)
    {
        int open = stat.IndexOf('(', StringComparison.Ordinal), close = stat.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(stat.AsSpan(0, open), out int id)) return null;
        string[] fields = stat[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // Of the manual's numbers: field 3 is here 0, so parent 4 is 1, utime 14 is 11 and stime 15 is 12.
        if (fields.Length < 13 || !int.TryParse(fields[1], out int parent)) return null;
        return ulong.TryParse(fields[11], out ulong user) & ulong.TryParse(fields[12], out ulong kernel)
            ? new HostProcess(id, parent, stat[(open + 1)..close], user + kernel) : null;
    }
}
