// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Yamux;

/// <summary>One stream of a session: bounded bytes in, bounded bytes out. Like its session it is used by one caller at a time.</summary>
public sealed class YamuxStream
{
    private readonly YamuxSession _session;

    internal YamuxStream(YamuxSession session, uint id, bool outbound, Instant now)
    {
        _session = session;
        Id = id;
        Outbound = outbound;
        WindowSince = now;
    }

    /// <summary>Id on the wire: odd when the dialer of the connection opened it.</summary>
    public uint Id { get; }

    /// <summary>True when we opened it.</summary>
    public bool Outbound { get; }

    /// <summary>What the user of the session ties to the stream.</summary>
    public object? Owner { get; set; }

    /// <summary>Bytes that can be read now.</summary>
    public int Readable => In.Length + Offered;

    /// <summary>True when the peer ended its side and everything is read.</summary>
    public bool ReadEnded => ReceiveDone && Readable == 0;

    /// <summary>True after a reset by either side, or after the session ended.</summary>
    public bool IsReset { get; internal set; }

    /// <summary>True when our side was ended by <see cref="CloseWrite"/>.</summary>
    public bool WriteClosed { get; internal set; }

    /// <summary>Bytes taken or lent that are not yet on their way.</summary>
    public int Unsent => Out.Length + Lent.Length;

    internal ByteQueue In { get; } = new();

    internal ByteQueue Out { get; } = new();

    /// <summary>The caller's memory that is sent after <see cref="Out"/>.</summary>
    internal ReadOnlyMemory<byte> Lent { get; set; }

    /// <summary>The caller's memory that payload goes to while <see cref="In"/> is empty.</summary>
    internal Memory<byte> Offer { get; set; }

    /// <summary>Bytes in <see cref="Offer"/>.</summary>
    internal int Offered { get; set; }

    internal int Window { get; set; } = YamuxLimits.InitialWindow;

    internal int ReceiveCredit { get; set; } = YamuxLimits.InitialWindow;

    internal long SendCredit { get; set; } = YamuxLimits.InitialWindow;

    internal int Consumed { get; set; }

    internal Instant WindowSince { get; set; }

    internal bool Acknowledged { get; set; }

    internal bool ReceiveDone { get; set; }

    internal bool SendDone { get; set; }

    internal bool Abandoned { get; set; }

    internal bool InReady { get; set; }

    internal bool InChanged { get; set; }

    internal bool WantsRoom { get; set; }

    /// <summary>Reads what is there.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="now">The time.</param>
    /// <returns>Bytes read, 0 when there are none now.</returns>
    public int Read(Span<byte> destination, Instant now)
    {
        var read = In.Take(destination);
        if (read > 0) _session.Consume(this, read, now);
        return read;
    }

    /// <summary>Offers memory that payload is put into as it arrives, saving a copy. Only when nothing is readable.</summary>
    /// <param name="destination">Stays in use until <see cref="TakeOffered"/>.</param>
    public void OfferMemory(Memory<byte> destination)
    {
        if (IsReset || Readable > 0) return;
        Offer = destination;
    }

    /// <summary>Ends the use of the offered memory.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Bytes read into it.</returns>
    public int TakeOffered(Instant now)
    {
        var read = Offered;
        Offer = default;
        Offered = 0;
        if (read > 0) _session.Consume(this, read, now);
        return read;
    }

    /// <summary>Takes bytes to send, as many as the send buffer has room for.</summary>
    /// <param name="source">The bytes.</param>
    /// <returns>Bytes taken; when fewer than offered, the stream is reported by <see cref="YamuxSession.TryChanged"/> once there is room.</returns>
    public int Write(ReadOnlySpan<byte> source) => _session.Write(this, source);

    /// <summary>Lends memory that is sent after what was taken, saving a copy; the stream is reported once all of it is on its way.</summary>
    /// <param name="source">What <see cref="Write"/> did not take; stays in use until <see cref="Withdraw"/>.</param>
    public void Lend(ReadOnlyMemory<byte> source) => _session.Lend(this, source);

    /// <summary>Ends the use of lent memory.</summary>
    /// <returns>The part that is not on its way.</returns>
    public ReadOnlyMemory<byte> Withdraw()
    {
        var rest = Lent;
        Lent = default;
        return rest;
    }

    /// <summary>Ends our side once everything taken is sent. Reading goes on.</summary>
    public void CloseWrite() => _session.CloseWrite(this);

    /// <summary>Ends both sides at once; what waits is dropped.</summary>
    public void Reset() => _session.Reset(this);

    /// <summary>The application is done with the stream: our side ends after what is taken, what still arrives is dropped and gives no credit.</summary>
    /// <param name="now">The time; the peer has <see cref="YamuxLimits.Linger"/> to end its side.</param>
    public void Abandon(Instant now) => _session.Abandon(this, now);
}
