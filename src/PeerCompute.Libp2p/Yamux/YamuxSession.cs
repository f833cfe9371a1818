// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Yamux;

/// <summary>
/// The yamux multiplexer (libp2p/specs yamux/README.md, <c>/yamux/1.0.0</c>) as a machine: bytes in by <see cref="Receive"/>, bytes out by
/// <see cref="Fill"/>, streams that changed by <see cref="TryChanged"/>. Used by one caller at a time. A peer that breaks the protocol makes
/// <see cref="Failure"/> say why; nothing it sends throws.
/// </summary>
public sealed partial class YamuxSession
{
    /// <summary>Protocol id.</summary>
    public const string Protocol = "/yamux/1.0.0";

    private readonly YamuxLimits _limits;
    private readonly bool _dialer;
    private readonly OrderedMap<uint, YamuxStream> _streams = new();
    private readonly Queue<YamuxFrame> _control = new();
    private readonly Queue<YamuxStream> _ready = new();
    private readonly Queue<YamuxStream> _changed = new();
    private readonly Queue<(Instant Until, YamuxStream Stream)> _lingering = new();
    private ulong _nextId;
    private uint _lastRemoteId;
    private int _inbound;
    private int _outbound;
    private int _unacknowledged;
    private long _credit;
    private bool _sentGoAway;

    /// <summary>A session that begins now.</summary>
    /// <param name="dialer">True on the side that dialled the connection: it uses odd ids.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="now">The time.</param>
    public YamuxSession(bool dialer, YamuxLimits limits, Instant now)
    {
        _dialer = dialer;
        Invariant.Check(limits.SessionCredit >= (long)limits.InboundStreams * YamuxLimits.InitialWindow);
        _limits = limits;
        _nextId = dialer ? 1u : 2u;
        _heard = now;
        _nextPing = now;
    }

    /// <summary>Why the session is over: the peer broke the protocol or is silent; null while it works.</summary>
    public string? Failure { get; private set; }

    /// <summary>Code of the peer's go-away (0 normal, 1 protocol error, 2 internal error), null while it said none.</summary>
    public uint? RemoteGoAway { get; private set; }

    /// <summary>Streams of both directions.</summary>
    public int Streams => _streams.Count;

    /// <summary>Bytes received on all streams and not read yet.</summary>
    public long Unread { get; private set; }

    /// <summary>Whether <see cref="Open"/> gives a stream now.</summary>
    public bool CanOpen => MayOpenLater && _outbound < _limits.OutboundStreams && _unacknowledged < _limits.Unacknowledged
        && FreeCredit >= YamuxLimits.InitialWindow;

    /// <summary>False when no stream can ever be opened again: the session is over or its ids are used up.</summary>
    public bool MayOpenLater => Failure is null && RemoteGoAway is null && !_sentGoAway && _nextId <= uint.MaxValue;

    /// <summary>Credit that is neither given nor reserved for inbound streams to come.</summary>
    private long FreeCredit => _limits.SessionCredit - _credit - ((long)(_limits.InboundStreams - _inbound) * YamuxLimits.InitialWindow);

