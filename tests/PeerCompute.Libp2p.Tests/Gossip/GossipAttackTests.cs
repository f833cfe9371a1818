// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>One router, and strangers that do what they should not.</summary>
internal sealed class GossipAttackTests
{
    private const string Topic = GossipLab.Topic;
    private static readonly KeyPair Author = Key(200);
    private static readonly GossipOptions Options = GossipOptions.Default;

    private readonly PeerId[] _strangers = [.. Enumerable.Range(1, 20).Select(i => Key((byte)i).PeerId)];
    private readonly List<GossipEffect> _effects = [];
    private GossipRouter _router = null!;
    private Instant _now;

    [SetUp]
    public void Start() => Start(Options);

    [Test]
    public void A_forged_message_does_not_suppress_the_true_one()
    {
        var good = Message(1);
        var forged = Forged(good);
        Send(0, good: false, forged);
        Send(1, good);
        Assert.That(Effects<GossipDeliver>().Single().Message, Is.SameAs(good));
        Assert.That(_router.Score(_strangers[0]), Is.Negative);
        Assert.That(_router.Score(_strangers[1]), Is.Zero);
    }

    [Test]
    public void A_forgery_that_is_being_checked_does_not_suppress_the_true_one([Values] bool forgedFirst)
    {
        var good = Message(1);
        var forged = Forged(good);
        Receive(0, new GossipRpc { Messages = [forged] });
        Receive(1, new GossipRpc { Messages = [good] });
        Receive(2, new GossipRpc { Messages = [good] });
        Assert.That(Effects<GossipCheck>().Select(c => c.Message), Is.EqualTo(new[] { forged, good }), "copies of one message are checked once");
        if (forgedFirst) _router.Checked(forged, false, _now, _effects);
        _router.Checked(good, true, _now, _effects);
        if (!forgedFirst) _router.Checked(forged, false, _now, _effects);
        Assert.That(Effects<GossipDeliver>().Single().Message, Is.SameAs(good));
        Assert.That(_router.InFlight, Is.EqualTo(1));
        _router.Judge(good.Id, GossipVerdict.Accept, _now, _effects);
        Assert.That(_router.InFlight, Is.Zero);
    }

    [Test]
    public void A_true_message_is_delivered_once_however_often_it_comes()
    {
        var message = Message(1);
        for (var i = 0; i < 20; i++) Send(i, message);
        Assert.That(Effects<GossipDeliver>(), Has.Count.EqualTo(1));
        Assert.That(_strangers.Select(_router.Score), Has.All.Zero);
    }

    [Test]
    public void Who_sends_what_is_rejected_is_dropped_in_the_end()
    {
        for (var i = 0; i < 20; i++)
        {
            Send(0, Message((ulong)i + 1), GossipVerdict.Reject);
            Send(1, Message((ulong)i + 100), GossipVerdict.Ignore);
        }

        Assert.That(Effects<GossipDrop>().Select(d => d.Peer), Is.EqualTo(new[] { _strangers[0] }));
        Assert.That(_router.Score(_strangers[1]), Is.Zero);
        Assert.That(Effects<GossipSend>().Where(s => s.Rpc.Messages.Length > 0), Is.Empty, "neither goes on");
        _effects.Clear();
        Send(0, Message(1000));
        Assert.That(Effects<GossipDeliver>(), Is.Empty, "nothing of it is read any more");
    }

    [Test]
    public void A_score_outlives_the_connection()
    {
        for (var i = 0; i < 5; i++) Send(0, Message((ulong)i + 1), GossipVerdict.Reject);
        var score = _router.Score(_strangers[0]);
        _router.PeerDown(_strangers[0], _now);
        Assert.That(_router.Score(_strangers[0]), Is.Zero);
        _router.PeerUp(_strangers[0], false, _now, _effects);
        Assert.That(_router.Score(_strangers[0]), Is.EqualTo(score).And.Negative);
        Pass(TimeSpan.FromMinutes(10));
        Assert.That(_router.Score(_strangers[0]), Is.Zero, "and is forgiven");
    }

    [Test]
    public void Back_off_is_respected_on_both_sides()
    {
        Subscribe(20);
        Pass(TimeSpan.FromSeconds(3));
        var pruned = _router.Mesh(Topic)[0];
        Receive(Index(pruned), new GossipRpc { Prunes = [new GossipPrune(Topic, 30)] });
        foreach (var other in _router.Mesh(Topic).ToList()) Receive(Index(other), new GossipRpc { Prunes = [new GossipPrune(Topic, 1000)] });
        _effects.Clear();
        Pass(TimeSpan.FromSeconds(29));
        Assert.That(Grafted(), Does.Not.Contain(pruned), "not within its back-off");
    }

