// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Ping;
using PeerCompute.Net.Connections;
using PeerCompute.Net.Protocols;
using PeerCompute.Net.Shaping;

namespace PeerCompute.Net;

/// <summary>
/// A libp2p host over TCP, Noise and Yamux: proven peers, streams under named protocols, identify and ping. Safe for all threads.
/// Several connections with one peer are kept and all usable.
/// </summary>
public sealed partial class Host : IAsyncDisposable
{
    private readonly HostOptions _options;
    private readonly Clock _clock;
    private readonly Secrets _secrets;
    private readonly NoiseIdentity _noise;
    private readonly Shaper? _shaper;
    private readonly PeerTable _table;
    private readonly ProtocolTable _protocols = new();
    private readonly List<Socket> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskGroup _tasks = new();
    private readonly Channel<PeerEvent> _events = Channel.CreateUnbounded<PeerEvent>(new UnboundedChannelOptions { SingleReader = true });
    private Task _dispatch = Task.CompletedTask;
    private long _dialled;
    private long _unread;
    private long _sentBytes;
    private long _receivedBytes;
    private int _pushing;
    private int _disposed;

    private Host(HostOptions options)
    {
        _options = options;
        _clock = new Clock(options.Time);
        var seed = options.Seed.IsEmpty ? RandomNumberGenerator.GetBytes(32) : options.Seed.ToArray();
        _secrets = new Secrets(seed);
        _noise = new NoiseIdentity(options.Key, _secrets);
        if (options.Shape is { } shape) _shaper = new Shaper(shape, options.Time, new Choices(BinaryPrimitives.ReadUInt64LittleEndian(_secrets.Bytes(8))));
        _table = new PeerTable(options.Limits);
        _protocols.Set(PingProbe.Protocol, PingService.AnswerAsync, most: 2);
        _protocols.Set(IdentifyMessage.Protocol, (stream, cancel) => IdentifyExchange.WriteAsync(stream, Describe(stream.Connection), cancel), most: 2);
        _protocols.Set(IdentifyMessage.PushProtocol, TakePushAsync, most: 2);
    }

    /// <summary>Something about a peer changed; raised one after the other, outside locks. What a subscriber throws is dropped.</summary>
    public event Action<PeerEvent>? PeerChanged;

    /// <summary>Our id.</summary>
    public PeerId PeerId => _options.Key.PeerId;

    /// <summary>Addresses that others can dial, without the peer id; a wildcard is replaced by the interfaces' addresses. Empty for a client.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses { get; private set; } = [];

    /// <summary>Protocols that streams are accepted for.</summary>
    public IReadOnlyList<string> Protocols => _protocols.Names;

    /// <summary>The connected peers.</summary>
    public IReadOnlyList<PeerInfo> Peers => _table.Peers;

    /// <summary>Connections that were begun to other peers.</summary>
    public long Dials => Interlocked.Read(ref _dialled);

    /// <summary>Bytes sent on proven connections: ciphertext, without handshakes and TCP's own.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>Bytes received on proven connections: ciphertext, without handshakes and TCP's own.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>A connected peer.</summary>
    /// <param name="peer">Its id.</param>
    /// <returns>Null when it is not connected.</returns>
    public PeerInfo? Find(PeerId peer) => _table.Find(peer);

    /// <summary>Starts a host.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <returns>The running host.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Host"/>: an address cannot be listened on, for example because its port is in
    /// use.</exception>
    public static Task<Host> StartAsync(HostOptions options, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var host = new Host(options);
        try
        {
            foreach (var address in options.Listen) host._listeners.Add(Listener.Listen(address));
        }
        catch
        {
            host._listeners.ForEach(l => l.Dispose());
            throw;
        }

        host.ListenAddresses = [.. host._listeners.SelectMany(Listener.Dialable)];
        host._dispatch = host.DispatchAsync();
        foreach (var listener in host._listeners) host._tasks.Run(() => host.AcceptAsync(listener));
        host._tasks.Run(host.TickAsync);
        return Task.FromResult(host);
    }