    /// <summary>Opens a stream; the peer learns of it with the next <see cref="Fill"/>. Bytes may be written at once.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The stream, or null when <see cref="CanOpen"/> is false.</returns>
    public YamuxStream? Open(Instant now)
    {
        if (!CanOpen) return null;
        var stream = new YamuxStream(this, (uint)_nextId, outbound: true, now);
        _nextId += 2;
        _streams.TryAdd(stream.Id, stream);
        _outbound++;
        _unacknowledged++;
        _credit += stream.Window;
        _control.Enqueue(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.Syn, stream.Id, 0));
        return stream;
    }

    /// <summary>A stream that something happened to since it was last returned: new (its owner is unset), readable, room to write, ended or reset.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns>False when there is none.</returns>
    public bool TryChanged(out YamuxStream stream)
    {
        if (!_changed.TryDequeue(out stream!)) return false;
        stream.InChanged = false;
        return true;
    }

    /// <summary>Ends the session in order: the peer is told, no stream is opened any more. Call <see cref="Fill"/> once more, then close.</summary>
    public void Close() => GoAway(0);

    /// <summary>Everything ended below the session (the connection is lost): all streams are reset, nothing is sent any more.</summary>
    /// <param name="reason">Why.</param>
    public void Abort(string reason)
    {
        Failure ??= reason;
        _control.Clear();
        _ready.Clear();
        DropStreams();
    }

    internal void Consume(YamuxStream stream, int count, Instant now)
    {
        Unread -= count;
        stream.Consumed += count;
        if (stream.ReceiveDone)
        {
            Release(stream);
            return;
        }

        if (stream.Consumed < stream.Window / 2) return;
        var grow = 0;
        if (_rtt is { } rtt && now - stream.WindowSince < TimeSpan.FromTicks(rtt.Ticks * 4))
        {
            var largest = Math.Min(_limits.LargestWindow - stream.Window, FreeCredit);
            grow = (int)Math.Clamp(largest, 0, stream.Window);
        }

        stream.Window += grow;
        _credit += grow;
        var delta = stream.Consumed + grow;
        stream.Consumed = 0;
        stream.ReceiveCredit += delta;
        stream.WindowSince = now;
        _control.Enqueue(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.None, stream.Id, (uint)delta));
    }

    internal int Write(YamuxStream stream, ReadOnlySpan<byte> source)
    {
        Invariant.Check(!stream.WriteClosed, "no write after the end of our side");
        if (stream.IsReset) return 0;
        var take = Math.Min(source.Length, _limits.SendBuffer - stream.Out.Length);
        if (take > 0) stream.Out.Append(source[..take]);
        stream.WantsRoom = take < source.Length;
        MakeReady(stream);
        return take;
    }

    internal void Lend(YamuxStream stream, ReadOnlyMemory<byte> source)
    {
        if (stream.IsReset) return;
        stream.Lent = source;
        MakeReady(stream);
    }

    internal void CloseWrite(YamuxStream stream)
    {
        if (stream.WriteClosed || stream.IsReset) return;
        stream.WriteClosed = true;
        if (stream.Unsent == 0) Finish(stream);
    }

    internal void Reset(YamuxStream stream)
    {
        if (stream.IsReset) return;
        if (!(stream.SendDone && stream.ReceiveDone)) _control.Enqueue(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.Rst, stream.Id, 0));
        EndBySides(stream);
    }

    internal void Abandon(YamuxStream stream, Instant now)
    {
        if (stream.IsReset || stream.Abandoned) return;
        stream.Abandoned = true;
        Drop(stream);
        CloseWrite(stream);
        Release(stream);
        if (_streams.ContainsKey(stream.Id)) _lingering.Enqueue((now + _limits.Linger, stream));
    }

    private void Finish(YamuxStream stream)
    {
        _control.Enqueue(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.Fin, stream.Id, 0));
        stream.SendDone = true;
        Release(stream);
    }

    private void EndBySides(YamuxStream stream)
    {
        stream.IsReset = true;
        Drop(stream);
        stream.Out.Clear();
        stream.Lent = default;
        stream.SendDone = stream.ReceiveDone = true;
        Release(stream);
        Change(stream);
    }

    /// <summary>Forgets a stream that is over on both sides and read to its end: its id is late from now on, its credit is free.</summary>
    private void Release(YamuxStream stream)
    {
        if (!stream.SendDone || !stream.ReceiveDone || stream.Readable > 0 || !_streams.Remove(stream.Id)) return;
        _credit -= stream.Window;
        if (stream.Outbound) _outbound--;
        else _inbound--;
        Acknowledge(stream);
    }

    private void Drop(YamuxStream stream)
    {
        Unread -= stream.Readable;
        stream.In.Clear();
        stream.Offer = default;
        stream.Offered = 0;
    }

    private void Acknowledge(YamuxStream stream)
    {
        if (!stream.Outbound || stream.Acknowledged) return;
        stream.Acknowledged = true;
        _unacknowledged--;
    }

    private void MakeReady(YamuxStream stream)
    {
        if (stream.InReady || stream.Unsent == 0 || stream.SendCredit == 0) return;
        stream.InReady = true;
        _ready.Enqueue(stream);
    }

    private void Change(YamuxStream stream)
    {
        if (stream.InChanged || stream.Abandoned) return;
        stream.InChanged = true;
        _changed.Enqueue(stream);
    }

    private void GoAway(uint code)
    {
        if (_sentGoAway) return;
        _sentGoAway = true;
        _control.Enqueue(new YamuxFrame(YamuxType.GoAway, YamuxFlags.None, 0, code));
    }

    private void Fail(string reason)
    {
        if (Failure is not null) return;
        Failure = reason;
        _control.Clear();
        _ready.Clear();
        GoAway(1);
        DropStreams();
    }

    private void DropStreams()
    {
        while (_streams.Count > 0) EndBySides(_streams.First.Value);
    }
}
