// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Libp2p.Noise;
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Net.Connections;

/// <summary>
/// A proven, encrypted, multiplexed connection: one loop that receives, one that sends, and a session that both and the streams' users
/// change under one short lock. No wait happens under the lock.
/// </summary>
internal sealed partial class Connection
{
    private const int MostOpeners = 4096;

    private readonly Lock _gate = new();
    private readonly Line _line;
    private readonly NoiseTransport _noise;
    private readonly YamuxSession _session;
    private readonly Clock _clock;
    private readonly Signal _output = new();
    private readonly Queue<TaskCompletionSource> _openers = new();
    private readonly List<PeerStream> _accepted = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly IConnectionOwner _owner;
    private bool _stopping;
    private bool _fits = true;
    private long _unread;

    public Connection(Upgraded upgraded, bool outbound, YamuxLimits limits, Clock clock, IConnectionOwner owner)
    {
        _line = upgraded.Line;
        _noise = upgraded.Noise;
        _clock = clock;
        _owner = owner;
        Peer = upgraded.Peer;
        RemoteAddress = upgraded.RemoteAddress;
        Outbound = outbound;
        _cipherRest = upgraded.CipherRest;
        _plainRest = upgraded.PlainRest;
        _session = new YamuxSession(outbound, limits, clock.Now);
        Ended = _ended.Token;
    }

    public PeerId Peer { get; }

    public Multiaddr RemoteAddress { get; }

    public bool Outbound { get; }

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Ended { get; }

    /// <summary>What the peer said about itself on this connection.</summary>
    public IdentifyMessage? Identity { get; set; }

    /// <summary>How often the peer may push what it is: its listeners' work is ours.</summary>
    public Allowance Pushes { get; } = new(burst: 10, TimeSpan.FromSeconds(1));

    public TimeSpan? PingRtt { get; set; }

    public TimeSpan? Rtt
    {
        get
        {
            lock (_gate) return PingRtt ?? _session.Rtt;
        }
    }

    public bool IsUsable
    {
        get
        {
            lock (_gate) return !_stopping && _session.MayOpenLater;
        }
    }

    /// <summary>Opens a stream, waiting while the peer has not taken earlier ones.</summary>
    public async Task<PeerStream> OpenAsync(CancellationToken cancel)
    {
        while (true)
        {
            TaskCompletionSource waiter;
            lock (_gate)
            {
                if (_stopping || !_session.MayOpenLater) throw Lost();
                if (_session.Open(_clock.Now) is { } stream)
                {
                    var opened = new PeerStream(this, stream);
                    stream.Owner = opened;
                    Settle();
                    return opened;
                }

                if (_openers.Count == MostOpeners) throw new PeerComputeException(ErrorCode.LimitExceeded, $"{MostOpeners} streams wait to be opened.");
                waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _openers.Enqueue(waiter);
            }

            await waiter.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Bytes read, 0 at the end, -1 when there are none now. Then the memory may be in use until the next call, and that call has to come;
    /// with <paramref name="wait"/> false it is not.
    /// </summary>
    public int Read(YamuxStream stream, Memory<byte> destination, bool wait)
    {
        lock (_gate)
        {
            if (stream.IsReset) throw Lost();
            var now = _clock.Now;
            var read = stream.TakeOffered(now);
            if (read == 0) read = stream.Read(destination.Span, now);
            if (read == 0 && !stream.ReadEnded && (stream.Readable == 0 || destination.Length > 0))
            {
                if (wait) stream.OfferMemory(destination);
                return -1;
            }

            Settle();
            return read;
        }
    }

    /// <summary>
    /// What could not be taken yet; empty when all is. The rest may be in use until the next call with <paramref name="again"/>, and that call has
    /// to come; with <paramref name="wait"/> false it is not.
    /// </summary>
    public ReadOnlyMemory<byte> Write(YamuxStream stream, ReadOnlyMemory<byte> source, bool again, bool wait)
    {
        lock (_gate)
        {
            if (stream.IsReset) throw Lost();
            if (again) source = stream.Withdraw();
            if (source.IsEmpty) return source;
            if (stream.WriteClosed) throw new InvalidOperationException("The writing side of the stream is closed.");
            source = source[stream.Write(source.Span)..];
            if (wait && source.Length > 0) stream.Lend(source);
            Settle();
            return source;
        }
    }

    public void CloseWrite(YamuxStream stream)
    {
        lock (_gate)
        {
            stream.CloseWrite();
            Settle();
        }
    }

    public void Reset(YamuxStream stream)
    {
        lock (_gate)
        {
            stream.Reset();
            Settle();
        }
    }

    public void Abandon(YamuxStream stream)
    {
        lock (_gate)
        {
            stream.Abandon(_clock.Now);
            Settle();
        }
    }

    /// <summary>Time passes.</summary>
    public void Advance()
    {
        lock (_gate)
        {
            _session.Advance(_clock.Now);
            Settle();
        }
    }

    private static PeerComputeException Lost() => new(ErrorCode.Unavailable, "The stream was reset, or the connection to the peer is lost.");

    /// <summary>After every change of the session, under the lock: wakes whom it concerns, collects new streams.</summary>
    private void Settle()
    {
        while (_session.TryChanged(out var stream))
        {
            if (stream.Owner is PeerStream known)
            {
                known.Wake();
            }
            else if (!stream.IsReset)
            {
                var accepted = new PeerStream(this, stream);
                stream.Owner = accepted;
                _accepted.Add(accepted);
            }
        }

        var unread = _session.Unread;
        if (unread != _unread) _fits = _owner.Unread(unread - _unread);
        _unread = unread;
        if (_openers.Count > 0 && (_session.CanOpen || !_session.MayOpenLater || _stopping)) WakeOpeners();
        if (_session.HasOutput || _session.Failure is not null) _output.Set();
    }

    private void WakeOpeners()
    {
        var all = _stopping || !_session.MayOpenLater;
        while (_openers.TryDequeue(out var opener) && (!opener.TrySetResult() || all))
        {
            // A waiter that gave up takes nobody's turn.
        }
    }
}

/// <summary>What a connection tells its host.</summary>
internal interface IConnectionOwner
{
    /// <summary>A stream of the peer; called outside locks.</summary>
    void Accepted(PeerStream stream);

    /// <summary>Received bytes that wait changed by this much.</summary>
    /// <returns>False when there are too many in all.</returns>
    bool Unread(long change);

    /// <summary>Bytes went over the socket, without TCP's own.</summary>
    void Carried(int sent, int received);
}
