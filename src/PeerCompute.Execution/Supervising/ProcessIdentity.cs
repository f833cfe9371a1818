// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Supervising;

/// <summary>One process for all time: its number alone is given to another one after its end. Linux only.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since the machine did (proc(5), field 22 of <c>stat</c>).</param>
/// <param name="Boot">Which start of the machine that is (<c>/proc/sys/kernel/random/boot_id</c>).</param>
internal sealed record ProcessIdentity(int Pid, ulong StartTicks, string Boot)
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";
    private const int NoSuchProcess = 3; // ESRCH: it ended between the opening of its file and the reading
    private const int StateField = 0; // both counted after the name, which is in parentheses and may hold anything
    private const int StartField = 19;

    /// <summary>Whether it lives: a process of this number, start and boot is there, and has not ended.</summary>
    public bool Lives => Of(Pid) is { } now && now == this;

    /// <summary>The process that has a number now.</summary>
    /// <returns>Null if there is none, or it has ended and only waits to be taken notice of.</returns>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            return Start(pid) is { } start ? new ProcessIdentity(pid, start, File.ReadAllText(BootFile).Trim()) : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the kernel says that the process of a number and start lives no more. False too where it cannot be asked.</summary>
    public static bool HasEnded(int pid, ulong startTicks)
    {
        try
        {
            return Start(pid) != startTicks;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return gone is FileNotFoundException or DirectoryNotFoundException or IOException { HResult: NoSuchProcess } && File.Exists("/proc/self/stat");
        }
    }

    private static ulong? Start(int pid)
    {
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X" ? null : ulong.Parse(fields[StartField], CultureInfo.InvariantCulture);
    }

    /// <summary>Kills it, if it still lives: the look comes after the kernel holds the process of this number for us.</summary>
    public void Kill()
    {
        using OtherProcess? held = OtherProcess.Open(Pid);
        if (held is not null && Lives) held.Kill();
    }
}
