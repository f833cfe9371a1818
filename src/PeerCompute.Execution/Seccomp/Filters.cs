// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Seccomp;

/// <summary>The two filters of a child: a wide one that bubblewrap sets before the runtime starts, a narrow one that the runtime sets on itself.</summary>
internal static class Filters
{
    private const uint CloneThread = 0x00010000;
    private const uint CloneNewAnything = 0x7E020080; // NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
    private const uint SetThreadName = 15;
    private const uint OrdinaryScheduling = 0;

    /// <summary>What nobody inside needs, the start of the runtime included: sockets, mounts, keys, tracing, other users' kernel surface.</summary>
    public static byte[] ForStart() => new FilterProgram()
        .Refuse(
            FilterProgram.ErrorNumber.NotPermitted,
            Syscall.Socket, Syscall.SocketPair, Syscall.Connect, Syscall.Bind, Syscall.Listen, Syscall.Accept, Syscall.Accept4,
            Syscall.PTrace, Syscall.Mount, Syscall.Unmount, Syscall.PivotRoot, Syscall.ChangeRoot, Syscall.Unshare, Syscall.SetNamespace,
            Syscall.MoveMount, Syscall.OpenTree, Syscall.FsOpen, Syscall.FsConfig, Syscall.FsMount, Syscall.FsPick, Syscall.MountSetAttributes,
            Syscall.AddKey, Syscall.RequestKey, Syscall.KeyControl, Syscall.Bpf, Syscall.PerfEventOpen, Syscall.UserFault,
            Syscall.IoUringSetup, Syscall.IoUringEnter, Syscall.IoUringRegister, Syscall.KernelLoad, Syscall.KernelFileLoad, Syscall.Reboot,
            Syscall.InitModule, Syscall.FinitModule, Syscall.DeleteModule, Syscall.SystemLog, Syscall.Accounting, Syscall.QuotaControl, Syscall.SwapOn,
            Syscall.SwapOff, Syscall.SetHostName, Syscall.SetDomainName, Syscall.IoPermission, Syscall.IoLevel, Syscall.UseLibrary, Syscall.ModifyLdt,
            Syscall.NameToHandle, Syscall.OpenByHandle, Syscall.ProcessReadMemory, Syscall.ProcessWriteMemory, Syscall.CompareKernel, Syscall.MoveMemory,
            Syscall.MovePages, Syscall.SetTimeOfDay, Syscall.ClockSetTime, Syscall.ClockAdjust, Syscall.AdjustTime, Syscall.Fanotify, Syscall.Personality)
        .Refuse(FilterProgram.ErrorNumber.NoSuchCall, Syscall.Clone3)
        .RefuseIfAnyBit(Syscall.Clone, 0, CloneNewAnything)
        .ElseAllow();

    /// <summary>What a running .NET process needs, and nothing else: no new process, no socket, no signal to others.</summary>
    /// <param name="ownProcess">The id of the process: the only one that it may signal.</param>
    public static byte[] ForRuntime(int ownProcess) => new FilterProgram()
        .Allow(
            Syscall.Read, Syscall.Write, Syscall.ReadVector, Syscall.WriteVector, Syscall.ReadAt, Syscall.WriteAt, Syscall.ReadVectorAt, Syscall.WriteVectorAt,
            Syscall.Close, Syscall.Seek, Syscall.FileStatus, Syscall.FileStatusAt, Syscall.FileStatusExtended, Syscall.Status, Syscall.LinkStatus,
            Syscall.FileSystemStatus, Syscall.FileSystemStatusOf, Syscall.Access, Syscall.AccessAt, Syscall.AccessAt2, Syscall.Open, Syscall.OpenAt,
            Syscall.ReadLink, Syscall.ReadLinkAt, Syscall.ReadDirectory, Syscall.CurrentDirectory, Syscall.FileControl, Syscall.FileLock, Syscall.Truncate,
            Syscall.Allocate, Syscall.Advise, Syscall.Sync, Syscall.SyncData, Syscall.MakeDirectory, Syscall.MakeDirectoryAt, Syscall.RemoveDirectory,
            Syscall.Unlink, Syscall.UnlinkAt, Syscall.Rename, Syscall.RenameAt, Syscall.RenameAt2, Syscall.Duplicate, Syscall.Pipe)
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
