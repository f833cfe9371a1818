// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Native;

/// <summary>
/// <see cref="Filters.ForNative"/> in the words that runc takes (OCI runtime specification, config-linux.md, seccomp): names of calls, and conditions on
/// arguments, of which each rule may have one for each argument. What it cannot say: that calls newer than its list are refused.
/// </summary>
internal static class RuncFilter
{
    private const int NotPermitted = 1, NoSuchCall = 38, NoSuchProtocol = 93, NoSuchFamily = 97; // errno.h
    private const uint Whole = 0xFFFFFFFF; // the kernel looks at 32 bits of these arguments, whatever stands above them
    private const uint Families = 64, Protocols = 512; // powers of two above AF_MAX and IPPROTO_MAX

    private static readonly string[] Surface =
    [
        "ptrace", "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
        "mount_setattr", "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
        "kexec_load", "kexec_file_load", "reboot", "init_module", "finit_module", "delete_module", "syslog", "acct", "quotactl", "swapon", "swapoff",
        "sethostname", "setdomainname", "ioperm", "iopl", "uselib", "modify_ldt", "name_to_handle_at", "open_by_handle_at", "process_vm_readv",
        "process_vm_writev", "kcmp", "migrate_pages", "move_pages", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "fanotify_init",
        "ustat", "sysfs", "vhangup", "_sysctl", "nfsservctl", "lookup_dcookie", "fanotify_mark", "pidfd_getfd", "process_madvise", "quotactl_fd",
        "memfd_secret", "statmount", "listmount", "lsm_list_modules", "open_tree_attr",
    ];

    /// <summary>The filter.</summary>
    /// <returns>The object <c>linux.seccomp</c> of a bundle.</returns>
    public static JsonObject Profile() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["architectures"] = new JsonArray("SCMP_ARCH_X86_64"),
        ["syscalls"] = new JsonArray([
            Rule(Surface, NotPermitted),
            Rule(["inotify_init", "inotify_init1", "io_setup", "clone3"], NoSuchCall),
            .. Others(0, Families, 1, 2, 10).Select(static family => Rule(["socket"], NoSuchFamily, family)),
            .. Others(2, Protocols, 0, 6, 17).Select(static protocol => Rule(["socket"], NoSuchProtocol, protocol)),
            .. Others(0, Families, 1).Select(static family => Rule(["socketpair"], NoSuchFamily, family)),
            .. new uint[] { 0x5412, 0x541C }.Select(static request => Rule(["ioctl"], NotPermitted, Equal(1, request))), // TIOCSTI, TIOCLINUX
            .. new uint[] { 1024, 1026 }.Select(static command => Rule(["fcntl"], NotPermitted, Equal(1, command))), // F_SETLEASE, F_NOTIFY
            .. Bits(Whole).Select(static bit => Rule(["personality"], NotPermitted, Bit(0, bit))), // asking for it too, which the other filter allows
            .. Bits(Filters.CloneNewAnything).Select(static bit => Rule(["clone"], NotPermitted, Bit(0, bit))),
        ]),
    };

    /// <summary>Conditions that together hold for every value of an argument but the allowed ones: each small value, and each bit of a larger one.</summary>
    private static IEnumerable<JsonObject> Others(int argument, uint small, params uint[] allowed) =>
    [
        .. Enumerable.Range(0, (int)small).Select(static number => (uint)number).Except(allowed).Select(number => Equal(argument, number)),
        .. Bits(~(small - 1)).Select(bit => Bit(argument, bit)),
    ];

    private static IEnumerable<uint> Bits(uint mask) => Enumerable.Range(0, 32).Select(static place => 1u << place).Where(bit => (mask & bit) != 0);

    private static JsonObject Equal(int argument, uint value) => Masked(argument, Whole, value);

    private static JsonObject Bit(int argument, uint bit) => Masked(argument, bit, bit);

    private static JsonObject Masked(int argument, uint mask, uint value) =>
        new() { ["index"] = argument, ["value"] = mask, ["valueTwo"] = value, ["op"] = "SCMP_CMP_MASKED_EQ" };

    private static JsonObject Rule(string[] names, int error, params JsonNode[] conditions) => new()
    {
        ["names"] = new JsonArray([.. names.Select(static name => (JsonNode)name)]),
        ["action"] = "SCMP_ACT_ERRNO",
        ["errnoRet"] = error,
        ["args"] = new JsonArray(conditions),
    };
}
