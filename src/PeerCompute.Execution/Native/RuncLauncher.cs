// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Runc, for hosts without bubblewrap. It tells the first process to a hook (OCI runtime specification, config.md, createRuntime), which writes it down and
/// waits at the gate, a named pipe; a guard that the hook leaves behind ends the program where the node dies, since runc does not.
/// </summary>
internal sealed partial class RuncLauncher : INativeLauncher
{
    /// <summary>What the hook does: <c>$1</c> is the bundle's folder, its input the state of the container.</summary>
    public const string Hook = """
        cat >"$1/facts.new" && mv "$1/facts.new" "$1/facts" && exec 3<"$1/gate" && read -r word first <&3 && [ "$word" = open ] || exit 1
        { read -r word <&3 || kill -9 "$first"; } >/dev/null 2>&1 </dev/null &
        """;

    private const string Name = "task";
    private const string WithoutGroup = "runc, which stands in for bubblewrap here, bounds no memory where no control group can be made: install bubblewrap, "
        + "or let the node make control groups";

    private readonly string _runc, _folder;
    private readonly NativeRunSpec _spec;
    private FileStream? _gate;
    private int _first;

    private RuncLauncher(string runc, string folder, NativeRunSpec spec) => (_runc, _folder, _spec) = (runc, folder, spec);

    /// <inheritdoc/>
    public int OwnProcesses => 48; // threads of runc and of its half of the namespace, the hook, the guard

    /// <inheritdoc/>
    public int OwnThreads => 16;

    /// <inheritdoc/>
    public long OwnBytes => 64 << 20;

    /// <inheritdoc/>
    public string? OpenFolder => null;

    /// <summary>Looks for runc, in the folders of administrators' programs too.</summary>
    /// <param name="searchPath">Folders, separated by colons; null: the PATH of this process, and those.</param>
    public static string? Find(string? searchPath) =>
        (searchPath ?? $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(static folder => Path.Combine(folder, "runc")).FirstOrDefault(File.Exists);

    /// <summary>Makes one for a run.</summary>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: this node or this program needs bubblewrap.</exception>
    public static RuncLauncher Make(string runc, NativeRunSpec spec)
    {
        const string instead = "install bubblewrap";
        if (ProcessWalls.EffectiveUser == 0) throw new PeerComputeException(ErrorCode.Host, $"runc runs programs of a node that is not root only: {instead}");
        if (spec.Grant.Nodes.Count > 0) throw new PeerComputeException(ErrorCode.Host, $"runc is given no cards here: {instead}");
        if (spec.Own is not null) throw new PeerComputeException(ErrorCode.Host, $"runc runs no GPU programs: {instead}");
        if (GroupMaker.Self is not { } maker) throw new PeerComputeException(ErrorCode.Host, "/proc does not show this process");
        return new RuncLauncher(runc, Path.Combine(Path.GetTempPath(), maker.NewName()), spec);
    }

    /// <summary>Removes the folders of nodes that have ended without doing so.</summary>
    public static void Sweep()
    {
        foreach (string folder in Directory.EnumerateDirectories(Path.GetTempPath(), GroupMaker.Prefix + "*"))
        {
            if (GroupMaker.Of(Path.GetFileName(folder)) is { HasEnded: true }) Remove(folder);
        }
    }

    /// <inheritdoc/>
    public Task<Spawned> StartAsync(IReadOnlyList<int> streams, ControlGroup? group, NetworkWatch watch)
    {
        try
        {
            Prepare(group);
        }
        catch
        {
            foreach (int stream in streams) _ = Libc.Close(stream);
            throw;
        }

        string[] program = [_runc, "--root", Path.Combine(_folder, "state"), "--rootless", "true", "run", "--bundle", _folder, Name];
        return Spawned.StartAsync(StartShell.Around(program, group!.Doors), ["PATH=/usr/bin:/bin:/usr/sbin:/sbin", $"XDG_RUNTIME_DIR={_folder}"], [.. streams]);
    }

    /// <inheritdoc/>
    public async Task<(OtherProcess First, string Root)?> StandAsync(Spawned process, CancellationToken cancellation)
    {
        string told = Path.Combine(_folder, "facts");
        while (!File.Exists(told))
        {
            if (process.End.IsCompleted) return null;
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }

        string facts = await File.ReadAllTextAsync(told, cancellation).ConfigureAwait(false);
        bool read = int.TryParse(Id().Match(facts).Groups[1].ValueSpan, CultureInfo.InvariantCulture, out _first);
        if (!read || OtherProcess.Open(_first) is not { } first) return null;
        string root = Path.Combine(_folder, RuncBundle.Root);
        if (!process.End.IsCompleted) return (first, string.Create(CultureInfo.InvariantCulture, $"/proc/{_first}/root{root}"));
        first.Dispose(); // runc, whose child it is, has ended: its number may be another one's
        return null;
    }

    /// <inheritdoc/>
    public void OpenGate() => Say(string.Create(CultureInfo.InvariantCulture, $"open {_first}\n"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_gate is not null)
        {
            Say("done\n"); // the guard has nothing more to end
            await _gate.DisposeAsync().ConfigureAwait(false);
        }

        Remove(_folder);
    }

    /// <summary>Writes the bundle, makes the gate, and closes the group to runc.</summary>
    private void Prepare(ControlGroup? group)
    {
        if (group is null) throw new PeerComputeException(ErrorCode.Host, WithoutGroup);
        RuncBundle.Write(_folder, _spec);
        string gate = Path.Combine(_folder, "gate");
        if (!ChildProcess.MakePipe(gate)) throw new PeerComputeException(ErrorCode.Host, $"no pipe can be made in {_folder}");
        _gate = new FileStream(gate, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0); // read too, so that opening waits for nobody
        group.Close();
    }

    private void Say(string word) => _gate!.Write(System.Text.Encoding.ASCII.GetBytes(word));

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // Swept at the next start.
        }
    }

    [GeneratedRegex("\"pid\": *([0-9]{1,9})")]
    private static partial Regex Id();
}
