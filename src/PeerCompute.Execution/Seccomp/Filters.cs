// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Seccomp;

/// <summary>
/// The filters: of a WebAssembly child a wide one that bubblewrap sets before the runtime starts, and a narrow one that the runtime sets on itself;
/// of a native program one list of what is refused.
/// </summary>
internal static class Filters
{
    /// <summary>NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (clone(2)).</summary>
    public const uint CloneNewAnything = 0x7E020080;

    private const uint CloneThread = 0x00010000;
    private const uint SetThreadName = 15;
    private const uint OrdinaryScheduling = 0;
    private const uint FileWithoutName = 0x400000; // __O_TMPFILE, asm-generic/fcntl.h
    private const uint FakeInput = 0x5412; // TIOCSTI, asm-generic/ioctls.h: types into the terminal of whoever started the node
    private const uint ConsoleControl = 0x541C; // TIOCLINUX: pastes into the console
    private const uint DuplicateDescriptor = 0, GetCloseOnExec = 1, SetCloseOnExec = 2, GetFlags = 3, SetFlags = 4, DuplicateCloseOnExec = 1030; // fcntl.h
    private const uint SetLease = 1024, NotifyOfFolder = 1026; // F_SETLEASE: whoever opens the file, on the host too, waits; F_NOTIFY
    private const uint LocalSockets = 1, IPv4Sockets = 2, IPv6Sockets = 10; // AF_UNIX, AF_INET, AF_INET6
    private const uint UsualProtocol = 0, Tcp = 6, Udp = 17; // netinet/in.h
    private const uint LinuxPersonality = 0, AskPersonality = 0xFFFFFFFF;
    private const uint FirstUnknownCall = 470; // numbers given out after Linux 6.17, whose meaning this list cannot know

    /// <summary>The kernel's surface that no job needs: mounts, keys, tracing, modules, clocks, accounting, raw devices.</summary>
    private static ReadOnlySpan<Syscall> Surface =>
    [
        Syscall.PTrace, Syscall.Mount, Syscall.Unmount, Syscall.PivotRoot, Syscall.ChangeRoot, Syscall.Unshare, Syscall.SetNamespace,
        Syscall.MoveMount, Syscall.OpenTree, Syscall.FsOpen, Syscall.FsConfig, Syscall.FsMount, Syscall.FsPick, Syscall.MountSetAttributes,
        Syscall.AddKey, Syscall.RequestKey, Syscall.KeyControl, Syscall.Bpf, Syscall.PerfEventOpen, Syscall.UserFault,
        Syscall.IoUringSetup, Syscall.IoUringEnter, Syscall.IoUringRegister, Syscall.KernelLoad, Syscall.KernelFileLoad, Syscall.Reboot,
        Syscall.InitModule, Syscall.FinitModule, Syscall.DeleteModule, Syscall.SystemLog, Syscall.Accounting, Syscall.QuotaControl, Syscall.SwapOn,
        Syscall.SwapOff, Syscall.SetHostName, Syscall.SetDomainName, Syscall.IoPermission, Syscall.IoLevel, Syscall.UseLibrary, Syscall.ModifyLdt,
        Syscall.NameToHandle, Syscall.OpenByHandle, Syscall.ProcessReadMemory, Syscall.ProcessWriteMemory, Syscall.CompareKernel, Syscall.MoveMemory,
        Syscall.MovePages, Syscall.SetTimeOfDay, Syscall.ClockSetTime, Syscall.ClockAdjust, Syscall.AdjustTime, Syscall.Fanotify,
    ];

    /// <summary>What nobody inside needs, the start of the runtime included: sockets, mounts, keys, tracing, other users' kernel surface.</summary>
    public static byte[] ForStart() => new FilterProgram()
        .Refuse(FilterProgram.ErrorNumber.NotPermitted, Surface)
        .Refuse(
            FilterProgram.ErrorNumber.NotPermitted, Syscall.Socket, Syscall.SocketPair, Syscall.Connect, Syscall.Bind, Syscall.Listen, Syscall.Accept,
            Syscall.Accept4, Syscall.Personality)
        .Refuse(FilterProgram.ErrorNumber.NoSuchCall, Syscall.Clone3)
        .RefuseIfAnyBit(Syscall.Clone, 0, CloneNewAnything)
        .ElseAllow();

