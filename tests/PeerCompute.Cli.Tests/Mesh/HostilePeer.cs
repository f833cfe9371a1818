// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Security.Cryptography;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Net;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>A peer with a key of its own that speaks every protocol of a node as it likes, and keeps every byte that reaches it.</summary>
internal sealed class HostilePeer : IAsyncDisposable
{
    private readonly ConcurrentQueue<MemoryStream> _heard = new();
    private readonly Dictionary<PeerId, PeerStream> _gossip = [];

    private int _ended;

    private HostilePeer(Host host, KeyPair key, NetworkId network)
    {
        (Host, Key, Network) = (host, key, network);
        host.PeerChanged += change =>
        {
            if (change.Kind == PeerEventKind.Disconnected) Interlocked.Increment(ref _ended);
        };
    }

    /// <summary>Whether anybody ended a connection with it; it may have dialled again since.</summary>
    public bool WasDropped => Volatile.Read(ref _ended) > 0;

    public Host Host { get; }

    public KeyPair Key { get; }

    public NetworkId Network { get; }

    /// <summary>Whether it listens in order to be found: without an address nobody can.</summary>
    public KadPeer Self => new(Key.PeerId, [.. Host.ListenAddresses]);

    /// <summary>What it answers who asks for its advert; nothing: the stream is left open.</summary>
    public Func<PeerMessage?> Advert { get; set; } = static () => null;

    /// <summary>What it answers in the DHT.</summary>
    public Func<KadMessage, KadMessage?> Kad { get; set; } = static request => new KadMessage(request.Type, request.Key);

    /// <summary>A listening peer of a network.</summary>
    public static async Task<HostilePeer> StartAsync(NetworkId network)
    {
        var key = KeyPair.FromSeed(RandomNumberGenerator.GetBytes(32));
        var options = new HostOptions { Key = key, Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")], ProtocolVersion = network.ProtocolVersion };
        var peer = new HostilePeer(await Host.StartAsync(options), key, network);
        foreach (var protocol in (string[])[.. GossipRouter.Protocols, Protocols.Offer, Protocols.Bid, Protocols.Lease, Protocols.Blob])
            peer.Host.Handle(protocol, peer.KeepAsync);
        peer.Host.Handle(Protocols.Advert, (stream, cancel) => peer.AnswerAsync(stream, _ => peer.Advert()?.Frame(), cancel));
        peer.Host.Handle(KadOptions.OwnProtocol, (stream, cancel) => peer.AnswerAsync(stream, r => peer.Kad(KadMessage.Decode(r))?.Encode(), cancel));
        return peer;
    }

    public Task ConnectAsync(Multiaddr address) => Host.ConnectAsync(address);

    /// <summary>Whether a byte string came, in one stream, anywhere.</summary>
    public bool Heard(ReadOnlySpan<byte> bytes)
    {
        foreach (var stream in _heard)
        {
            lock (stream)
            {
                if (stream.GetBuffer().AsSpan(0, (int)stream.Length).IndexOf(bytes) >= 0) return true;
            }
        }

        return false;
    }

    /// <summary>Bytes that came.</summary>
    public long HeardBytes => _heard.Sum(static s => s.Length);

    /// <summary>Sends bytes as they are on its gossip stream to a peer; false when the peer has ended it.</summary>
    public async Task<bool> GossipRawAsync(PeerId to, byte[] bytes)
    {
        try
        {
            if (!_gossip.TryGetValue(to, out var stream)) _gossip[to] = stream = await Host.OpenAsync(to, GossipRouter.Protocols[0]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await stream.WriteAsync(bytes, patience.Token);
            return true;
        }
        catch (Exception e) when (e is PeerComputeException or OperationCanceledException)
        {
            _gossip.Remove(to);
            return false;
        }
    }

    /// <summary>Sends an RPC.</summary>
    public Task<bool> GossipAsync(PeerId to, GossipRpc rpc) => GossipRawAsync(to, Framed(rpc.Encoded.Span));

    /// <summary>Joins the mesh of offers at a peer.</summary>
    public Task<bool> JoinOffersAsync(PeerId to)
        => GossipAsync(to, new GossipRpc { Subscriptions = [new GossipSubscription(true, Offers)], Grafts = [Offers] });

    /// <summary>The topic of offers.</summary>
    public static string Offers => Core.Mesh.Topics.Offers("wasm");

    /// <summary>Sends one frame on a stream of its own and takes what comes back; null when the stream or the connection was ended.</summary>
    public async Task<byte[]?> AskAsync(PeerId peer, string protocol, byte[] bytes)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await using var stream = await Host.OpenAsync(peer, protocol, patience.Token);
            await stream.WriteAsync(bytes, patience.Token);
            await stream.CloseWriteAsync(patience.Token);
            return await ReadAsync(stream, patience.Token);
        }
        catch (PeerComputeException)
        {
            return null;
        }
    }

    /// <summary>Asks in the DHT.</summary>
    public async Task<KadMessage?> AskKadAsync(PeerId peer, KadMessage request)
    {
        var answer = await AskAsync(peer, KadOptions.OwnProtocol, Framed(request.Encode()));
        return answer is { Length: > 0 } && Varint.TryRead(answer, out _, out var at) ? KadMessage.Decode(answer.AsSpan(at)) : null;
    }

    /// <summary>Says that a peer stands in the bucket of every job of WebAssembly.</summary>
    public Task ProvideAsync(PeerId at, KadPeer? provider = null)
    {
        var key = new CapabilityBuckets(Network).KeyFor(Bucket.Runtime("wasm"), new BucketLevels(), new Base.Chance.Choices(1));
        return AskKadAsync(at, new KadMessage(KadType.AddProvider, key.ToMultihash()) { ProviderPeers = [provider ?? Self] });
    }

    /// <summary>Bytes behind their length.</summary>
    public static byte[] Framed(ReadOnlySpan<byte> bytes)
    {
        var framed = new byte[Varint.Length((ulong)bytes.Length) + bytes.Length];
        bytes.CopyTo(framed.AsSpan(Varint.Write(framed, (ulong)bytes.Length)));
        return framed;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private async Task KeepAsync(PeerStream stream, CancellationToken cancel) => await ReadAsync(stream, cancel);

    private async Task<byte[]> ReadAsync(PeerStream stream, CancellationToken cancel)
    {
        var kept = new MemoryStream();
        _heard.Enqueue(kept);
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            lock (kept) kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private async Task AnswerAsync(PeerStream stream, Func<byte[], byte[]?> answer, CancellationToken cancel)
    {
        while (await stream.ReadFrameAsync(1 << 20, cancel) is { } request)
        {
            _heard.Enqueue(new MemoryStream(request, 0, request.Length, writable: false, publiclyVisible: true));
            if (answer(request) is { } bytes) await stream.WriteFrameAsync(bytes, cancel);
            else await Task.Delay(Timeout.Infinite, cancel);
        }
    }
}
