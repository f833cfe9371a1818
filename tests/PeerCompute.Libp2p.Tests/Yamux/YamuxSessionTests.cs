// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Yamux;
using static PeerCompute.Libp2p.Tests.Yamux.YamuxTalk;

namespace PeerCompute.Libp2p.Tests.Yamux;

internal sealed class YamuxSessionTests
{
    private static readonly Instant Start = new(1_000_000);
    private static readonly byte[] Hello = "hello"u8.ToArray();

    [Test]
    public void Frames_are_the_bytes_of_other_implementations()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        var stream = session.Open(Start)!;
        Assert.That(Convert.ToHexStringLower(session.Drain()), Is.EqualTo("000100010000000100000000"), "syn on a window update");
        stream.Write(Hello);
        Assert.That(Convert.ToHexStringLower(session.Drain()), Is.EqualTo("000000000000000100000005" + Convert.ToHexStringLower(Hello)));
        stream.CloseWrite();
        Assert.That(Convert.ToHexStringLower(session.Drain()), Is.EqualTo("000100040000000100000000"), "fin on a window update");
        session.Close();
        Assert.That(Convert.ToHexStringLower(session.Drain()), Is.EqualTo("000300000000000000000000"));
    }

    [Test]
    public void A_probe_is_answered_with_its_value_and_ours_measures_the_round_trip()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        session.Receive(Frame(Probe, Syn, 0, 7), Start);
        Assert.That(Frames(session.Drain()), Is.EqualTo(new[] { (Probe, Ack, 0u, 7u) }));
        session.Advance(Start);
        var probe = Frames(session.Drain()).Single();
        session.Receive(Frame(Probe, Ack, 0, probe.Length), Start + TimeSpan.FromMilliseconds(40));
        Assert.That(session.Rtt, Is.EqualTo(TimeSpan.FromMilliseconds(40)));
    }

    [Test]
    public void A_silent_peer_is_given_up_and_a_talking_one_is_not()
    {
        var limits = new YamuxLimits();
        var silent = new YamuxSession(true, limits, Start);
        var talking = new YamuxSession(true, limits, Start);
        silent.Advance(Start);
        talking.Advance(Start);
        var late = Start + limits.Dead;
        talking.Receive(Frame(Probe, Syn, 0, 1), late + TimeSpan.FromSeconds(-1));
        Assert.That(silent.NextWake, Is.EqualTo(late));
        silent.Advance(late);
        talking.Advance(late);
        Assert.Multiple(() =>
        {
            Assert.That(silent.Failure, Is.Not.Null);
            Assert.That(talking.Failure, Is.Null);
        });
    }

    [Test]
    public void Half_close_lets_the_other_direction_go_on()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        var stream = session.Open(Start)!;
        stream.CloseWrite();
        session.Drain();
        session.Receive(Frame(Update, Ack, 1, 0), Start);
        session.Receive(DataFrame(1, Fin, Hello), Start);
        Assert.Multiple(() =>
        {
            Assert.That(stream.ReadAll(Start), Is.EqualTo(Hello));
            Assert.That(stream.ReadEnded);
            Assert.That(session.Streams, Is.Zero);
        });
    }

    [TestCase(Data)]
    [TestCase(Update)]
    public void Flags_count_on_data_and_on_window_updates(int type)
    {
        var session = new YamuxSession(false, new YamuxLimits(), Start);
        session.Receive(Frame(type, Syn | Fin, 1, 0), Start);
        var ended = session.Changed().Single();
        session.Receive(Frame(type, Syn, 3, 0), Start);
        session.Receive(Frame(type, Rst, 3, 0), Start);
        var reset = session.Changed().Single();
        Assert.Multiple(() =>
        {
            Assert.That(ended.ReadEnded);
            Assert.That(ended.IsReset, Is.False);
            Assert.That(reset.IsReset);
            Assert.That(Frames(session.Drain()).Select(f => f.Flags), Is.EqualTo(new[] { Ack, Ack }));
        });
    }

    [Test]
    public void Credit_is_returned_only_when_the_application_has_read_half_of_the_window()
    {
        var session = new YamuxSession(false, new YamuxLimits(), Start);
        session.Receive(Frame(Update, Syn, 1, 0), Start);
        var stream = session.Changed().Single();
        session.Drain();
        session.Receive(DataFrame(1, 0, new byte[200_000]), Start);
        Assert.That(session.Drain(), Is.Empty, "nothing read, no credit");
        stream.Read(new byte[131_071], Start);
        Assert.That(session.Drain(), Is.Empty);
        stream.Read(new byte[1], Start);
        Assert.That(Frames(session.Drain()), Is.EqualTo(new[] { (Update, 0, 1u, 131_072u) }));
    }

    [Test]
    public void A_fast_reader_on_a_long_path_gets_a_larger_window_up_to_the_bounds()
    {
        var limits = new YamuxLimits { InboundStreams = 2, LargestWindow = 1 << 20, SessionCredit = (1 << 20) + YamuxLimits.InitialWindow };
        var session = new YamuxSession(false, limits, Start);
        session.Advance(Start);
        session.Drain();
        session.Receive(Frame(Probe, Ack, 0, 1), Start + TimeSpan.FromMilliseconds(60));
        foreach (var id in new uint[] { 1, 3 }) session.Receive(Frame(Update, Syn, id, 0), Start);
        var (fast, other) = (session.Changed()[0], session.Streams);
        session.Drain();
        long credit = YamuxLimits.InitialWindow;
        long granted = credit;
        for (var i = 0; i < 20; i++)
        {
            session.Receive(DataFrame(1, 0, new byte[credit]), Start);
            fast.ReadAll(Start);
            credit = Frames(session.Drain()).Sum(f => f.Length);
            granted = Math.Max(granted, credit);
        }

        Assert.Multiple(() =>
        {
            Assert.That(other, Is.EqualTo(2));
            Assert.That(session.Failure, Is.Null);
            Assert.That(credit, Is.EqualTo(1 << 20), "the bound of the session leaves one window beside the idle stream");
            Assert.That(granted, Is.LessThanOrEqualTo((1 << 20) + YamuxLimits.InitialWindow));
        });
    }

    [Test]
    public void A_writer_is_held_by_the_send_buffer_and_by_the_peers_window()
    {
        var session = new YamuxSession(true, new YamuxLimits { SendBuffer = 300_000 }, Start);
        var stream = session.Open(Start)!;
        Assert.That(stream.Write(new byte[500_000]), Is.EqualTo(300_000));
        var sent = Frames(session.Drain()).Where(f => f.Type == Data).Sum(f => f.Length);
        Assert.That(sent, Is.EqualTo(YamuxLimits.InitialWindow));
        Assert.That(session.Changed(), Is.EqualTo(new[] { stream }), "room again");
        session.Receive(Frame(Update, 0, 1, 1000), Start);
        Assert.That(Frames(session.Drain()).Single().Length, Is.EqualTo(1000));
    }

    [Test]
    public void Control_leaves_first_and_streams_take_turns()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        var a = session.Open(Start)!;
        var b = session.Open(Start)!;
        a.Write(new byte[150_000]);
        b.Write(new byte[150_000]);
        session.Receive(Frame(Probe, Syn, 0, 9), Start);
        var frames = Frames(session.Drain());
        Assert.Multiple(() =>
        {
            Assert.That(frames.Take(3).Select(f => f.Type), Has.None.EqualTo(Data));
            Assert.That(frames.Where(f => f.Type == Data).Select(f => f.Stream).Take(4), Is.EqualTo(new uint[] { 1, 3, 1, 3 }));
            Assert.That(frames.Max(f => f.Type == Data ? f.Length : 0), Is.LessThanOrEqualTo(YamuxSession.LargestPayload));
        });
    }

    [Test]
    public void Opening_waits_at_the_acknowledgement_backlog()
    {
        var session = new YamuxSession(true, new YamuxLimits { InboundStreams = 1 }, Start);
        for (var i = 0; i < 256; i++) Assert.That(session.Open(Start), Is.Not.Null);
        Assert.That(session.Open(Start), Is.Null);
        session.Receive(Frame(Update, Ack, 1, 0), Start);
        Assert.That(session.Open(Start), Is.Not.Null);
        session.Receive(Frame(Update, Rst, 3, 0), Start);
        Assert.That(session.Open(Start), Is.Not.Null, "a refusal is an answer too");
    }

    [Test]
    public void A_stream_that_is_let_go_ends_in_time_whatever_the_peer_does()
    {
        var limits = new YamuxLimits();
        var session = new YamuxSession(true, limits, Start);
        var stream = session.Open(Start)!;
        stream.Write(Hello);
        stream.Abandon(Start);
        Assert.That(Frames(session.Drain()).Select(f => (f.Type, f.Flags)), Is.EqualTo(new[] { (Update, Syn), (Data, 0), (Update, Fin) }));
        session.Advance(Start + limits.Linger);
        Assert.That(Frames(session.Drain()).Select(f => f.Flags), Does.Contain(Rst));
        Assert.That(session.Streams, Is.Zero);
    }

    [Test]
    public void Data_for_a_stream_that_was_let_go_is_dropped_and_what_was_written_is_still_sent()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        var stream = session.Open(Start)!;
        session.Receive(DataFrame(1, 0, Hello), Start);
        stream.Write(Hello);
        stream.Abandon(Start);
        session.Receive(DataFrame(1, 0, Hello), Start);
        Assert.Multiple(() =>
        {
            Assert.That(session.Unread, Is.Zero);
            Assert.That(Frames(session.Drain()).Select(f => (f.Type, f.Flags)), Is.EqualTo(new[] { (Update, Syn), (Data, 0), (Update, Fin) }));
        });
        session.Receive(DataFrame(1, Fin, Hello), Start);
        Assert.That(session.Streams, Is.Zero);
    }

    [Test]
    public void Go_away_of_the_peer_stops_opening_and_leaves_open_streams_alone()
    {
        var session = new YamuxSession(true, new YamuxLimits(), Start);
        var stream = session.Open(Start)!;
        session.Receive(Frame(GoAway, 0, 0, 0), Start);
        session.Receive(DataFrame(1, 0, Hello), Start);
        Assert.Multiple(() =>
        {
            Assert.That(session.RemoteGoAway, Is.Zero);
            Assert.That(session.Open(Start), Is.Null);
            Assert.That(stream.ReadAll(Start), Is.EqualTo(Hello));
        });
    }
}
