// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Children;
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Runs;

/// <summary>Children of WebAssembly jobs by the product's own executor; in them a broken-out engine makes the attempts.</summary>
internal sealed class WasmChildren : IChildren
{
    private const long Mebibyte = 1 << 20;

    /// <summary>
    /// Goals of the bombs, beyond what the spec below allows; the node looks at the disk twice a second, and ends the child long before it loses patience.
    /// </summary>
    private static readonly string[] Goals = ["memory=1024", "disk=48", "files=12000", "patience=60"];

    /// <summary>A program of root's that the child sees too.</summary>
    private static readonly string SetUserId = new[] { "/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount" }.FirstOrDefault(File.Exists) ?? "";

    private readonly Decoy _decoy;
    private readonly WasmExecutor _executor;
    private readonly LeaseRunSpec _spec;
    private LeaseRun? _quiet;
    private int _works;

    private WasmChildren(string folder, Decoy decoy)
    {
        _decoy = decoy;
        _executor = new WasmExecutor(Options(folder));
        string module = Path.Combine(decoy.Folder, "module"), input = Path.Combine(decoy.Folder, "input");
        File.WriteAllText(module, HostileChild.Attempts);
        File.WriteAllText(input, "input");
        _spec = new LeaseRunSpec
        {
            ModulePath = module,
            Inputs = [KeyValuePair.Create("input", input)],
            WorkRoot = "",
            MemoryBytes = 64 * Mebibyte,
            OutputBytes = 16 * Mebibyte,
            WallPerTask = TimeSpan.FromSeconds(50),
        };
    }

    public string Isolation { get; private set; } = "";

    public static SandboxOptions Options(string folder) => new()
    {
        Command = SandboxCommand.ForAssembly(Workshop.Program(folder)),
        StartTimeout = TimeSpan.FromMinutes(1),
    };

    public static async Task<WasmChildren> StartAsync(string folder, Decoy decoy)
    {
        var children = new WasmChildren(folder, decoy);
        SandboxReport report = await children._executor.ProbeAsync(CancellationToken.None);
        children.Isolation = $"{report.Isolation.Name()}, control groups {(report.ControlGroups ? "hold" : "missing")} {string.Join("; ", report.Notes)}";
        return children;
    }

    public async Task<Seen> TryAsync(Attempt attempt)
    {
        if (attempt is { Bomb: false, Plants: false })
        {
            _quiet ??= await BeginAsync(_spec);
            return await TryAsync(_quiet, attempt);
        }

        // In a lease of its own, with nothing left of it.
        LeaseRunSpec spec = attempt.Name == "never-end" ? _spec with { WallPerTask = TimeSpan.FromSeconds(1) } : _spec;
        LeaseRun run = await BeginAsync(spec);
        string root = WorkRoot;
        Seen seen;
        try
        {
            seen = await TryAsync(run, attempt);
        }
        finally
        {
            await run.DisposeAsync();
        }

        return Directory.EnumerateFileSystemEntries(root).Any() ? seen with { Verdict = Verdict.Escaped, Note = "files outlive the lease" } : seen;
    }

    public async ValueTask DisposeAsync()
    {
        if (_quiet is not null) await _quiet.DisposeAsync();
        _executor.Dispose();
    }

    private string WorkRoot => Path.Combine(_decoy.Folder, $"work-{_works}");

    private async Task<LeaseRun> BeginAsync(LeaseRunSpec spec)
    {
        _works++;
        return await _executor.StartAsync(spec with { WorkRoot = WorkRoot }, CancellationToken.None);
    }

    private async Task<Seen> TryAsync(LeaseRun run, Attempt attempt)
    {
        var task = new TaskSpec
        {
            Index = 0,
            Arguments = [attempt.Name, .. _decoy.Scene, .. Goals, "result=0", "setuid=" + SetUserId],
            OutputNames = attempt.Plants ? ["result"] : [],
        };
        TaskReport report = await run.RunTaskAsync(task, null, CancellationToken.None);
        if (report.Outputs.Any(output => _decoy.IsSecret(output.Path))) return new Seen(attempt.Name, Verdict.Escaped, 0, Decoy.Taken);
        if (Seen.Read(attempt.Name, report.OutputTail) is not { } seen)
        {
            int errno = report.Text.Contains($"exit code {Seen.ExitOfFilter}", StringComparison.Ordinal) ? Errno.SIGSYS : 0;
            Verdict verdict = report.Fault == FaultKind.None ? Verdict.Misused
                : report.Fault == FaultKind.WallClock && attempt.Name != "never-end" ? Verdict.Escaped : Verdict.Stopped;
            return new Seen(attempt.Name, verdict, errno, $"{report.Fault}: {report.Text}");
        }


        if (!attempt.Plants || seen.Verdict != Verdict.Escaped) return seen;
        return seen with { Verdict = Verdict.Stopped, Note = $"{report.Fault}: {report.Text}" };
    }
}
