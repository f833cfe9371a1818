// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Net;
using PeerCompute.Net.Requests;

namespace PeerCompute.Interop.Tests;

/// <summary>A node of the DHT over real sockets: host, request streams and the machine behind one lock.</summary>
internal sealed class KadDriver : IAsyncDisposable
{
    private static readonly KadOptions Options = new()
    {
        Protocol = KadOptions.IpfsProtocol,
        FirstRefreshDelay = TimeSpan.FromMilliseconds(100),
        Namespaces = [new KadNamespace("pc", _ => true, (_, _) => false)],
    };

    private readonly Lock _gate = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<long, TaskCompletionSource<KadResult>> _done = [];
    private readonly RequestStreams _requests;
    private readonly KadNode _node;
    private Task _ticking = Task.CompletedTask;

    private KadDriver(Host host, byte seed)
    {
        Host = host;
        _requests = new RequestStreams(host);
        _node = new KadNode(host.PeerId, Options, new Choices(seed)) { Addresses = [.. host.ListenAddresses] };
    }

    public Host Host { get; }

    public int Contacts
    {
        get
        {
            lock (_gate) return _node.Contacts;
        }
    }

    private Instant Now => new(_time.ElapsedTicks * 1_000_000 / Stopwatch.Frequency);

    public static async Task<KadDriver> StartAsync(byte seed)
    {
        var key = new byte[32];
        key[0] = seed;
        key[1] = 77;
        var host = await Host.StartAsync(new HostOptions { Key = KeyPair.FromSeed(key), Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] });
        var driver = new KadDriver(host, seed);
        host.PeerChanged += driver.Take;
        driver._requests.Serve(driver._node.Protocol, driver._node.MaxRequest, driver.AnswerAsync);
        driver._ticking = driver.TickAsync();
        return driver;
    }

    /// <summary>Whether this node itself would answer with the record.</summary>
    public bool Holds(ReadOnlyMemory<byte> key)
    {
        lock (_gate) return _node.Answer(KeyPair.FromSeed(new byte[32]).PeerId, new KadMessage(KadType.GetValue, key), Now)?.Record is not null;
    }

    public async Task<KadResult> RunAsync(Func<KadNode, Instant, List<KadEffect>, long> start)
    {
        var done = new TaskCompletionSource<KadResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Act((node, effects) => _done[start(node, Now, effects)] = done);
        return await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Host.DisposeAsync();
        await _ticking;
        _requests.Dispose();
    }

    private void Take(PeerEvent change)
    {
        var peer = change.Peer;
        if (change.Kind == PeerEventKind.Identified)
            Act((node, effects) => node.PeerSeen(new KadPeer(peer.Id, [.. peer.ListenAddresses]), peer.Protocols.Contains(node.Protocol), Now, effects));
        if (change.Kind == PeerEventKind.Disconnected) Act((node, _) => node.PeerGone(KadPeer.PointOf(peer.Id)));
    }

    private ValueTask<ReadOnlyMemory<byte>?> AnswerAsync(PeerId from, ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        var message = KadMessage.Decode(request.Span);
        lock (_gate) return new(_node.Answer(from, message, Now) is { } answer ? answer.Encode() : (ReadOnlyMemory<byte>?)null);
    }

    private void Act(Action<KadNode, List<KadEffect>> act)
    {
        var effects = new List<KadEffect>();
        lock (_gate)
        {
            act(_node, effects);
            foreach (var done in effects.OfType<KadDone>())
            {
                if (_done.Remove(done.Query, out var waiting)) waiting.SetResult(done.Result);
            }
        }

        foreach (var ask in effects.OfType<KadAsk>()) _ = AskAsync(ask);
    }

    private async Task AskAsync(KadAsk ask)
    {
        try
        {
            var request = ask.Request.Encode();
            var response = await _requests.AskAsync(
                ask.Peer, ask.Addresses, _node.Protocol, request, KadMessage.MaxLength, ask.Request.WantsAnswer, TimeSpan.FromSeconds(5), _stop.Token);
            var message = ask.Request.WantsAnswer ? KadMessage.Decode(response.Span) : null;
            Act((node, effects) => node.Answered(ask.Query, ask.Peer, message, Now, effects));
        }
        catch (Exception e) when (e is PeerComputeException or WireException or ObjectDisposedException)
        {
            Act((node, effects) => node.Failed(ask.Query, ask.Peer, Now, effects));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) Act((node, effects) => node.Advance(Now, effects));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
