// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Yamux;

/// <content>Bytes in.</content>
public sealed partial class YamuxSession
{
    private readonly byte[] _header = new byte[YamuxFrame.Size];
    private int _headerLength;
    private YamuxFrame _frame;
    private YamuxStream? _target;
    private long _payloadLeft;

    /// <summary>Takes bytes of the peer, cut anywhere; payload goes into the streams' bounded buffers.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="now">The time.</param>
    public void Receive(ReadOnlySpan<byte> bytes, Instant now)
    {
        if (bytes.Length > 0) _heard = now;
        while (bytes.Length > 0 && Failure is null)
        {
            if (_payloadLeft > 0)
            {
                var take = (int)Math.Min(_payloadLeft, bytes.Length);
                Payload(bytes[..take]);
                bytes = bytes[take..];
                continue;
            }

            var need = Math.Min(YamuxFrame.Size - _headerLength, bytes.Length);
            bytes[..need].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += need;
            bytes = bytes[need..];
            if (_headerLength < YamuxFrame.Size) return;
            _headerLength = 0;
            _frame = YamuxFrame.Read(_header);
            Header(now);
        }
    }

    private void Header(Instant now)
    {
        if (_frame.Version != 0) Fail($"yamux version {_frame.Version}");
        else if ((_frame.Flags & ~YamuxFlags.All) != 0) Fail($"unknown flags {(ushort)_frame.Flags:x4}");
        else if (_frame.Type is YamuxType.Data or YamuxType.WindowUpdate) StreamHeader(now);
        else if (_frame.Stream != 0) Fail("a session frame names a stream");
        else if (_frame.Type == YamuxType.Ping) Ping(now);
        else if (_frame.Type == YamuxType.GoAway) RemoteGoAway ??= _frame.Length;
        else Fail($"unknown frame type {(byte)_frame.Type}");
    }

    private void StreamHeader(Instant now)
    {
        if (_frame.Stream == 0)
        {
            Fail("a stream frame without a stream");
            return;
        }

        var data = _frame.Type == YamuxType.Data;
        if (_frame.Flags.HasFlag(YamuxFlags.Syn)) Syn(data, now);
        else _streams.TryGetValue(_frame.Stream, out _target);
        if (Failure is not null) return;
        if (_target is null) Unknown(data);
        else if (data) DataHeader(_target);
        else WindowUpdate(_target);
    }

    private void Syn(bool data, Instant now)
    {
        _target = null;
        var id = _frame.Stream;
        if ((id & 1) == (_dialer ? 1u : 0u)) Fail($"stream {id} has the parity of our own ids");
        else if (id <= _lastRemoteId) Fail($"stream id {id} used again");
        else if (data && _frame.Length > YamuxLimits.InitialWindow) Fail($"{_frame.Length} bytes with a new stream, credit {YamuxLimits.InitialWindow}");
        if (Failure is not null) return;
        _lastRemoteId = id;
        if (_frame.Flags.HasFlag(YamuxFlags.Rst)) return;
        if (_sentGoAway || _inbound >= _limits.InboundStreams)
        {
            Answer(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.Rst, id, 0));
            return;
        }

        _target = new YamuxStream(this, id, outbound: false, now);
        _streams.TryAdd(id, _target);
        _inbound++;
        _credit += _target.Window;
        Answer(new YamuxFrame(YamuxType.WindowUpdate, YamuxFlags.Ack, id, 0));
        Change(_target);
    }

    /// <summary>Frames of streams that are over, or were refused, arrive late: their data is read and dropped, the rest ignored.</summary>
    private void Unknown(bool data)
    {
        if (!data) return;
        if (_frame.Length > _limits.LargestWindow) Fail($"{_frame.Length} bytes for a stream that is not open");
        else _payloadLeft = _frame.Length;
    }

    private void DataHeader(YamuxStream stream)
    {
        if (_frame.Flags.HasFlag(YamuxFlags.Ack)) Acknowledge(stream);
        if (_frame.Length > stream.ReceiveCredit)
        {
            Fail($"{_frame.Length} bytes on stream {stream.Id}, credit {stream.ReceiveCredit}");
            return;
        }

        if (stream.ReceiveDone && _frame.Length > 0)
        {
            Fail($"data on stream {stream.Id} after its end");
            return;
        }

        stream.ReceiveCredit -= (int)_frame.Length;
        _payloadLeft = _frame.Length;
        if (_payloadLeft == 0) Ends(stream, _frame.Flags);
    }

    private void Payload(ReadOnlySpan<byte> bytes)
    {
        _payloadLeft -= bytes.Length;
        if (_target is null || _target.IsReset) return;
        if (!_target.Abandoned) Keep(_target, bytes);
        if (_payloadLeft == 0) Ends(_target, _frame.Flags);
    }

    private void Keep(YamuxStream stream, ReadOnlySpan<byte> bytes)
    {
        Unread += bytes.Length;
        if (stream.In.Length == 0 && stream.Offer.Length > stream.Offered)
        {
            var room = stream.Offer.Span[stream.Offered..];
            var take = Math.Min(room.Length, bytes.Length);
            bytes[..take].CopyTo(room);
            stream.Offered += take;
            bytes = bytes[take..];
        }

        stream.In.Append(bytes);
        Change(stream);
    }

    private void WindowUpdate(YamuxStream stream)
    {
        if (_frame.Flags.HasFlag(YamuxFlags.Ack)) Acknowledge(stream);
        stream.SendCredit += _frame.Length;
        if (stream.SendCredit > uint.MaxValue)
        {
            Fail($"send window of stream {stream.Id} overflows");
            return;
        }

        MakeReady(stream);
        Ends(stream, _frame.Flags);
    }

    private void Ends(YamuxStream stream, YamuxFlags flags)
    {
        if (flags.HasFlag(YamuxFlags.Rst))
        {
            EndBySides(stream);
        }
        else if (flags.HasFlag(YamuxFlags.Fin) && !stream.ReceiveDone)
        {
            stream.ReceiveDone = true;
            Change(stream);
            Release(stream);
        }
    }

    /// <summary>Queues a frame that the peer caused; a peer that causes many and reads none is cut off.</summary>
    private void Answer(YamuxFrame frame)
    {
        if (_control.Count >= _limits.WaitingAnswers + _streams.Count) Fail($"{_control.Count} answers wait and the peer reads none");
        else _control.Enqueue(frame);
    }
}
