// SPDX-License-Identifier: Apache-2.0
using static PeerCompute.Sandbox.Tests.Table.Wall;

namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>Every attempt of the suite, and the wall that must stop it.</summary>
internal static class Attempts
{
    private static readonly Attempt[] Reaching =
    [
        new("tcp4", "connect to a TCP port of the host", Filter, Network),
        new("tcp6", "the same over IPv6", Filter, Network),
        new("udp", "ask a UDP port of the host", Filter, Network),
        new("unix-path", "connect to a socket file of the node", Filter, Root),
        new("unix-abstract", "connect to an abstract socket of the host", Filter, Network),
        new("raw-socket", "open a raw IP socket", Filter, Filter),
        new("packet-socket", "open a packet socket", Filter, Filter),
        new("vsock", "open a socket to the hypervisor", Filter, Filter),
        new("netlink", "list interfaces over netlink", Filter, Filter),
        new("algorithm-socket", "bind a socket of the kernel's ciphers (AF_ALG)", Filter, Filter),
        new("every-family", "open a socket of any other family, 0 to 63", Filter, Filter),
        new("listen", "listen on a TCP port", Filter, None),
        new("ring-socket", "make a socket through io_uring, past the filter", Filter, Filter),
    ];

    private static readonly Attempt[] Others =
    [
        new("see-process", "see a process of the host in /proc", Processes, Processes),
        new("proc-environ", "read its environment", Processes, Processes),
        new("proc-mem", "read its memory through /proc", Processes, Processes),
        new("proc-root", "reach its files through /proc/PID/root", Processes, Processes),
        new("proc-cwd", "reach its files through /proc/PID/cwd", Processes, Processes),
        new("proc-fd", "open its descriptors through /proc/PID/fd", Processes, Processes),
        new("ptrace-seize", "trace it", Filter, Filter),
        new("ptrace-traceme", "be traced, once a way past filters", Filter, Filter),
        new("read-memory", "read its memory, process_vm_readv", Filter, Filter),
        new("write-memory", "write its memory, process_vm_writev", Filter, Filter),
        new("signal", "send it a signal", Filter, Processes),
        new("signal-all", "send a signal to every process", Filter, Processes),
        new("signal-thread", "send a signal to one of its threads", Filter, Processes),
        new("signal-queued", "queue a signal to it", Filter, Processes),
        new("signal-pidfd", "send a signal through a pidfd", Filter, Processes),
        new("steal-descriptor", "take an open file out of it, pidfd_getfd", Filter, Processes),
        new("priority", "lower its priority", Filter, Processes),
        new("priority-group", "lower the priority of its group", Filter, Processes),
        new("limits", "lower its resource limits", Filter, Processes),
        new("affinity", "bind it to one processor", Filter, Processes),
        new("io-priority", "lower its priority at the disk", Filter, Processes),
        new("real-time", "take a real-time priority", Filter, Privileges),
        new("compare", "compare kernel objects with it, kcmp", Filter, Filter),
        new("move-pages", "move its memory pages", Filter, Filter),
        new("environment", "find the node's environment", Start, Start),
        new("descriptors", "find an open file of the node", Start, Start),
        new("set-user-id", "run a program with the set-user-id bit", Filter, Privileges),
    ];

    private static readonly Attempt[] Spaces =
    [
        new("unshare-user", "make a user namespace, unshare", Filter, Filter),
        new("clone-user", "make a user namespace, clone", Filter, Filter),
        new("clone3-user", "make a user namespace, clone3", Filter, Filter),
        new("clone-memory", "make a process that shares memory and is no thread", Filter, None),
        new("enter-namespace", "enter the host's namespaces, setns", Processes, Processes),
        new("mount", "mount a file system", Filter, Filter),
        new("mount-over", "mount something over /usr", Filter, Filter),
        new("remount", "mount the root anew", Filter, Filter),
        new("unmount", "unmount", Filter, Filter),
        new("pivot-root", "change the root, pivot_root", Filter, Filter),
        new("leave-root", "leave the root by changing it once more, chroot", Filter, Filter),
        new("fsopen", "mount by the new calls: fsopen", Filter, Filter),
        new("fspick", "fspick", Filter, Filter),
        new("open-tree", "open_tree", Filter, Filter),
        new("mount-attributes", "mount_setattr", Filter, Filter),
        new("host-name", "set the host name", Filter, Filter),
        new("file-handle", "get a file's handle, name_to_handle_at", Filter, Filter),
        new("open-by-handle", "open a file of the host by a guessed handle", Filter, Filter),
        new("list-mounts", "list mounts, listmount", Filter, Filter),
        new("control-group", "join a control group above", Root, Root),
    ];