    /// <summary>Accepts streams of a protocol; a later call replaces the handler. Connected peers are told.</summary>
    /// <param name="protocol">Protocol id, for example <c>/peercompute/offer/1</c>.</param>
    /// <param name="handler">Runs once per stream with a token that ends with the connection. The stream is let go when it returns, reset when it
    /// throws.</param>
    public void Handle(string protocol, Func<PeerStream, CancellationToken, Task> handler)
    {
        if (!_protocols.Set(protocol, handler, _options.Limits.StreamsPerProtocol)) return;
        if (Interlocked.Exchange(ref _pushing, 1) == 0) _tasks.Run(PushAllAsync);
    }

    /// <summary>Remembers an address of a peer, for opening streams without connecting first.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="address">A TCP address; the latest is tried first.</param>
    public void Remember(PeerId peer, Multiaddr address) => _table.Remember(peer, address.WithoutPeer());

    /// <summary>Opens a stream: over a connection that is there, in whichever direction it was made, else by dialling a remembered address.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="protocol">Protocol id.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: not connected and not reachable, or it does not speak the
    /// protocol.</exception>
    public async Task<PeerStream> OpenAsync(PeerId peer, string protocol, CancellationToken cancel = default)
    {
        var connection = await ReachAsync(peer, cancel).ConfigureAwait(false);
        return await OpenAsync(connection, protocol, cancel).ConfigureAwait(false);
    }

    /// <summary>Measures the round trip to a connected peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The round trip.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: not reachable, silent, or its answer is wrong.</exception>
    public async Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancel = default)
    {
        await using var stream = await OpenAsync(peer, PingProbe.Protocol, cancel).ConfigureAwait(false);
        PingProbe probe;
        lock (_secrets) probe = new PingProbe(_secrets, _clock.Now);
        try
        {
            using var limit = Limit(_options.Limits.NegotiationTimeout, cancel);
            await stream.WriteAsync(probe.Payload, limit.Token).ConfigureAwait(false);
            var answer = new byte[PingProbe.Size];
            await stream.ReadExactlyAsync(answer, limit.Token).ConfigureAwait(false);
            var rtt = probe.Answer(answer, _clock.Now) ?? throw new WireException("ping", "another answer than was sent");
            stream.Connection.PingRtt = rtt;
            return rtt;
        }
        catch (Exception e) when (e is WireException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            stream.Reset();
            throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {peer} does not answer pings: {e.Message}", e);
        }
    }

    /// <summary>Ends all connections with a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>When they are over.</returns>
    public async Task DisconnectAsync(PeerId peer)
    {
        var ends = new List<Task>();
        foreach (var connection in _table.Of(peer))
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.Ended.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), end);
            ends.Add(end.Task);
            connection.Stop();
        }

        await Task.WhenAll(ends).ConfigureAwait(false);
    }

    /// <summary>Closes every connection and listener and joins what runs; handlers that do not end are left after
    /// <see cref="HostLimits.StopTimeout"/>.</summary>
    /// <returns>When closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners) listener.Dispose();
        foreach (var connection in _table.Connections) connection.Stop();
        await _tasks.JoinAsync(_options.Limits.StopTimeout).ConfigureAwait(false);
        _events.Writer.TryComplete();
        await _dispatch.ConfigureAwait(false);
    }

    private async Task DispatchAsync()
    {
        await foreach (var change in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var subscriber in Delegate.EnumerateInvocationList(PeerChanged))
            {
                try
                {
                    subscriber(change);
                }
                catch (Exception)
                {
                    // A subscriber's failure is its own.
                }
            }
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _options.Time);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            foreach (var connection in _table.Connections) connection.Advance();
        }
    }

    private CancellationTokenSource Limit(TimeSpan limit, CancellationToken cancel)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
        source.CancelAfter(limit);
        return source;
    }
}
