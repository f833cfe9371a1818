// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// How a child sees /proc: its own processes, nothing that can be written, none of the tables of the kernel that only root may read. Where the node is
/// root, so is its child for the files of /proc, whatever its own namespace calls it: these two walls are what keeps it from them.
/// </summary>
internal static class PrivateProc
{
    /// <summary>Memory, addresses, messages and keys of the kernel (proc(5)). Those that a kernel lacks are left out.</summary>
    private static readonly string[] Tables =
    [
        "/proc/kcore", "/proc/kmsg", "/proc/vmallocinfo", "/proc/slabinfo", "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup",
        "/proc/kallsyms", "/proc/timer_list", "/proc/sched_debug", "/proc/keys", "/proc/key-users", "/proc/iomem", "/proc/ioports",
    ];

    /// <summary>Those of them that this kernel has.</summary>
    public static IEnumerable<string> Masked => Tables.Where(File.Exists);

    /// <summary>Options of bubblewrap.</summary>
    public static IEnumerable<string> Options { get; } =
        ["--proc", "/proc", .. Masked.SelectMany(table => (string[])["--ro-bind", "/dev/null", table]), "--remount-ro", "/proc"];
}