    private static readonly Attempt[] Kernel =
    [
        new("add-key", "add a key to the kernel's keyring", Filter, Filter),
        new("request-key", "request a key", Filter, Filter),
        new("keyctl", "open the session keyring", Filter, Filter),
        new("userfaultfd", "handle page faults, userfaultfd", Filter, Filter),
        new("syslog", "read the kernel's messages", Filter, Filter),
        new("personality", "turn address randomisation off", Filter, Filter),
        new("kexec", "load another kernel, kexec_load", Filter, Filter),
        new("kexec-file", "kexec_file_load", Filter, Filter),
        new("init-module", "load a module, init_module", Filter, Filter),
        new("finit-module", "finit_module", Filter, Filter),
        new("delete-module", "unload a module", Filter, Filter),
        new("reboot", "reboot", Filter, Filter),
        new("acct", "switch process accounting", Filter, Filter),
        new("swapoff", "switch swap off", Filter, Filter),
        new("quota", "change quotas", Filter, Filter),
        new("ioperm", "reach an I/O port, ioperm", Filter, Filter),
        new("iopl", "iopl", Filter, Filter),
        new("fanotify", "watch files, fanotify", Filter, Filter),
        new("secret-memory", "make memory that the kernel cannot see", Filter, Filter),
        new("io-uring", "make a ring, io_uring_setup", Filter, Filter),
        new("bpf", "load a map into the kernel, bpf", Filter, Filter),
        new("perf", "count events, perf_event_open", Filter, Filter),
        new("modify-ldt", "write a segment descriptor", Filter, Filter),
        new("clock-settime", "set the clock", Filter, Filter),
        new("settimeofday", "set the clock, settimeofday", Filter, Filter),
        new("adjtimex", "bend the clock, adjtimex", Filter, Filter),
        new("clock-adjtime", "bend the clock, clock_adjtime", Filter, Filter),
        new("asynchronous-io", "take contexts of asynchronous I/O, of which the host has few", Filter, Filter),
        new("x32", "a call by its x32 number", Filter, Filter),
        new("int80", "a call of the 32-bit kernel, int 0x80", Filter, Filter),
        new("remove-filter", "take the filter off", Filter, Privileges),
        new("new-privileges", "take no_new_privs back", Filter, Privileges),
        new("tiocsti", "type into a terminal", Filter, Filter),
        new("tiocsti-wide", "the same, with the upper half of the argument set", Filter, Filter),
        new("tioclinux", "paste into the console", Filter, Filter),
        new("devices", "open devices of the host", Root, Root),
        new("kernel-settings", "open core_pattern and its like for writing", Mounts, Mounts),
        new("sysfs", "open files of /sys for writing", Root, Root),
        new("kernel-memory", "read the kernel's memory and tables", Privileges, Privileges),
    ];

    private static readonly Attempt[] Files =
    [
        new("node-key", "read the node's key", Root, Root),
        new("node-journal", "append to the node's journal", Root, Root),
        new("other-job", "read another job's file", Root, Root),
        new("climb", "climb out of the work folder by ../..", Root, Root),
        new("climb-first-process", "climb out through /proc/1/root", Root, Root),
        new("host-write", "write a file into the node's home", Root, Root),
        new("host-list", "list the node's home", Root, Root),
        new("link-out", "follow an own symbolic link to the node's key", Filter, Root),
        new("hard-link-input", "link an input into the outputs", Filter, Mounts),
        new("hard-link-host", "link the node's key into the outputs", Filter, Root),
        new("write-input", "change an input", Mounts, Mounts),
        new("lock-file", "lock an input whole, flock", Filter, None),
        new("lock-range", "lock bytes of an input, fcntl", Filter, None),
        new("lease-file", "take a lease on an input: who opens it to write waits", Filter, Filter),
        new("watch-folder", "be told what is made in /usr/bin", Filter, Filter),
        new("write-program", "write beside the own program", Mounts, Mounts),
        new("make-device", "make a device node", Filter, Privileges),
        new("make-set-user-id", "make a set-user-id program in the outputs", Filter, None),
        new("plant-link", "leave a symbolic link to the node's key as the output", Filter, Node) { Plants = true },
        new("plant-folder-link", "leave a symbolic link to the node's home", Filter, Node) { Plants = true },
        new("plant-fifo", "leave a pipe as the output, for the node to wait on", Filter, Node) { Plants = true },
        new("plant-folder", "leave a folder as the output", Filter, Node) { Plants = true },
        new("plant-socket", "leave a socket as the output", Filter, Node) { Plants = true },
        new("plant-locked", "leave a folder that its owner cannot open", Filter, Node) { Plants = true },
        new("plant-deep", "leave folders deeper than a path can name", Filter, Node) { Plants = true },
        new("plant-sparse", "leave an output of a tebibyte without blocks", Bound, Bound) { Bomb = true },
        new("plant-names", "leave files by hostile names", Node, Node) { Plants = true },
        new("terminal", "write what a terminal would obey", Node, Node) { Plants = true },
    ];

