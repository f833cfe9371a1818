// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.Linux;

/// <summary>
/// Hears of the system calls that a filter announces (seccomp_unotify(2)): what this thread starts after it has set the filter waits at each of them
/// until it is told to go on. For seeing, not for forbidding: the caller may change what its arguments point to meanwhile. x86-64 Linux, 5.5 or newer.
/// </summary>
internal sealed unsafe class CallNotices : IDisposable
{
    private const nint SeccompX64 = 317, DeviceControlX64 = 16;
    private const nuint FilterMode = 1, NewListener = 8;
    private const nuint Receive = 0xC0502100, Send = 0xC0182101, IsValid = 0x40082102; // SECCOMP_IOCTL_NOTIF_RECV of 80 bytes, _SEND of 24, _ID_VALID of 8
    private const long GoOn = 1L << 32; // SECCOMP_USER_NOTIF_FLAG_CONTINUE, beside an error number of 0
    private const int NoticeWords = 10; // id, (process, flags), (call, architecture), address, 6 arguments
    private const long ReadableOrGone = 1L << 32; // POLLIN
    private readonly int _descriptor;

    private CallNotices(int descriptor) => _descriptor = descriptor;

    /// <summary>Sets a filter on this thread alone, for good; what it starts inherits it, and the filter's walls against new privileges too.</summary>
    /// <param name="program">Instructions of 8 bytes each (struct sock_filter) that return SECCOMP_RET_USER_NOTIF for the calls to be announced.</param>
    /// <returns>The notices, or null where the kernel refuses.</returns>
    public static CallNotices? OfThisThread(ReadOnlySpan<byte> program)
    {
        if (!ProcessWalls.ForbidNewPrivileges()) return null;
        fixed (byte* instructions = program)
        {
            // struct sock_fprog: a 16-bit length, padding, a pointer.
            nuint* filter = stackalloc nuint[2];
            filter[0] = (nuint)(program.Length / 8);
            filter[1] = (nuint)instructions;
            nint descriptor = Libc.SystemCall(SeccompX64, FilterMode, NewListener, (nuint)filter);
            return descriptor < 0 ? null : new CallNotices((int)descriptor);
        }
    }

    /// <summary>Hands every notice on and lets its caller go on, until a process has ended.</summary>
    /// <param name="until">The process.</param>
    /// <param name="hear">Hears the notice's own number, the process that calls, the number of the call and its arguments.</param>
    public void Follow(OtherProcess until, Action<ulong, int, int, ReadOnlySpan<ulong>> hear)
    {
        long* asked = stackalloc long[2], answer = stackalloc long[3];
        ulong* notice = stackalloc ulong[NoticeWords];
        while (true)
        {
            asked[0] = (uint)_descriptor | ReadableOrGone;
            asked[1] = (uint)until.Descriptor | ReadableOrGone;
            if (Libc.Poll(asked, 2, -1) <= 0) continue;
            if (asked[1] >>> 48 != 0) return;
            if (asked[0] >>> 48 == 0) continue;
            new Span<ulong>(notice, NoticeWords).Clear();
            if (Libc.SystemCall(DeviceControlX64, (nuint)_descriptor, Receive, (nuint)notice) != 0) continue;
            hear(notice[0], (int)(uint)notice[1], (int)(uint)notice[2], new ReadOnlySpan<ulong>(notice + 4, 6));
            answer[0] = (long)notice[0];
            answer[1] = 0;
            answer[2] = GoOn;
            _ = Libc.SystemCall(DeviceControlX64, (nuint)_descriptor, Send, (nuint)answer);
        }
    }

    /// <summary>Whether a caller still waits: its process has not ended, so what was read by the process's number until now was its own.</summary>
    /// <param name="notice">The notice's own number.</param>
    public bool Waits(ulong notice) => Libc.SystemCall(DeviceControlX64, (nuint)_descriptor, IsValid, (nuint)(&notice)) == 0;

    /// <summary>Closes the door: what still waits, or comes later, fails with ENOSYS.</summary>
    public void Dispose() => _ = Libc.Close(_descriptor);
}
