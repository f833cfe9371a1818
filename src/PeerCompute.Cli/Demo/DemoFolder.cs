// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Demo;

/// <summary>
/// The folder of one demo: homes of the nodes, and results. A temporary one goes when the demo ends before its results are there, even where the
/// demo is killed: a shell that holds the other end of a pipe sees to it.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    // Reads pids until the demo says that the results shall stay, or is gone; then waits for those processes, ten seconds at most.
    private const string Keeper = """
        trap '' INT TERM HUP
        pids=
        while read -r word; do [ "$word" = keep ] && exit 0; pids="$pids $word"; done
        n=0
        for pid in $pids; do while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.2; done; done
        rm -rf -- "$1"
        """;

    private readonly Process? _keeper;
    private bool _kept;

    private DemoFolder(string path, Process? keeper) => (Path, _keeper) = (path, keeper);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where the nodes' homes are.</summary>
    public string Nodes => In("nodes");

    /// <summary>A folder for a demo.</summary>
    /// <param name="named">The viewer's choice, or null for a new temporary folder.</param>
    /// <exception cref="PeerComputeException">It holds an earlier demo, or cannot be made.</exception>
    public static DemoFolder Make(string? named)
    {
        try
        {
            if (named is null)
            {
                var temporary = Directory.CreateTempSubdirectory("peercompute-demo-").FullName;
                return new DemoFolder(temporary, KeeperOf(temporary));
            }

            var folder = new DemoFolder(System.IO.Path.GetFullPath(named), null) { _kept = true };
            if (Directory.Exists(folder.Nodes))
                throw new PeerComputeException(ErrorCode.Usage, $"{folder.Path} holds an earlier demo. Choose another folder with -o, or leave -o out.");
            Directory.CreateDirectory(folder.Nodes);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"The demo has no folder to write to: {e.Message} Choose one with -o.", e);
        }
    }

    /// <summary>A path in it.</summary>
    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A process writes into it.</summary>
    public void Holds(int pid) => Tell(pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>The results stay; homes of a temporary folder still go.</summary>
    public void Keep()
    {
        if (_keeper is not null && Directory.Exists(Nodes)) Directory.Delete(Nodes, recursive: true);
        _kept = true;
        Tell("keep");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_kept && Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        _keeper?.StandardInput.Close();
        _keeper?.Dispose();
    }

    private static Process? KeeperOf(string folder)
    {
        if (Tools.Find("sh") is not { } shell) return null;
        return Process.Start(new ProcessStartInfo(shell, ["-c", Keeper, "demo-keeper", folder]) { RedirectStandardInput = true });
    }

    private void Tell(string word)
    {
        if (_keeper is not { HasExited: false }) return;
        _keeper.StandardInput.WriteLine(word);
        _keeper.StandardInput.Flush();
    }
}
