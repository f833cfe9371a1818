// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Yamux;

/// <content>Bytes out, and time.</content>
public sealed partial class YamuxSession
{
    /// <summary>Most payload bytes in one data frame of ours: other streams wait no longer than this.</summary>
    public const int LargestPayload = 64 * 1024;

    /// <summary>A data frame smaller than this is not squeezed into the rest of a buffer.</summary>
    private const int SmallestRest = 512;

    private Instant _heard;
    private Instant _nextPing;
    private Instant _pingSent;
    private uint _pingValue;
    private bool _pingOut;
    private TimeSpan? _rtt;

    /// <summary>Round trip of the last probe, null before the first answer.</summary>
    public TimeSpan? Rtt => _rtt;

    /// <summary>Whether <see cref="Fill"/> has something to write.</summary>
    public bool HasOutput => _control.Count > 0 || _ready.Count > 0;

    /// <summary>When <see cref="Advance"/> is due.</summary>
    public Instant NextWake
    {
        get
        {
            var wake = _pingOut ? Later(_pingSent, _heard) + _limits.Dead : _nextPing;
            return _lingering.TryPeek(out var first) ? Instant.Min(wake, first.Until) : wake;
        }
    }

    /// <summary>Writes the next frames: control first, then data of the streams in turn.</summary>
    /// <param name="destination">At least 13 bytes; full noise plaintexts are best.</param>
    /// <returns>Bytes written, 0 when there is nothing to send.</returns>
    public int Fill(Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            while (destination.Length - written >= YamuxFrame.Size && _control.TryDequeue(out var frame))
            {
                frame.Write(destination[written..]);
                written += YamuxFrame.Size;
            }

            if (_control.Count > 0 || !_ready.TryPeek(out var stream)) break;
            var room = destination.Length - written - YamuxFrame.Size;
            var payload = (int)Math.Min(Math.Min(stream.Unsent, stream.SendCredit), LargestPayload);
            if (room <= 0 || (written > 0 && room < Math.Min(payload, SmallestRest))) break;
            written += Data(stream, destination[written..], Math.Min(payload, room));
        }

        return written;
    }

    /// <summary>Time passes: probes a silent peer, gives up a dead one, resets streams that were let go and never ended.</summary>
    /// <param name="now">The time.</param>
    public void Advance(Instant now)
    {
        if (Failure is not null) return;
        while (_lingering.TryPeek(out var first) && first.Until <= now) Reset(_lingering.Dequeue().Stream);
        if (_pingOut && now >= Later(_pingSent, _heard) + _limits.Dead)
        {
            Fail($"nothing heard for {_limits.Dead.Ticks / TimeSpan.TicksPerSecond} s");
            return;
        }

        if (now < _nextPing || _pingOut) return;
        _nextPing = now + _limits.KeepAlive;
        _pingOut = true;
        _pingSent = now;
        _control.Enqueue(new YamuxFrame(YamuxType.Ping, YamuxFlags.Syn, 0, ++_pingValue));
    }

    private static Instant Later(Instant a, Instant b) => a > b ? a : b;

    private int Data(YamuxStream stream, Span<byte> destination, int payload)
    {
        _ready.Dequeue();
        stream.InReady = false;
        if (payload == 0 || stream.IsReset) return 0;
        new YamuxFrame(YamuxType.Data, YamuxFlags.None, stream.Id, (uint)payload).Write(destination);
        var body = destination.Slice(YamuxFrame.Size, payload);
        body = body[stream.Out.Take(body)..];
        stream.Lent[..body.Length].Span.CopyTo(body);
        stream.Lent = stream.Lent[body.Length..];
        stream.SendCredit -= payload;
        MakeReady(stream);
        if (stream.WantsRoom && stream.Lent.IsEmpty && stream.Out.Length <= _limits.SendBuffer / 2)
        {
            stream.WantsRoom = false;
            Change(stream);
        }

        if (stream.Unsent == 0 && stream.WriteClosed) Finish(stream);

        return YamuxFrame.Size + payload;
    }

    private void Ping(Instant now)
    {
        if (_frame.Flags == YamuxFlags.Syn)
        {
            Answer(new YamuxFrame(YamuxType.Ping, YamuxFlags.Ack, 0, _frame.Length));
        }
        else if (_frame.Flags != YamuxFlags.Ack)
        {
            Fail($"ping with flags {(ushort)_frame.Flags:x4}");
        }
        else if (_pingOut && _frame.Length == _pingValue)
        {
            _pingOut = false;
            _rtt = now - _pingSent;
        }
    }
}