    [Test]
    public void A_peer_that_was_pruned_is_grafted_again_after_its_back_off()
    {
        Subscribe(1);
        Pass(TimeSpan.FromSeconds(3));
        Receive(0, new GossipRpc { Prunes = [new GossipPrune(Topic, 30)] });
        _effects.Clear();
        Pass(TimeSpan.FromSeconds(30));
        Assert.That(Grafted(), Is.Empty);
        Pass(TimeSpan.FromSeconds(3));
        Assert.That(Grafted(), Is.EqualTo(new[] { _strangers[0] }));
    }

    [Test]
    public void The_longest_back_off_is_an_hour_and_time_does_not_overflow([Values(3600, int.MaxValue)] int seconds)
    {
        Subscribe(1);
        Pass(TimeSpan.FromSeconds(3));
        Receive(0, new GossipRpc { Prunes = [new GossipPrune(Topic, seconds)] });
        _effects.Clear();
        Pass(TimeSpan.FromSeconds(3599));
        Assert.That(Grafted(), Is.Empty);
        Pass(TimeSpan.FromSeconds(5));
        Assert.That(Grafted(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Grafts_in_back_off_are_refused_and_end_with_a_drop()
    {
        Subscribe(1);
        Pass(TimeSpan.FromSeconds(3));
        Receive(0, new GossipRpc { Prunes = [new GossipPrune(Topic, 60)] });
        _effects.Clear();
        for (var i = 0; i < 50; i++) Receive(0, new GossipRpc { Grafts = [Topic] });
        Assert.That(_router.Mesh(Topic), Is.Empty);
        Assert.That(Effects<GossipDrop>(), Has.Count.EqualTo(1));
        Assert.That(Effects<GossipSend>(), Has.Count.LessThan(15), "no answers any more");
        Assert.That(Effects<GossipSend>().Select(s => s.Rpc.Prunes.Single()), Has.All.EqualTo(new GossipPrune(Topic, 60)));
    }

    [Test]
    public void Strangers_do_not_graft_themselves_beyond_the_bound()
    {
        for (var i = 0; i < 20; i++) Receive(i, new GossipRpc { Grafts = [Topic, "/no/such/topic"] });
        Assert.That(_router.Mesh(Topic), Has.Count.EqualTo(Options.DegreeHigh));
        Assert.That(Effects<GossipSend>().Select(s => s.Rpc.Prunes.Single().Topic), Is.EqualTo(Enumerable.Repeat(Topic, 20 - Options.DegreeHigh)));
    }

    [Test]
    public void Large_haves_are_not_asked_for_in_full()
    {
        for (var i = 0; i < 50; i++)
        {
            var ids = Enumerable.Range(1, 100).Select(n => new MessageId(Author.PeerId, (ulong)((i * 100) + n)));
            Receive(0, new GossipRpc { Haves = [new GossipHave(Topic, [.. ids])] });
        }

        Assert.That(Asked(), Is.EqualTo(Options.WantsPerBeat));
    }

    [Test]
    public void Who_breaks_promises_is_not_asked_for_a_while()
    {
        var lowest = 0L;
        for (var beat = 0; beat < 20; beat++)
        {
            for (var i = 0; i < 5; i++)
            {
                var id = new MessageId(Author.PeerId, (ulong)((10 * beat) + i));
                Receive(0, new GossipRpc { Haves = [new GossipHave(Topic, [id])] });
            }

            Pass(TimeSpan.FromSeconds(1));
            lowest = long.Min(lowest, _router.Score(_strangers[0]));
        }

        Assert.That(lowest, Is.LessThan(Options.Scoring.GossipThreshold));
        Assert.That(Asked(), Is.InRange(5, 50), "of 100");
    }

    [Test]
    public void Many_small_haves_are_not_all_read()
    {
        for (var i = 0; i < 50; i++) Receive(0, new GossipRpc { Haves = [new GossipHave(Topic, [Message((ulong)i + 1).Id])] });
        Assert.That(Asked(), Is.EqualTo(Options.HavesPerBeat));
    }

    [Test]
    public void A_promise_that_another_peer_keeps_costs_nothing()
    {
        for (var i = 1; i <= 30; i++)
        {
            var message = Message((ulong)i);
            Receive(0, new GossipRpc { Haves = [new GossipHave(Topic, [message.Id])] });
            Send(1, message);
            Pass(TimeSpan.FromSeconds(1));
        }

        Assert.That(_router.Score(_strangers[0]), Is.Zero);
    }

    [Test]
    public void One_message_is_sent_three_times_to_one_that_asks_and_bytes_are_bounded()
    {
        var message = Message(1);
        Send(1, message);
        _effects.Clear();
        for (var i = 0; i < 10; i++) Receive(0, new GossipRpc { Wants = [message.Id, message.Id] });
        Assert.That(Effects<GossipSend>().Sum(s => s.Rpc.Messages.Length), Is.EqualTo(3));

        var big = Enumerable.Range(2, 20).Select(i => GossipMessage.Sign(Author, (ulong)i, Topic, new byte[60_000])).ToList();
        foreach (var one in big) Send(1, one);
        _effects.Clear();
        Receive(0, new GossipRpc { Wants = [.. big.Select(b => b.Id)] });
        Assert.That(Effects<GossipSend>().Single().Rpc.Encoded.Length, Is.LessThanOrEqualTo(Options.AnswerBytesPerBeat + 100));
    }

    [Test]
    public void What_is_remembered_is_bounded()
    {
        Start(Options with { Seen = 100, Cached = 10, MessageBurst = 100_000 });
        for (var i = 1; i <= 1000; i++) Send(0, Message((ulong)i));
        Assert.That(_router.SeenCount, Is.EqualTo(100));
        Assert.That(Effects<GossipDeliver>(), Has.Count.EqualTo(1000));
        _effects.Clear();
        for (var i = 1; i <= 1000; i++) Send(1, Message((ulong)i));
        Assert.That(Effects<GossipDeliver>(), Is.Empty, "what is forgotten is not taken again");
    }

    [Test]
    public void Old_messages_cannot_be_played_again()
    {
        Send(0, Message(5));
        Pass(Options.SeenTtl + TimeSpan.FromSeconds(2));
        Assert.That(_router.SeenCount, Is.Zero);
        _effects.Clear();
        Send(1, Message(5));
        Send(1, Message(4));
        Assert.That(Effects<GossipDeliver>(), Is.Empty);
        Send(1, Message(6));
        Assert.That(Effects<GossipDeliver>(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_slow_judge_holds_a_bounded_number_of_messages_for_a_bounded_time()
    {
        Start(Options with { InFlight = 50, InFlightPerPeer = 30 });
        for (var i = 1; i <= 100; i++) Receive(0, new GossipRpc { Messages = [Message((ulong)i)] });
        Assert.That(_router.InFlight, Is.EqualTo(30));
        for (var i = 101; i <= 200; i++) Receive(1, new GossipRpc { Messages = [Message((ulong)i)] });
        Assert.That(_router.InFlight, Is.EqualTo(50));
        foreach (var check in Effects<GossipCheck>()) _router.Checked(check.Message, true, _now, _effects);
        Assert.That(_router.InFlight, Is.EqualTo(50));
        Assert.That(Effects<GossipDeliver>(), Has.Count.EqualTo(50));
        Pass(Options.JudgeTimeout + TimeSpan.FromSeconds(2));
        Assert.That(_router.InFlight, Is.Zero);
        _effects.Clear();
        Receive(0, new GossipRpc { Messages = [Message(1000)] });
        Assert.That(Effects<GossipCheck>(), Has.Count.EqualTo(1), "and then it goes on");
    }

    [Test]
    public void New_messages_of_one_peer_are_checked_at_a_bounded_rate()
    {
        Start(Options with { MessageBurst = 10, MessageGap = TimeSpan.FromMilliseconds(100) });
        for (var i = 1; i <= 100; i++) Receive(0, new GossipRpc { Messages = [Message((ulong)i)] });
        Assert.That(Effects<GossipCheck>(), Has.Count.EqualTo(10));
        Pass(TimeSpan.FromSeconds(0.5));
        for (var i = 101; i <= 200; i++) Receive(0, new GossipRpc { Messages = [Message((ulong)i)] });
        Assert.That(Effects<GossipCheck>(), Has.Count.EqualTo(15));
    }

    [Test]
    public void Subscriptions_are_bounded_and_go_with_the_peer()
    {
        Start(Options with { TopicsPerPeer = 3, Topics = 5, TopicAllowed = t => t != "no" });
        Receive(0, new GossipRpc { Subscriptions = [new GossipSubscription(true, "no"), .. Enumerable.Range(0, 10).Select(Named)] });
        Receive(1, new GossipRpc { Subscriptions = [.. Enumerable.Range(5, 10).Select(Named)] });
        Assert.That(Known(_strangers[0]), Is.EqualTo(3));
        Assert.That(Known(_strangers[1]), Is.EqualTo(1), "five topics in all, ours among them");
        _router.PeerDown(_strangers[0], _now);
        Assert.That(Known(_strangers[0]), Is.Zero);
        Receive(1, new GossipRpc { Subscriptions = [Named(0)] });
        Assert.That(Known(_strangers[1]), Is.EqualTo(2), "there is room again");

        static GossipSubscription Named(int i) => new(true, $"t{i}");
        int Known(PeerId peer) => Enumerable.Range(0, 20).Select(i => $"t{i}").Append("no").Count(t => _router.Subscribers(t).Contains(peer));
    }

    [Test]
    public void Topics_of_our_own_are_bounded()
    {
        Start(Options with { TopicsPerPeer = 3, TopicAllowed = t => t != "no" });
        _router.Subscribe("a", _now, _effects);
        _router.Subscribe(new string('b', 256), _now, _effects);
        foreach (var topic in new[] { "c", "no", "", new string('b', 257) })
        {
            var refusal = Assert.Throws<PeerComputeException>(() => _router.Subscribe(topic, _now, _effects));
            Assert.That(refusal?.Code, Is.EqualTo(ErrorCode.LimitExceeded));
        }

        var key = Key(150);
        Assert.That(() => _router.Publish(key, "", [1], _now, _effects), Throws.TypeOf<PeerComputeException>());
        Assert.That(() => _router.Publish(key, "a", new byte[Options.DataBytes + 1], _now, _effects), Throws.TypeOf<PeerComputeException>());
    }

    [Test]
    public void Malformed_rpcs_end_with_a_drop()
    {
        for (var i = 0; i < 10; i++) _router.Malformed(_strangers[0], _now, _effects);
        Assert.That(Effects<GossipDrop>().Single().Peer, Is.EqualTo(_strangers[0]));
    }

    [Test]
    public void What_nobody_asked_for_changes_nothing()
    {
        Receive(0, new GossipRpc { Messages = [GossipMessage.Sign(Author, 1, "/no/such/topic", [1])] });
        _router.Receive(Key(99).PeerId, new GossipRpc { Messages = [Message(1)] }, _now, _effects);
        _router.Checked(Message(1), true, _now, _effects);
        _router.Judge(Message(1).Id, GossipVerdict.Accept, _now, _effects);
        _router.PeerDown(Key(99).PeerId, _now);
        Assert.That(_effects, Is.Empty);
    }

    private static KeyPair Key(byte seed) => KeyPair.FromSeed([.. new byte[31], seed]);

    private static GossipMessage Message(ulong sequence) => GossipMessage.Sign(Author, sequence, Topic, [1, 2, 3]);

    private static GossipMessage Forged(GossipMessage message)
    {
        var bytes = message.Bytes.ToArray();
        bytes[^1] ^= 1;
        return GossipMessage.Decode(bytes, 100);
    }

    private void Start(GossipOptions options)
    {
        _effects.Clear();
        _now = new Instant(1_000_000);
        _router = new GossipRouter(Key(150).PeerId, options, new Base.Chance.Choices(1));
        _router.Subscribe(Topic, _now, _effects);
        foreach (var stranger in _strangers) _router.PeerUp(stranger, false, _now, _effects);
        _effects.Clear();
    }

    private void Subscribe(int count)
    {
        for (var i = 0; i < count; i++) Receive(i, new GossipRpc { Subscriptions = [new GossipSubscription(true, Topic)] });
    }

    private int Index(PeerId peer) => Array.IndexOf(_strangers, peer);

    private void Receive(int stranger, GossipRpc rpc) => _router.Receive(_strangers[stranger], rpc, _now, _effects);

    private void Send(int stranger, GossipMessage message, GossipVerdict verdict = GossipVerdict.Accept) => Send(stranger, true, message, verdict);

    private void Send(int stranger, bool good, GossipMessage message, GossipVerdict verdict = GossipVerdict.Accept)
    {
        var from = _effects.Count;
        Receive(stranger, new GossipRpc { Messages = [message] });
        for (var i = from; i < _effects.Count; i++)
        {
            if (_effects[i] is GossipCheck check) _router.Checked(check.Message, good, _now, _effects);
            if (_effects[i] is GossipDeliver deliver) _router.Judge(deliver.Message.Id, verdict, _now, _effects);
        }
    }

    private void Pass(TimeSpan time)
    {
        var end = _now + time;
        while (_router.NextWake <= end)
        {
            _now = _router.NextWake;
            _router.Advance(_now, _effects);
        }

        _now = end;
    }

    private List<T> Effects<T>() => [.. _effects.OfType<T>()];

    private List<PeerId> Grafted() => [.. Effects<GossipSend>().Where(s => s.Rpc.Grafts.Length > 0).Select(s => s.Peer)];

    private int Asked() => Effects<GossipSend>().Sum(s => s.Rpc.Wants.Length);
}
