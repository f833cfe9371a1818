// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Kit;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests.Runs;

/// <summary>Native programs by the product's own executor.</summary>
internal sealed class NativeChildren : IChildren
{
    private const long Mebibyte = 1 << 20;

    /// <summary>Goals of the bombs, beyond what the spec below allows.</summary>
    private static readonly string[] Goals = ["memory=1024", "disk=160", "files=400000", "patience=60"];

    private readonly Decoy _decoy;
    private readonly NativeExecutor _executor = new(new SandboxOptions { StartTimeout = TimeSpan.FromMinutes(1) });
    private readonly NativeRunSpec _spec;
    private int _runs;

    private NativeChildren(string folder, Decoy decoy)
    {
        _decoy = decoy;
        string input = Path.Combine(decoy.Folder, "input"), setUserId = Workshop.SetUserId(folder);
        File.WriteAllText(input, "input");
        List<KeyValuePair<string, string>> inputs = [KeyValuePair.Create("attempts", Workshop.Attempts(folder)), KeyValuePair.Create("input", input)];
        if (setUserId.Length > 0) inputs.Add(KeyValuePair.Create("setuid", setUserId));
        _spec = new NativeRunSpec
        {
            Arguments = ["/job/attempts"],
            Inputs = inputs,
            MemoryBytes = 128 * Mebibyte,
            WorkBytes = 16 * Mebibyte,
            OutputBytes = 4 * Mebibyte,
            Wall = TimeSpan.FromMinutes(1),
        };
    }

    public string Isolation { get; private set; } = "";

    public static async Task<NativeChildren> StartAsync(string folder, Decoy decoy)
    {
        var children = new NativeChildren(folder, decoy);
        NativeWalls walls = await children._executor.ProbeAsync(CancellationToken.None);
        children.Isolation = $"{walls.Isolation.Name()}, control groups {(walls.Grouped ? "hold" : "missing")} {walls.Missing}";
        return children;
    }

    public async Task<Seen> TryAsync(Attempt attempt)
    {
        string outputs = Directory.CreateDirectory(Path.Combine(_decoy.Folder, $"outputs-{_runs++}")).FullName;
        string[] places = ["out=/job", "input=/job/input", "program=/usr/bin/program", "result=result"];
        NativeRunSpec spec = _spec with
        {
            Arguments = ["/job/attempts", attempt.Name, .. _decoy.Scene, .. places, .. Goals, _spec.Inputs.Count > 2 ? "setuid=/job/setuid" : "setuid="],
            OutputNames = attempt.Plants ? ["result"] : [],
            OutputFolder = outputs,
            Wall = attempt.Name == "never-end" ? TimeSpan.FromSeconds(1) : _spec.Wall,
        };
        NativeReport report = await _executor.RunAsync(spec, CancellationToken.None);
        if (report.Outputs.Any(output => _decoy.IsSecret(output.Path))) return new Seen(attempt.Name, Verdict.Escaped, 0, Decoy.Taken);
        if ((attempt.Plants || attempt.Bomb) && Left() is { } left) return new Seen(attempt.Name, Verdict.Escaped, 0, $"left running: {left}");
        if (Seen.Read(attempt.Name, report.OutputTail) is not { } seen)
        {
            Verdict verdict = report.Fault is FaultKind.None or FaultKind.Host ? Verdict.Misused
                : report.Fault == FaultKind.WallClock && attempt.Name != "never-end" ? Verdict.Escaped : Verdict.Stopped;
            return new Seen(attempt.Name, verdict, report.ExitCode == Seen.ExitOfFilter ? Errno.SIGSYS : 0, $"{report.Fault}: {report.Text}");
        }

        if (!attempt.Plants || seen.Verdict != Verdict.Escaped) return seen;
        return seen with { Verdict = Verdict.Stopped, Note = $"{report.Fault}: {report.Text}" };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The command line of a process that makes attempts of this suite and should have ended; null where there is none.</summary>
    private string? Left()
    {
        byte[] mark = Encoding.UTF8.GetBytes("folder=" + _decoy.Folder);
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
        {
            try
            {
                byte[] line = File.ReadAllBytes(Path.Combine(folder, "cmdline"));
                if (line.AsSpan().IndexOf(mark) >= 0) return Encoding.UTF8.GetString(line).Replace('\0', ' ');
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile.
            }
        }

        return null;
    }
}
