// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerCompute.Api.V1;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Api;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Node.Journals;
using PeerCompute.Node.Lending;
using PeerCompute.Node.Loops;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node;

/// <summary>A whole node in one process: home, journal, machine, sockets, sandbox, and the services of its API.</summary>
public sealed partial class NodeShell : IAsyncDisposable
{
    /// <summary>Software and version as peers see it.</summary>
    public const string Agent = "peercompute/0.1.0";

    private readonly NodeHome _home;
    private readonly Parts _parts;
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeShell(NodeHome home, Parts parts, NodeFacts facts)
    {
        (_home, _parts, Facts) = (home, parts, facts);
        var submissions = new Submissions(parts.Uploads, parts.Host, home.Key, parts.Natives, parts.ImageShares);
        Jobs = new JobApi(parts.Loop, parts.Clock, parts.Store, parts.Uploads, submissions, facts);
        Node = new NodeApi(parts.Host, parts.Loop, parts.Clock, parts.Peers, parts.Survey, facts, Counters, () => _stopAsked.TrySetResult());
        Lending = new LendApi(parts.Lender, facts, parts.Unable, () => parts.Director.Working, parts.Survey, parts.DeviceTakenAsync, parts.Time);
        Market = new MarketApi(parts.Loop, parts.Clock, parts.Mesh);
        Network = new NetworkApi(parts.Host, home, parts.Loop, parts.Time, Restart);
        Completion = EndAsync();
    }

    /// <summary>Ends when the node has: 0 after a stop, else the exit code of what went wrong.</summary>
    public Task<int> Completion { get; }

    /// <summary>The job service of the API.</summary>
    public JobService.JobServiceBase Jobs { get; }

    /// <summary>The node service of the API.</summary>
    public NodeService.NodeServiceBase Node { get; }

    /// <summary>The lending service of the API.</summary>
    public LendService.LendServiceBase Lending { get; }

    /// <summary>The market service of the API.</summary>
    public MarketService.MarketServiceBase Market { get; }

    /// <summary>The network service of the API.</summary>
    public NetworkService.NetworkServiceBase Network { get; }

    /// <summary>Whether the node ends in order to be started again, in the network that its home names now.</summary>
    public bool Restarts { get; private set; }

    /// <summary>Who the node is.</summary>
    public PeerId PeerId => Facts.Self;

    /// <summary>Addresses that others can dial, each ending in the peer id; empty for a light node.</summary>
    public IReadOnlyList<string> Addresses => [.. _parts.Host.ListenAddresses.Select(address => address.WithPeer(Facts.Self).ToString())];

    /// <summary>Where the API's socket belongs.</summary>
    public string Socket => NodeHome.SocketOf(_home.Folder);

    internal NodeFacts Facts { get; }

    /// <summary>Starts a node: enters its home, reads its journal, listens, and goes on with what it promised.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <returns>The running node.</returns>
    /// <exception cref="PeerComputeException">The home, the journal, an address or the sandbox is not fit; says which and what to do.</exception>
    public static async Task<NodeShell> StartAsync(NodeOptions options, CancellationToken cancel = default)
    {
        Faults.Arm();
        var home = NodeHome.Open(options.Home);
        var parts = new Parts { Time = options.Time, Clock = new NodeClock(options.Time, options.ClockOffset) };
        try
        {
            var config = home.Config;
            parts.Store = BlobStore.Open(home.Blobs, config.BlobBytes, options.Time);
            parts.Gate = new BlobGate(() => parts.Clock.Now.WallMs);
            parts.Uploads = new Uploads(parts.Store, parts.Gate, home.Uploads);
            var sandbox = new SandboxOptions { Command = options.SandboxCommand };
            parts.Executor = new WasmExecutor(sandbox);
            var (report, native) = await ProbeAsync(parts.Executor, sandbox, options.Light, cancel).ConfigureAwait(false);
            if (report.Isolation == IsolationClass.None)
                options.Log($"this host cannot wall programs in, so the node takes no work: {string.Join("; ", report.Notes)}");
            parts.Unable = Unable(options, report);
            parts.Images = new ImageStore(NodeHome.ImagesOf(options.ImagesOf ?? home.Folder));
            parts.Natives = new NativeSystems(parts.Images, native, parts.DeviceFor, parts.Lends) { Fetches = config.ImageBytes > 0 };
            var (natives, unreadable) = NativeWatch.Look(parts.Natives, new NativesChanged([]));
            if (unreadable.Length > 0) options.Log($"no images are offered: {unreadable}");
            parts.NativeWatch = new NativeWatch(parts.Natives, natives, (e, stop) => parts.Loop.SettleAsync(e, stop), options.Time, options.Log);
            parts.Runs = await RunHosts.OpenAsync(parts.Executor, home, options, cancel).ConfigureAwait(false);
            parts.Lender = new Lender(home, parts.Unable.Length == 0, options.Time, (e, stop) => parts.Loop.SettleAsync(e, stop));
            var settings = new NodeSettings
            {
                ConfirmSlots = (uint)config.ConfirmSlots,
                Isolation = report.Isolation.Name(),
                NativeIsolation = native.Name(),
                Natives = natives.Natives,
                SeeksImages = natives.SeeksImages,
                Architecture = NativeSystems.Architecture,
                Cores = (uint)Environment.ProcessorCount,
                Network = config.Network,
                Light = options.Light,
                SharesInputs = config.ShareInputs,
                BlobBytes = (ulong)config.BlobBytes,
                GraceMsMost = (ulong)config.GraceMs,
            };
            INodeMachine machine = new NodeCore(home.Key, settings.Under(parts.Lender.Terms), new Secrets(RandomNumberGenerator.GetBytes(32)),
                new Choices(Random64()));
            if (options.Wrap is { } wrap) machine = wrap(machine);
            parts.Journal = Journal.Open(home.Journal);
            var incarnation = new Incarnation(Replay(parts.Journal, machine) + 1, Random64());
            parts.Loop = new NodeLoop(machine, parts.Journal, parts.Clock, options.Log);
            await ConnectAsync(parts, home, options, cancel).ConfigureAwait(false);
            var facts = new NodeFacts(
                home.Key.PeerId, home.Folder, home.Receipts, JobViews.Text(incarnation), report.Isolation.Name(), native.Name(), Agent,
                config.Network.ToString(), options.Light);
            var shell = new NodeShell(home, parts, facts);
            parts.Loop.Start(new NodeStarted(incarnation), parts.Effects);
            parts.Lender.Start();
            parts.Guarding = parts.BesideAsync(parts.GuardAsync(options));
            parts.Watching = parts.BesideAsync(parts.NativeWatch.RunAsync(parts.Stop.Token));
            parts.Settling = parts.BesideAsync(LeftRuns.SettleAsync(parts.Runs, parts.Loop, options.Time, parts.Stop.Token));
            await shell.MeetAsync(options, cancel).ConfigureAwait(false);
            return shell;
        }
        catch
        {
            await parts.DisposeAsync().ConfigureAwait(false);
            home.Dispose();
            throw;
        }
    }

