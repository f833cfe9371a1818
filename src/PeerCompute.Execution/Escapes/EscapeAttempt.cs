// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Escapes;

/// <summary>One attempt of a broken-out engine, and the kernel's answer.</summary>
/// <param name="Kind">What was tried.</param>
/// <param name="Target">The path, or the process id; empty where there is none.</param>
/// <param name="Errno">The kernel's error number; 0: nothing stopped it.</param>
/// <param name="Made">Processes that were made before one was refused, all ended again; 0 but for <see cref="EscapeKind.Fork"/>.</param>
/// <param name="Filter">Whether the filter of system calls stood.</param>
public sealed record EscapeAttempt(EscapeKind Kind, string Target, int Errno, int Made, bool Filter)
{
    // asm-generic/errno-base.h
    private const int NotPermitted = 1, NoSuchFile = 2, NoSuchProcess = 3, TryAgain = 11, NoMemory = 12, AccessDenied = 13, TooManyFiles = 24;
    private const int NoSuchFamily = 97;

    /// <summary>Whether a wall stopped it.</summary>
    public bool Stopped => Errno != 0;

    /// <summary>What was tried, for people.</summary>
    public string Tried => Kind switch
    {
        EscapeKind.HostFile => $"open {Target}",
        EscapeKind.InetSocket => "open an INET socket",
        EscapeKind.Fork => "fork without end",
        EscapeKind.Signal => $"signal the node, process {Target}",
        EscapeKind.NodeMemory => $"open the node's memory, /proc/{Target}/mem",
        _ => "something unknown",
    };

    /// <summary>The wall that stopped it, for people; empty where none did.</summary>
    public string Wall => (Kind, Errno) switch
    {
        (_, 0) => "",

        // The filter is asked before anything else in the kernel, and lets open(2) through.
        (EscapeKind.InetSocket or EscapeKind.Fork or EscapeKind.Signal, NotPermitted) when Filter => "filter of system calls",
        (EscapeKind.HostFile, NoSuchFile) => "private root: no such path",
        (EscapeKind.NodeMemory, NoSuchFile) => "process namespace: no such process",
        (EscapeKind.Signal, NoSuchProcess) => "process namespace: no such process",
        (EscapeKind.Fork, TryAgain) => "bound of processes",
        (EscapeKind.HostFile, AccessDenied) => "permissions of the file",
        (EscapeKind.NodeMemory, AccessDenied or NotPermitted) => "the kernel's rules for debuggers",
        _ => "the kernel",
    };

    /// <summary>The error number's name as in errno(3), such as <c>EPERM</c>; empty where nothing stopped it.</summary>
    public string ErrnoName => Errno switch
    {
        0 => "",
        NotPermitted => "EPERM",
        NoSuchFile => "ENOENT",
        NoSuchProcess => "ESRCH",
        TryAgain => "EAGAIN",
        NoMemory => "ENOMEM",
        AccessDenied => "EACCES",
        TooManyFiles => "EMFILE",
        NoSuchFamily => "EAFNOSUPPORT",
        _ => string.Create(CultureInfo.InvariantCulture, $"errno {Errno}"),
    };

    /// <summary>The attempt on one line: what was tried, which wall stopped it, the error number's name.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string made = Made > 0 ? string.Create(CultureInfo.InvariantCulture, $", after {Made} processes") : "";
        return Stopped ? $"{Tried}: stopped by {Wall} ({ErrnoName}){made}" : $"{Tried}: not stopped here{made}";
    }
}
