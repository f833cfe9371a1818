// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>Runs a shell behind the walls of native programs, in which it tries each of them.</summary>
public static class NativeProbe
{
    private const int Processes = 8;
    private const long WorkBytes = 64 << 10;
    private const string UnknownCalls = "filter of calls newer than its list";
    private const string Bubblewrap = "install bubblewrap 0.8 or newer, and let the host allow user namespaces "
        + "(kernel.unprivileged_userns_clone, user.max_user_namespaces)";

    // A line for each wall that holds. The last may end the shell: no further process can be made then.
    private const string Script = """
        grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status && echo capabilities
        grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/self/status && echo privileges
        grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status && echo filter
        [ ! -e /home ] && [ ! -e /root ] && [ ! -e /var ] && [ ! -e /sys ] && [ ! -e /etc/shadow ] && echo root
        touch /touched 2>/dev/null || echo readonly
        set -- /proc/[0-9]*; [ $# -le 4 ] && echo processes
        [ "$(grep -c : /proc/net/dev)" = "$(grep -c '^ *lo:' /proc/net/dev)" ] && echo network
        head -c 200000 /dev/zero >/job/large 2>/dev/null || echo folder
        rm -f /job/large
        (for i in 1 2 3; do for k in 0 1 2 3 4 5 6 7 8 9; do sleep 60 & done; done; echo crowd) 2>/dev/null
        """;

    /// <inheritdoc cref="RunAsync(SandboxOptions, Task{GroupReport}, CancellationToken)"/>
    public static Task<NativeWalls> RunAsync(SandboxOptions options, GroupReport groups, CancellationToken cancellation) =>
        RunAsync(options, Task.FromResult(groups), cancellation);

    /// <summary>Tries.</summary>
    /// <param name="options">How children are started.</param>
    /// <param name="trying">What control groups are worth here; may be tried at the same time.</param>
    /// <param name="cancellation">Ends it; nothing is left.</param>
    public static async Task<NativeWalls> RunAsync(SandboxOptions options, Task<GroupReport> trying, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux()) return new NativeWalls([], "native programs are walled in on Linux only");
        RuncLauncher.Sweep();
        var spec = new NativeRunSpec { Arguments = ["/bin/sh", "-c", Script], Processes = Processes, WorkBytes = WorkBytes, Wall = options.StartTimeout };
        NativeReport report = await NativeExecutor.TryAsync(options, spec, grouped: false, ControlGroup.TryMake, cancellation).ConfigureAwait(false);
        if (report.Outcome == TaskOutcome.HostFault) return new NativeWalls([], $"{report.Text}; {Bubblewrap}");
        GroupReport groups = await trying.ConfigureAwait(false);
        string[] said = report.OutputTail.Split('\n');
        bool bubblewrap = INativeLauncher.NameOf(options) == INativeLauncher.Bubblewrap;
        string memory = groups.Note.Length > 0 ? groups.Note : "let the node make control groups";
        return new NativeWalls(
            [
                Wall("no capability", "capabilities", true, Bubblewrap),
                Wall("no new privileges", "privileges", true, Bubblewrap),
                Wall("private root without the host's files", "root", true, Bubblewrap),
                Wall("nothing writable but the work folder", "readonly", true, Bubblewrap),
                Wall("own process namespace", "processes", true, Bubblewrap),
                Wall("own network namespace without a way out", "network", true, Bubblewrap),
                Wall("sized work folder", "folder", true, "install bubblewrap 0.8 or newer"),
                Wall("filter of system calls", "filter", false, "it exists for x86-64 Linux with seccomp"),
                new NativeWall(UnknownCalls, bubblewrap && said.Contains("filter"), false, "install bubblewrap: runc's filter lets them through"),
                new NativeWall("bound of processes", !said.Contains("crowd"), false, memory),
                new NativeWall("bound of memory by a control group", groups.Memory, false, memory),
                new NativeWall("a user of its own", ProcessWalls.EffectiveUser != 0, false, "run the node as a user of its own, not as root"),
            ],
            "")
        {
            Grouped = groups.Memory,
            Launcher = INativeLauncher.NameOf(options),
        };

        NativeWall Wall(string name, string line, bool needed, string remedy) => new(name, said.Contains(line), needed, remedy);
    }
}
