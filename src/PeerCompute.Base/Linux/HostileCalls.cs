// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>
/// System calls that a captured program would try, with the kernel's answer: for checks of the walls. Nothing is kept or left running. Linux only.
/// </summary>
internal static class HostileCalls
{
    private const int KillSignal = 9;
    private const uint ForkedSeconds = 5;

    /// <summary>Opens a file for reading and closes it again.</summary>
    /// <param name="path">The file.</param>
    /// <returns>0 if it could be opened, else the error number.</returns>
    public static int Open(string path)
    {
        const int readOnlyCloseOnExec = 0x80000;
        return Closed(Libc.Open(path, readOnlyCloseOnExec));
    }

    /// <summary>Opens a stream socket of the Internet family (AF_INET) and closes it again.</summary>
    /// <returns>0 if the kernel gave one, else the error number.</returns>
    public static int InetSocket()
    {
        const int internet = 2, streamCloseOnExec = 1 | 0x80000;
        return Closed(Libc.Socket(internet, streamCloseOnExec, 0));
    }

    /// <summary>Asks the kernel whether a signal could be sent to a process; none is sent (signal 0 of kill(2)).</summary>
    /// <param name="process">The process.</param>
    /// <returns>0 if one could, else the error number.</returns>
    public static int Signal(int process) => Libc.Kill(process, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>
    /// Forks until the kernel refuses or enough processes were made, then ends them all. What is forked does nothing but wait, and the kernel ends it
    /// after 5 seconds should this process not live to do so.
    /// </summary>
    /// <param name="most">How many processes are enough.</param>
    /// <param name="made">How many were made.</param>
    /// <returns>0 if no fork was refused, else the error number.</returns>
    public static int Fork(int most, out int made)
    {
        // What runs in the forked child is bound before: it could wait forever for a lock that another thread held.
        _ = Libc.Alarm(0);
        _ = Libc.Sleep(0);
        Span<int> children = stackalloc int[most];
        int error = 0;
        for (made = 0; made < most; made++)
        {
            int child = Libc.Fork();
            if (child == 0)
            {
                _ = Libc.Alarm(ForkedSeconds);
                while (true) _ = Libc.Sleep(2 * ForkedSeconds);
            }

            if (child < 0)
            {
                error = Marshal.GetLastSystemError();
                break;
            }

            children[made] = child;
        }

        foreach (int child in children[..made]) _ = Libc.Kill(child, KillSignal);
        foreach (int child in children[..made]) _ = ChildProcess.Reap(child);
        return error;
    }

    private static int Closed(int descriptor)
    {
        if (descriptor < 0) return Marshal.GetLastPInvokeError();
        _ = Libc.Close(descriptor);
        return 0;
    }
}
