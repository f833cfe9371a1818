// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace PeerCompute.Base.Linux;

/// <summary>Starts and ends child processes with chosen descriptors, clean signals and a session of their own. Linux only.</summary>
internal static unsafe class ChildProcess
{
    private const short SetSignalDefault = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;
    private const int OpaqueBytes = 512; // posix_spawnattr_t takes 336, posix_spawn_file_actions_t 80, sigset_t 128
    private const int ByPid = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x01000000;
    private const int Interrupted = 4;
    private const int KillSignal = 9;

    /// <summary>Starts a program. Its descriptors 0, 1, ... are the given ones in order; every other one is closed.</summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    /// <param name="environment">The whole environment, as NAME=value.</param>
    /// <param name="descriptors">What the child gets as 0, 1, ...</param>
    /// <param name="pid">The process id, also the id of its session and process group.</param>
    /// <returns>0, or the error number.</returns>
    public static int Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<int> descriptors, out int pid)
    {
        byte* actions = stackalloc byte[OpaqueBytes];
        byte* attributes = stackalloc byte[OpaqueBytes];
        byte* signals = stackalloc byte[OpaqueBytes];
        byte** argv = Strings(arguments), envp = Strings(environment);
        Libc.FileActionsInit(actions);
        Libc.AttributesInit(attributes);
        try
        {
            Place(actions, descriptors);
            CloseFrom(actions, descriptors.Length);
            Libc.SignalsNone(signals);
            Libc.AttributesSetSignalMask(attributes, signals);
            Libc.SignalsAll(signals);
            Libc.AttributesSetSignalDefault(attributes, signals);
            Libc.AttributesSetFlags(attributes, SetSignalDefault | SetSignalMask | SetSession);
            int started = 0, error = Libc.PosixSpawn(&started, argv[0], actions, attributes, argv, envp);
            pid = started;
            return error;
        }
        finally
        {
            Libc.FileActionsDestroy(actions);
            Libc.AttributesDestroy(attributes);
            Free(argv);
            Free(envp);
        }
    }

    /// <summary>Blocks until a child has ended; it stays a zombie, so its id stays its own.</summary>
    /// <param name="pid">The child.</param>
    public static void AwaitEnd(int pid)
    {
        byte* info = stackalloc byte[128];
        while (Libc.WaitId(ByPid, pid, info, Exited | LeaveWaitable) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    /// <summary>Takes the end of a child from the kernel; its id may then be given to another process.</summary>
    /// <param name="pid">The child.</param>
    /// <returns>Its exit code, or 128 + the signal that ended it.</returns>
    public static int Reap(int pid)
    {
        int status = 0;
        while (Libc.WaitPid(pid, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
    }

    /// <summary>Kills a child and everything in its process group.</summary>
    /// <param name="pid">The child.</param>
    public static void KillGroup(int pid)
    {
        Libc.Kill(-pid, KillSignal);
        Libc.Kill(pid, KillSignal);
    }

    /// <summary>A pair of connected stream sockets that no child inherits by accident.</summary>
    /// <returns>Both ends, or null with the error number in <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static (int Ours, int Theirs)? Pair()
    {
        const int unix = 1, streamCloseOnExec = 1 | 0x80000;
        int* pair = stackalloc int[2];
        return Libc.SocketPair(unix, streamCloseOnExec, 0, pair) == 0 ? (pair[0], pair[1]) : null;
    }

    /// <summary>Makes a named pipe that its owner alone may use (mknod(2), x86-64).</summary>
    /// <param name="path">Where; nothing may be there.</param>
    /// <returns>False where it cannot be made.</returns>
    public static bool MakePipe(string path)
    {
        const nint makeNode = 133;
        const nuint pipe = 0x1000 | 0x180; // S_IFIFO, S_IRUSR | S_IWUSR
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Libc.SystemCall(makeNode, (nuint)name, pipe, 0) == 0;
        }
    }

    /// <summary>A file in memory that holds the given bytes, at its beginning, closed on exec.</summary>
    /// <param name="content">What it holds.</param>
    /// <returns>Its descriptor, or -1.</returns>
    public static int MemoryFile(ReadOnlySpan<byte> content)
    {
        const uint closeOnExec = 1;
        byte name = 0;
        int descriptor = Libc.MemoryFile(&name, closeOnExec);
        if (descriptor < 0) return -1;
        fixed (byte* bytes = content)
        {
            if (Libc.Write(descriptor, bytes, (nuint)content.Length) == content.Length && Libc.Seek(descriptor, 0, 0) == 0) return descriptor;
        }

        Libc.Close(descriptor);
        return -1;
    }

    /// <summary>Each descriptor first goes to a number above all of them, where one would else take the place of another that is still to be moved.</summary>
    private static void Place(void* actions, ReadOnlySpan<int> descriptors)
    {
        int above = 0;
        bool inOrder = true;
        for (int i = 0; i < descriptors.Length; i++)
        {
            above = Math.Max(above, descriptors[i] + 1);
            inOrder &= descriptors[i] >= i;
        }

        if (!inOrder) for (int i = 0; i < descriptors.Length; i++) Libc.FileActionsAddDup2(actions, descriptors[i], above + i);
        for (int i = 0; i < descriptors.Length; i++) Libc.FileActionsAddDup2(actions, inOrder ? descriptors[i] : above + i, i);
    }

    /// <summary>.NET opens everything close-on-exec; this closes what a native library may have left open. C libraries before glibc 2.34 lack it.</summary>
    private static void CloseFrom(void* actions, int first)
    {
        try
        {
            Libc.FileActionsAddCloseFrom(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
            // What .NET opened is closed all the same.
        }
    }

    /// <summary>Text as the C library takes lists of it; <see cref="Free"/> it.</summary>
    internal static byte** Strings(IReadOnlyList<string> values)
    {
        var strings = (byte**)NativeMemory.AllocZeroed((nuint)(values.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < values.Count; i++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(values[i]);
            strings[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(strings[i], bytes.Length));
        }

        return strings;
    }

    /// <summary>Frees a list of text.</summary>
    internal static void Free(byte** strings)
    {
        for (byte** at = strings; *at != null; at++) NativeMemory.Free(*at);
        NativeMemory.Free(strings);
    }
}