    /// <summary>
    /// What a native program may not do, in the manner of Flatpak and Docker: the surface above, other sockets than local ones and those of the
    /// Internet families (whose namespace has no way out), typing into terminals, calls that are newer than this list.
    /// </summary>
    public static byte[] ForNative() => new FilterProgram()
        .Refuse(FilterProgram.ErrorNumber.NotPermitted, Surface)
        .Refuse(
            FilterProgram.ErrorNumber.NotPermitted, Syscall.UserStatus, Syscall.FileSystemTypes, Syscall.HangUp, Syscall.SystemParameter, Syscall.FileServer,
            Syscall.LookupCookie, Syscall.FanotifyMark, Syscall.TakeDescriptor, Syscall.AdviseProcess, Syscall.QuotaControlOf, Syscall.MemorySecret,
            Syscall.MountStatus, Syscall.MountList, Syscall.SecurityModules, Syscall.OpenTreeAttributes)
        .RefuseUnlessOneOf(Syscall.Socket, 0, FilterProgram.ErrorNumber.NoSuchFamily, LocalSockets, IPv4Sockets, IPv6Sockets)
        .RefuseUnlessOneOf(Syscall.Socket, 2, FilterProgram.ErrorNumber.NoSuchProtocol, UsualProtocol, Tcp, Udp)
        .RefuseUnlessOneOf(Syscall.SocketPair, 0, FilterProgram.ErrorNumber.NoSuchFamily, LocalSockets)
        .RefuseIfOneOf(Syscall.DeviceControl, 1, FakeInput, ConsoleControl)
        .RefuseIfOneOf(Syscall.FileControl, 1, SetLease, NotifyOfFolder)
        .RefuseUnlessOneOf(Syscall.Personality, 0, FilterProgram.ErrorNumber.NotPermitted, LinuxPersonality, AskPersonality)
        // The host has few of these for each user or for all together, and no namespace bounds them; programs do without.
        .Refuse(FilterProgram.ErrorNumber.NoSuchCall, Syscall.WatchFiles, Syscall.WatchFilesWith, Syscall.AsynchronousInput)
        .Refuse(FilterProgram.ErrorNumber.NoSuchCall, Syscall.Clone3)
        .RefuseIfAnyBit(Syscall.Clone, 0, CloneNewAnything)
        .RefuseFrom(FirstUnknownCall, FilterProgram.ErrorNumber.NoSuchCall)
        .ElseAllow();

    /// <summary>Announces who wants to reach whom: connections, and messages that name their receiver.</summary>
    public static byte[] ForSeeing() => new FilterProgram().Announce(Syscall.Connect).AnnounceUnlessZero(Syscall.SendTo, 4).ElseAllow();

    /// <summary>What a running .NET process needs, and nothing else: no new process, no socket, no signal to others.</summary>
    /// <param name="ownProcess">The id of the process: the only one that it may signal.</param>
    public static byte[] ForRuntime(int ownProcess) => new FilterProgram()
        .Allow(
            Syscall.Read, Syscall.Write, Syscall.ReadVector, Syscall.WriteVector, Syscall.ReadAt, Syscall.WriteAt, Syscall.ReadVectorAt, Syscall.WriteVectorAt,
            Syscall.Close, Syscall.Seek, Syscall.FileStatus, Syscall.FileStatusAt, Syscall.FileStatusExtended, Syscall.Status, Syscall.LinkStatus,
            Syscall.FileSystemStatus, Syscall.FileSystemStatusOf, Syscall.Access, Syscall.AccessAt, Syscall.AccessAt2,
            Syscall.ReadLink, Syscall.ReadLinkAt, Syscall.ReadDirectory, Syscall.CurrentDirectory, Syscall.Truncate,
            Syscall.Allocate, Syscall.Advise, Syscall.Sync, Syscall.SyncData, Syscall.Duplicate, Syscall.Pipe)
        .AllowIfOneOf(Syscall.FileControl, 1, DuplicateDescriptor, GetCloseOnExec, SetCloseOnExec, GetFlags, SetFlags, DuplicateCloseOnExec)
        .RefuseIfAnyBit(Syscall.Open, 1, FileWithoutName) // nor is anything deleted or renamed: all that a child has written can be seen and counted
        .RefuseIfAnyBit(Syscall.OpenAt, 2, FileWithoutName)
        .Allow(
            Syscall.MemoryMap, Syscall.MemoryProtect, Syscall.MemoryUnmap, Syscall.MemoryRemap, Syscall.MemoryAdvise, Syscall.MemoryLock, Syscall.Break,
            Syscall.MemoryBarrier, Syscall.Futex, Syscall.FutexWaitVector, Syscall.SetRobustList, Syscall.RestartableSequences, Syscall.SetThreadAddress,
            Syscall.Yield, Syscall.GetAffinity, Syscall.GetScheduler, Syscall.GetSchedulerParameters, Syscall.HighestPriority, Syscall.LowestPriority,
            Syscall.GetPriority, Syscall.GetMemoryPolicy, Syscall.GetCpu, Syscall.Sleep, Syscall.ClockSleep, Syscall.ClockTime, Syscall.ClockResolution,
            Syscall.TimeOfDay, Syscall.Random, Syscall.ProcessId, Syscall.ThreadId, Syscall.ParentId, Syscall.UserId, Syscall.EffectiveUserId,
            Syscall.GroupId, Syscall.EffectiveGroupId, Syscall.ResourceUsage, Syscall.GetResourceLimit, Syscall.SystemInfo, Syscall.SystemName,
            Syscall.Poll, Syscall.PollTimed, Syscall.Select, Syscall.SignalAction, Syscall.SignalMask, Syscall.SignalReturn, Syscall.SignalStack,
            Syscall.RestartCall, Syscall.Exit, Syscall.ExitGroup)
        .AllowIfEqual(Syscall.SignalThread, 0, (uint)ownProcess)
        .AllowIfEqual(Syscall.ProcessControl, 0, SetThreadName)
        .AllowIfEqual(Syscall.ResourceLimits, 0, 0)
        .AllowIfEqual(Syscall.SetAffinity, 0, 0) // every new thread of the runtime sets its own, and the process aborts where it may not
        .AllowIfEqual(Syscall.SetScheduler, 1, OrdinaryScheduling)
        .AllowIfAnyBit(Syscall.Clone, 0, CloneThread)
        .Refuse(FilterProgram.ErrorNumber.NoSuchCall, Syscall.Clone3)
        .ElseRefuse();
}
