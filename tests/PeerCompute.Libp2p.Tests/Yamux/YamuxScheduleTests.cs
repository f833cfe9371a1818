// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Yamux;
using static PeerCompute.Libp2p.Tests.Yamux.YamuxTalk;

namespace PeerCompute.Libp2p.Tests.Yamux;

internal sealed class YamuxScheduleTests
{
    private static readonly Instant Start = new(1_000_000);

    [Test]
    public void The_same_bytes_cut_anywhere_do_the_same([Range(1, 20)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var bytes = RandomFrames(choices);
        var whole = Run(bytes, bytes.Length, new Choices(0));
        var cut = Run(bytes, 40, choices);
        var single = Run(bytes, 1, choices);
        Assert.Multiple(() =>
        {
            Assert.That(cut, Is.EqualTo(whole));
            Assert.That(single, Is.EqualTo(whole));
        });
    }

    [Test]
    public void Two_sessions_carry_every_stream_exactly_under_any_schedule([Range(1, 6)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var a = new Side(true, choices);
        var b = new Side(false, choices);
        for (var step = 0; step < 200_000 && !(a.Done && b.Done); step++)
        {
            var (self, peer) = choices.Below(2) == 0 ? (a, b) : (b, a);
            self.Step(peer);
        }

        Assert.Multiple(() =>
        {
            Assert.That(a.Session.Failure ?? b.Session.Failure, Is.Null);
            Assert.That(a.Done && b.Done, "everything arrives");
            Assert.That(a.Session.Streams + b.Session.Streams, Is.Zero);
        });
    }

    private static byte[] RandomFrames(Choices choices)
    {
        var all = new List<byte>();
        for (var i = 0; i < 60; i++)
        {
            var stream = (uint)choices.Below(20);
            var flags = choices.Below(4) == 0 ? choices.Below(16) : stream % 2 == 1 ? Syn : 0;
            all.AddRange(choices.Below(8) switch
            {
                0 => Frame(Probe, 1 + choices.Below(2), 0, (uint)choices.Below(9)),
                1 => Frame(Update, flags, stream, (uint)choices.Below(100_000)),
                2 when choices.Below(10) == 0 => Frame(choices.Below(6), flags, stream, 0),
                _ => DataFrame(stream | 1, i == (int)stream ? Syn : flags & ~Syn, new byte[choices.Below(300)]),
            });
        }

        return all.ToArray();
    }

    private static string Run(byte[] bytes, int most, Choices choices)
    {
        var session = new YamuxSession(false, new YamuxLimits { InboundStreams = 6 }, Start);
        for (var at = 0; at < bytes.Length;)
        {
            var take = Math.Min(most == bytes.Length ? most : 1 + choices.Below(most), bytes.Length - at);
            session.Receive(bytes.AsSpan(at, take), Start);
            at += take;
        }

        var streams = session.Changed().Select(s => $"{s.Id}:{s.Readable}:{s.ReadEnded}:{s.IsReset}");
        return $"{session.Failure}|{string.Join(',', streams)}|{string.Join(',', Frames(session.Drain()))}";
    }

    /// <summary>One side: opens streams, writes numbered bytes, half-closes, echoes what the other opened.</summary>
    private sealed class Side(bool dialer, Choices choices)
    {
        private readonly List<Own> _own = [];
        private readonly List<YamuxStream> _inbound = [];
        private readonly List<byte> _wire = [];
        private Instant _now = Start;
        private int _toOpen = 12;

        public YamuxSession Session { get; } = new(dialer, new YamuxLimits { SendBuffer = 20_000, Unacknowledged = 4 }, Start);

        public bool Done => _toOpen == 0 && _own.TrueForAll(o => o.Stream.ReadEnded && o.Read == o.Size) && _inbound.TrueForAll(s => s.ReadEnded);

        public void Step(Side peer)
        {
            _now += TimeSpan.FromMilliseconds(1);
            foreach (var stream in Session.Changed())
            {
                if (stream.Outbound || stream.Owner is not null) continue;
                stream.Owner = this;
                _inbound.Add(stream);
            }

            switch (choices.Below(6))
            {
                case 0: Open(); break;
                case 1: foreach (var own in _own) Write(own); break;
                case 2: foreach (var own in _own) Read(own); break;
                case 3: foreach (var stream in _inbound) Echo(stream); break;
                case 4: Session.Advance(_now); break;
                default: Send(peer); break;
            }
        }

        private void Open()
        {
            if (_toOpen == 0 || Session.Open(_now) is not { } stream) return;
            _toOpen--;
            _own.Add(new Own(stream, choices.Below(4) == 0 ? 400_000 : choices.Below(9000)));
        }

        private void Write(Own own)
        {
            if (own.Stream.WriteClosed) return;
            var rest = own.Stream.Withdraw();
            if (rest.IsEmpty)
            {
                var bytes = new byte[Math.Min(own.Size - own.Written, 1 + choices.Below(20_000))];
                foreach (ref var value in bytes.AsSpan()) value = (byte)(own.Written++ * 31);
                rest = bytes;
            }

            rest = rest[own.Stream.Write(rest.Span)..];
            if (rest.Length > 0) own.Stream.Lend(rest);
            else if (own.Written == own.Size) own.Stream.CloseWrite();
        }

        private void Read(Own own)
        {
            var offered = own.Stream.TakeOffered(_now);
            foreach (var value in own.Offered.AsSpan(0, offered)) Assert.That(value, Is.EqualTo((byte)(own.Read++ * 31)));
            foreach (var value in own.Stream.ReadAll(_now)) Assert.That(value, Is.EqualTo((byte)(own.Read++ * 31)));
            own.Offered = new byte[choices.Below(20_000)];
            own.Stream.OfferMemory(own.Offered);
        }

        private void Echo(YamuxStream stream)
        {
            if (stream.WriteClosed) return;
            var room = 20_000 - stream.Unsent;
            var bytes = new byte[Math.Min(room, stream.Readable)];
            stream.Read(bytes, _now);
            Assert.That(stream.Write(bytes), Is.EqualTo(bytes.Length));
            if (stream.ReadEnded) stream.CloseWrite();
        }

        private void Send(Side peer)
        {
            var buffer = new byte[13 + choices.Below(20_000)];
            _wire.AddRange(buffer[..Session.Fill(buffer)]);
            var take = Math.Min(_wire.Count, choices.Below(40_000));
            peer.Session.Receive(_wire.GetRange(0, take).ToArray(), _now);
            _wire.RemoveRange(0, take);
        }
    }
    private sealed class Own(YamuxStream stream, int size)
    {
        public YamuxStream Stream => stream;

        public int Size => size;

        public int Written { get; set; }

        public int Read { get; set; }

        public byte[] Offered { get; set; } = [];
    }
}
