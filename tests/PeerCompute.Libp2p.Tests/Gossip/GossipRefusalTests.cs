// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>IDONTWANT (gossipsub v1.2): who has a message gets no copy, and who gets a long one says so at once.</summary>
[TestFixture]
internal sealed class GossipRefusalTests
{
    private const string Topic = GossipLab.Topic;
    private static readonly KeyPair Author = KeyPair.FromSeed([.. new byte[31], 200]);

    private readonly PeerId[] _peers = [.. Enumerable.Range(1, 5).Select(static i => KeyPair.FromSeed([.. new byte[31], (byte)i]).PeerId)];
    private readonly List<GossipEffect> _effects = [];
    private GossipRouter _router = null!;
    private Instant _now;

    [SetUp]
    public void Start() => Start(GossipOptions.Default);

    [Test]
    public void Who_refuses_a_message_gets_no_copy_of_it_but_of_others()
    {
        Receive(1, new GossipRpc { DontWants = [Message(1).Id] });
        Receive(2, new GossipRpc { DontWants = [Message(2).Id] });
        Assert.That(GoesOnTo(Message(1)), Is.EquivalentTo(new[] { _peers[2], _peers[3], _peers[4] }));
        Assert.That(GoesOnTo(Message(2)), Is.EquivalentTo(new[] { _peers[1], _peers[3], _peers[4] }));
    }

    [Test]
    public void A_refusal_while_a_message_is_judged_counts()
    {
        var message = Message(1);
        Receive(0, new GossipRpc { Messages = [message] });
        _router.Checked(message, true, _now, _effects);
        Receive(3, new GossipRpc { DontWants = [message.Id] });
        _effects.Clear();
        _router.Judge(message.Id, GossipVerdict.Accept, _now, _effects);
        Assert.That(Sent(static rpc => rpc.Messages.Length > 0), Is.EquivalentTo(new[] { _peers[1], _peers[2], _peers[4] }));
    }

    [Test]
    public void Refusals_are_forgotten_after_three_heartbeats_and_so_many_are_taken_between_two()
    {
        Start(GossipOptions.Default with { DontWantsPerBeat = 10 });
        for (ulong i = 1; i <= 10; i++) Receive(1, new GossipRpc { DontWants = [Message(i).Id] });
        Receive(1, new GossipRpc { DontWants = [Message(11).Id] });
        Assert.That(GoesOnTo(Message(10)), Does.Not.Contain(_peers[1]));
        Assert.That(GoesOnTo(Message(11)), Does.Contain(_peers[1]));
        for (var beats = 0; beats < 4; beats++)
        {
            _now = _router.NextWake;
            _router.Advance(_now, _effects);
        }

        Assert.That(GoesOnTo(Message(9)), Does.Contain(_peers[1]));
        Receive(1, new GossipRpc { DontWants = [Message(12).Id] });
        Assert.That(GoesOnTo(Message(12)), Does.Not.Contain(_peers[1]), "each heartbeat renews what is taken");
    }

    [TestCase(100, true)]
    [TestCase(99, false)]
    public void Copies_of_long_messages_are_refused_as_soon_as_one_has_come(int bytes, bool refused)
    {
        Start(GossipOptions.Default with { DontWantBytes = 100 });
        var message = Message(1, bytes);
        Receive(0, new GossipRpc { Messages = [message] });
        PeerId[] expected = refused ? _peers[1..] : [];
        Assert.That(Sent(rpc => rpc.DontWants.SequenceEqual([message.Id])), Is.EquivalentTo(expected));
        _effects.Clear();
        Receive(1, new GossipRpc { Messages = [message] });
        Assert.That(Sent(static rpc => rpc.DontWants.Length > 0), Is.Empty, "once is enough");
    }

    private static GossipMessage Message(ulong sequence, int bytes = 3) => GossipMessage.Sign(Author, sequence, Topic, new byte[bytes]);

    private void Start(GossipOptions options)
    {
        _now = new Instant(1_000_000);
        _router = new GossipRouter(KeyPair.FromSeed([.. new byte[31], 150]).PeerId, options, new Choices(1));
        _router.Subscribe(Topic, _now, _effects);
        foreach (var peer in _peers) _router.PeerUp(peer, false, _now, _effects);
        for (var i = 0; i < _peers.Length; i++) Receive(i, new GossipRpc { Grafts = [Topic] });
        _effects.Clear();
    }

    private void Receive(int peer, GossipRpc rpc) => _router.Receive(_peers[peer], rpc, _now, _effects);

    /// <summary>Lets a message come from the first peer, be checked and accepted.</summary>
    private List<PeerId> GoesOnTo(GossipMessage message)
    {
        _effects.Clear();
        Receive(0, new GossipRpc { Messages = [message] });
        _router.Checked(message, true, _now, _effects);
        _router.Judge(message.Id, GossipVerdict.Accept, _now, _effects);
        return Sent(static rpc => rpc.Messages.Length > 0);
    }

    private List<PeerId> Sent(Predicate<GossipRpc> which) => [.. _effects.OfType<GossipSend>().Where(s => which(s.Rpc)).Select(static s => s.Peer)];
}
