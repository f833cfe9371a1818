// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Supervising;

/// <summary>
/// The hidden verb of a node's one supervisor: the parent of all its children, in a session of its own. It lives as long as its lease of life is
/// renewed, and some time longer, in which the next process of the node may find it.
/// </summary>
public sealed class Supervisor : IDisposable
{
    /// <summary>The hidden verb: <c>supervisor FOLDER MILLISECONDS</c>.</summary>
    public const string Verb = "supervisor";

    private const int Backlog = 128;
    private const int ReadyDescriptor = 1;
    private static readonly TimeSpan MostForEnds = TimeSpan.FromSeconds(20);

    private readonly SupervisorFolder _folder;
    private readonly WasmExecutor _wasm;
    private readonly Executors _executors;
    private readonly Dictionary<string, HeldLease> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<HeldLease> _left = []; // those that end are no longer found, but something of them is there
    private readonly TaskCompletionSource _quit = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Supervisor(SupervisorFolder folder, SandboxOptions options)
    {
        (_folder, _wasm) = (folder, new WasmExecutor(options));
        _executors = new Executors(_wasm, new NativeExecutor(options));
    }

    /// <summary>What it holds now.</summary>
    internal MetMessage Met
    {
        get
        {
            lock (_leases) return new MetMessage(MetMessage.ThisBuild, [.. _left.Select(lease => new HeldRun(lease.Key, lease.Folder))]);
        }
    }

    /// <summary>Supervises until the end. Call it first thing in Main.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <param name="options">How children are started.</param>
    /// <returns>Exit code: 0 at the end of the lease of life, or when told to end; 64 on other arguments; 75 where another supervisor lives.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, SandboxOptions options)
    {
        if (args is not [var path, var text] || !long.TryParse(text, CultureInfo.InvariantCulture, out long milliseconds) || milliseconds < 1) return 64;
        NodeWalls.Raise();
        var folder = new SupervisorFolder(path);
        using FileStream? held = folder.TryLock();
        if (held is null || ProcessIdentity.Of(Environment.ProcessId) is not { } self) return 75;
        using var supervisor = new Supervisor(folder, options);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        File.Delete(folder.Socket);
        listener.Bind(new UnixDomainSocketEndPoint(folder.Socket));
        listener.Listen(Backlog);
        folder.WriteRecord(self);
        SayReady();
        await supervisor.LiveAsync(listener, TimeSpan.FromMilliseconds(milliseconds)).ConfigureAwait(false);
        folder.Clear();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _wasm.Dispose();

    /// <summary>Begins a run.</summary>
    /// <returns>The run, or null where one of this key lives.</returns>
    internal HeldLease? Begin(StartMessage start)
    {
        lock (_leases)
        {
            if (_leases.ContainsKey(start.Key)) return null;
            var lease = new HeldLease(start, _executors);
            _left.Add(lease);
            return _leases[start.Key] = lease;
        }
    }

    /// <summary>The run of a key, or null.</summary>
    internal HeldLease? Find(string key)
    {
        lock (_leases) return _leases.GetValueOrDefault(key);
    }

    /// <summary>A run whose child did not start: its folder is the caller's.</summary>
    internal void Forget(HeldLease lease)
    {
        lock (_leases)
        {
            if (Find(lease.Key) == lease) _leases.Remove(lease.Key);
            _left.Remove(lease);
        }
    }

    /// <summary>Ends a run; nobody finds it from now on.</summary>
    internal async Task EndAsync(HeldLease lease)
    {
        lock (_leases)
        {
            if (Find(lease.Key) == lease) _leases.Remove(lease.Key);
        }

        await lease.EndAsync().ConfigureAwait(false);
        Forget(lease);
    }

    /// <summary>Ends this process, if it holds nothing.</summary>
    internal bool Quit()
    {
        lock (_leases) return _left.Count == 0 && _quit.TrySetResult();
    }

    private static void SayReady()
    {
        using var ready = new FileStream(new SafeFileHandle(ReadyDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        try
        {
            ready.WriteByte(1);
        }
        catch (IOException)
        {
            // Who started us has gone; the next one finds us.
        }
    }

    private async Task LiveAsync(Socket listener, TimeSpan outlive)
    {
        using var end = new CancellationTokenSource();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            _quit.TrySetResult();
        });
        Task life = LifeWatch.ExpiredAsync(_folder.Life, outlive, end.Token);
        Task accepting = AcceptAsync(listener, end.Token);
        await Task.WhenAny(life, _quit.Task, accepting).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        HeldLease[] left;
        lock (_leases) left = [.. _left];

        // What does not end dies with this process.
        await Task.WhenAny(Task.WhenAll(left.Select(EndAsync)), Task.Delay(MostForEnds)).ConfigureAwait(false);
    }

    private async Task AcceptAsync(Socket listener, CancellationToken end)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync(end).ConfigureAwait(false);
            _ = ServeAsync(socket, end);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken end)
    {
        using (socket)
        {
            if (!PeerProcess.Of(socket).IsOwn) return;
            await new SupervisorSession(socket, this).ServeAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