    private static readonly Attempt[] Bombs =
    [
        new("fork-bomb", "fork without end", Filter, Bound),
        new("memory-bomb", "use memory without end", Bound, Bound),
        new("shared-memory-bomb", "use shared memory without end", Bound, Bound),
        new("memory-file-bomb", "fill a file in memory, memfd_create", Filter, Bound),
        new("segment-bomb", "use a System V segment without end", Filter, Bound),
        new("lock-bomb", "lock memory", Bound, Bound),
        new("huge-pages", "take huge pages", Bound, Bound),
        new("disk-bomb", "fill the work folder", Bound, Bound),
        new("hidden-disk-bomb", "fill it by files that no listing shows", Bound, Bound),
        new("folder-disk-bomb", "fill it below a folder", Filter, Bound),
        new("nameless-disk-bomb", "fill it by files that never had a name, O_TMPFILE", Filter, Bound),
        new("upper-disk-bomb", "fill the folder above it", Bound, Mounts),
        new("temporary-bomb", "fill /tmp", Bound, Bound),
        new("device-folder-bomb", "fill /dev/shm", Bound, Bound),
        new("one-file-bomb", "write one file without end", Bound, Bound),
        new("inode-bomb", "make files without end", Bound, Bound),
        new("descriptor-bomb", "open descriptors without end", Bound, Bound),
        new("watch-bomb", "use up the user's file watchers", Filter, Filter),
        new("timer-bomb", "make timers without end", Filter, Bound),
        new("message-bomb", "use up the user's message queues", Filter, Bound),
        new("output-flood", "write 32 MiB to standard output", Node, Bound),
        new("outlive", "leave a process that ignores every signal and goes on writing", Filter, Node) { Plants = true },
        new("never-end", "never end, and ignore every signal", Node, Bound),
    ];

    /// <summary>What bounds these is the private root: a child without one writes into folders of the host.</summary>
    private static readonly string[] BoundByRoot = ["upper-disk-bomb", "temporary-bomb", "device-folder-bomb"];

    /// <summary>What holds without a filter of system calls: limits of resources, control group, no new privileges, the node's own looks.</summary>
    private static readonly Dictionary<string, Wall> WithoutFilter = new(StringComparer.Ordinal)
    {
        ["set-user-id"] = Privileges, ["new-privileges"] = Privileges, ["plant-sparse"] = Bound, ["fork-bomb"] = Bound, ["memory-bomb"] = Bound,
        ["shared-memory-bomb"] = Bound, ["memory-file-bomb"] = Bound, ["lock-bomb"] = Bound, ["disk-bomb"] = Bound, ["folder-disk-bomb"] = Bound,
        ["one-file-bomb"] = Bound, ["inode-bomb"] = Bound, ["descriptor-bomb"] = Bound,
    };

    /// <summary>All of them, in the order in which they are made: what may take the child along comes last.</summary>
    public static IReadOnlyList<Attempt> All { get; } =
        [.. new[] { Reaching, Others, Spaces, Kernel, Files, [.. Bombs.Select(bomb => bomb with { Bomb = true })] }.SelectMany(room => room).Select(Graded)];

    private static Attempt Graded(Attempt one) => one with
    {
        Seccomp = one.Wasm is Filter or Start or Node or Bound && !BoundByRoot.Contains(one.Name) ? one.Wasm : None,
        Process = WithoutFilter.TryGetValue(one.Name, out Wall wall) ? wall : one.Wasm is Start or Node ? one.Wasm : one.Plants ? Node : None,
    };
}
