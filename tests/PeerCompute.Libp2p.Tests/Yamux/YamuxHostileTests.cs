// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Yamux;
using static PeerCompute.Libp2p.Tests.Yamux.YamuxTalk;

namespace PeerCompute.Libp2p.Tests.Yamux;

internal sealed class YamuxHostileTests
{
    private static readonly Instant Start = new(1_000_000);

    private static IEnumerable<TestCaseData> Violations()
    {
        var open = Frame(Update, Syn, 1, 0);
        yield return Case("more bytes with a new stream than its credit", Frame(Data, Syn, 1, 262_145));
        yield return Case("more bytes than the window", open, Frame(Data, 0, 1, 262_145));
        yield return Case("bytes beyond the window in pieces", open, DataFrame(1, 0, new byte[262_144]), Frame(Data, 0, 1, 1));
        yield return Case("a window that overflows", open, Frame(Update, 0, 1, uint.MaxValue));
        yield return Case("an id used again", open, open);
        yield return Case("an id that goes back", Frame(Update, Syn, 5, 0), Frame(Update, Syn, 3, 0));
        yield return Case("an id of our parity", Frame(Update, Syn, 2, 0));
        yield return Case("stream frame on the session", Frame(Data, 0, 0, 0));
        yield return Case("new stream zero", Frame(Update, Syn, 0, 0));
        yield return Case("session frame on a stream", Frame(Probe, Syn, 1, 0));
        yield return Case("data after the end", open, Frame(Data, Fin, 1, 0), DataFrame(1, 0, [1]));
        yield return Case("endless data for no stream", Frame(Data, 0, 9, 16 * 1024 * 1024 + 1));
        yield return Case("ping with two flags", Frame(Probe, Syn | Ack, 0, 0));
        yield return Case("ping with no flag", Frame(Probe, 0, 0, 0));
        yield return Case("unknown type", Frame(4, 0, 0, 0));
        yield return Case("unknown flags", Frame(Update, 16, 1, 0));
        yield return Case("unknown version", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

        static TestCaseData Case(string name, params byte[][] frames) => new TestCaseData([frames]).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Violations))]
    public void A_broken_rule_ends_the_session_with_a_go_away_and_every_stream_with_a_reset(byte[][] frames)
    {
        var session = new YamuxSession(false, new YamuxLimits(), Start);
        var own = session.Open(Start)!;
        session.Drain();
        foreach (var frame in frames) session.Receive(frame, Start);
        Assert.Multiple(() =>
        {
            Assert.That(session.Failure, Is.Not.Null);
            Assert.That(Frames(session.Drain()), Is.EqualTo(new[] { (GoAway, 0, 0u, 1u) }));
            Assert.That(own.IsReset);
            Assert.That(session.Streams, Is.Zero);
            Assert.That(session.CanOpen, Is.False);
        });
    }

    [Test]
    public void Late_frames_for_streams_that_are_over_are_no_error()
    {
        var session = new YamuxSession(false, new YamuxLimits(), Start);
        session.Receive(Frame(Update, 0, 77, 5), Start);
        session.Receive(DataFrame(77, 0, new byte[1000]), Start);
        session.Receive(Frame(Update, Fin, 77, 0), Start);
        session.Receive(Frame(Update, Rst, 77, 0), Start);
        session.Receive(Frame(Probe, Syn, 0, 3), Start);
        Assert.Multiple(() =>
        {
            Assert.That(session.Failure, Is.Null);
            Assert.That(Frames(session.Drain()).Single().Length, Is.EqualTo(3));
        });
    }

    [Test]
    public void Streams_beyond_the_bound_are_reset_and_hold_nothing()
    {
        var session = new YamuxSession(false, new YamuxLimits { InboundStreams = 2 }, Start);
        for (uint id = 1; id <= 7; id += 2) session.Receive(DataFrame(id, Syn, new byte[100]), Start);
        Assert.Multiple(() =>
        {
            Assert.That(session.Streams, Is.EqualTo(2));
            Assert.That(Frames(session.Drain()).Where(f => f.Flags == Rst).Select(f => f.Stream), Is.EqualTo(new uint[] { 5, 7 }));
            Assert.That(session.Changed(), Has.Count.EqualTo(2));
        });
    }

    [Test]
    public void A_peer_that_asks_for_answers_and_reads_none_is_cut_off()
    {
        var session = new YamuxSession(false, new YamuxLimits(), Start);
        for (uint i = 0; i < 5000; i++) session.Receive(Frame(Probe, Syn, 0, i), Start);
        Assert.That(session.Failure, Is.Not.Null);
        Assert.That(session.Drain(), Has.Length.EqualTo(12));
    }

    [Test]
    public void The_sum_of_windows_is_bounded()
    {
        var session = new YamuxSession(false, new YamuxLimits { InboundStreams = 3, SessionCredit = 4 * YamuxLimits.InitialWindow }, Start);
        Assert.That(session.Open(Start), Is.Not.Null);
        Assert.That(session.Open(Start), Is.Null, "the rest is reserved for the peer's streams");
        for (uint id = 1; id <= 9; id += 2) session.Receive(Frame(Update, Syn, id, 0), Start);
        Assert.That(session.Streams, Is.EqualTo(4));
    }
}