    /// <summary>Ends the node: what was promised is on the disk, what could be said is said.</summary>
    /// <returns>When nothing of it is left.</returns>
    public async Task StopAsync()
    {
        _stopAsked.TrySetResult();
        await Completion.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Tries the walls of both kinds of programs, beside one another.</summary>
    private static async Task<(SandboxReport Report, NativeIsolation Native)> ProbeAsync(
        WasmExecutor executor, SandboxOptions sandbox, bool light, CancellationToken cancel)
    {
        var report = executor.ProbeAsync(cancel).AsTask();
        var native = light ? NativeIsolation.None : (await NativeProbe.RunAsync(sandbox, GroupsAsync(), cancel).ConfigureAwait(false)).Isolation;
        return (await report.ConfigureAwait(false), native);

        async Task<GroupReport> GroupsAsync() => (await report.ConfigureAwait(false)).Groups;
    }

    /// <summary>Why the node cannot take work whatever its owner decides, or nothing.</summary>
    private static string Unable(NodeOptions options, SandboxReport report)
        => options.Light ? "it was started as a light node ('--light')"
            : report.Isolation == IsolationClass.None ? $"this host cannot wall programs in ({string.Join("; ", report.Notes)})" : "";

    /// <summary>Gives the machine its past back.</summary>
    /// <returns>Start counter of the last life; 0 for a new node.</returns>
    private static ulong Replay(Journal journal, INodeMachine machine)
    {
        var starts = 0UL;
        var n = 0L;
        foreach (var body in journal.Replay())
        {
            n++;
            try
            {
                var entry = JournalCodec.Decode(body);
                if (entry is LifeBegan life) starts = Math.Max(starts, life.Incarnation.Start);
                machine.Restore(entry);
            }
            catch (WireException e)
            {
                throw new PeerComputeException(ErrorCode.Home,
                    $"entry {n} of the journal cannot be read ({e.Message}): install the newer peercompute, or restore the home from a copy.", e);
            }
        }

        return starts;
    }

    private static ulong Random64() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    private IEnumerable<KeyValuePair<string, long>> Counters() =>
    [
        new("journal.entries", _parts.Journal.Last),
        new("adverts.asked", _parts.Mesh.AdvertsAsked),
        new("blobs.sent_bytes", _parts.Server.SentBytes),
        new("dht.asked", _parts.Mesh.KadAsked),
        new("gossip.malformed", _parts.Mesh.Malformed),
        new("gossip.sent", _parts.Mesh.Gossiped),
        new("host.dials", _parts.Host.Dials),
        new("host.received_bytes", _parts.Host.ReceivedBytes),
        new("host.sent_bytes", _parts.Host.SentBytes),
        new("messages.broken", _parts.Inbox.Broken),
        new("messages.sent", _parts.Outbox.Sent),
        new("messages.sent_bytes", _parts.Outbox.SentBytes),
        new("messages.taken", _parts.Inbox.Taken),
        new("blobs.bytes", _parts.Store.UsedBytes),
        new("blobs.count", _parts.Store.Count),
        new("blobs.limit_bytes", _parts.Store.LimitBytes),
        new("blobs.pinned", _parts.Gate.Pinned),
        new("blobs.taken_for_room", _parts.Store.Taken),
    ];

    private void Restart()
    {
        Restarts = true;
        _stopAsked.TrySetResult();
    }

    private async Task<int> EndAsync()
    {
        await Task.WhenAny(_stopAsked.Task, _parts.Loop.Completion).ConfigureAwait(false);
        await _parts.DisposeAsync().ConfigureAwait(false);
        _home.Dispose();
        return await _parts.Loop.Completion.ConfigureAwait(false) is { } failure ? (int)failure.Code : 0;
    }
}
