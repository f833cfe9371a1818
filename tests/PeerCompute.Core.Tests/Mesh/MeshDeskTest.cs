// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Core.Tests.Mesh;

/// <summary>One node, its events given by hand.</summary>
public class MeshDeskTest
{
    private const long WallMs = 1_800_000_000_000;

    private static readonly NetworkId Network = NetworkId.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

    private readonly Samples _make = new(7);
    private KeyPair _key = null!;
    private NodeCore _core = null!;
    private long _micros;
    private ulong _sequence;

    [SetUp]
    public void Start() => Start(new NodeSettings { Network = Network, NativeIsolation = "native-degraded" });

    [Test]
    public void A_peer_of_another_network_is_dropped_and_not_dialled_again()
    {
        var peer = _make.Peer();
        var other = NetworkId.Of([9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        Do(new PeerUp(peer));
        var effects = Do(new PeerIdentified(peer, new PeerFacts([_make.Address()], null, true, other)));
        Assert.That(effects.OfType<Drop>().Single().Peer, Is.EqualTo(peer));
        Do(new PeerDown(peer));
        Assert.That(Do(new PeersHeard([new Contact(peer, [_make.Address()])], Seeds: false)).OfType<Reach>(), Is.Empty);
        Assert.That(_core.Mesh().Contacts, Is.Zero);
    }

    [Test]
    public void Who_names_many_peers_makes_a_node_call_few_of_them_at_a_time()
    {
        var dials = 0;
        for (var i = 0; i < 10; i++)
        {
            var crowd = Enumerable.Range(0, 20).Select(_ => new Contact(_make.Peer(), [_make.Address()]));
            dials += Do(new PeersHeard([.. crowd], Seeds: false)).OfType<Reach>().Count();
        }

        Assert.That(dials, Is.EqualTo(16), "twice as many as a node wants connections");
        Assert.That(_core.Holdings().Where(static held => held.Count > held.Most), Is.Empty);
        Assert.That(_core.Holdings().Select(static held => held.Name), Is.Unique.And.Contains("dials").And.Contains("leases worked on"));
    }

    [Test]
    public void A_peer_that_is_there_and_does_not_say_who_it_is_is_counted_once()
    {
        for (var i = 0; i < 8; i++)
        {
            var contact = new Contact(_make.Peer(), [_make.Address()]);
            Assert.That(Do(new PeersHeard([contact], Seeds: false)).OfType<Reach>().Count(), Is.EqualTo(1), $"peer {i}");
            Do(new PeerUp(contact.Peer));
        }

        var more = Enumerable.Range(0, 20).Select(_ => new Contact(_make.Peer(), [_make.Address()]));
        Assert.That(Do(new PeersHeard([.. more], Seeds: false)).OfType<Reach>().Count(), Is.EqualTo(8), "sixteen in all");
    }

    [Test]
    public void Named_peers_are_dialled_again_and_again_and_the_operator_is_told_once_why_nobody_answers()
    {
        var seed = new Contact(_make.Peer(), [_make.Address()]);
        var told = new List<NobodyAnswered>();
        var dials = 0;
        Take(Do(new PeersHeard([seed], Seeds: true)));
        for (var i = 0; i < 60; i++) Take(Advance(1000));
        Assert.That(dials, Is.InRange(8, 15), "every five seconds");
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0].Tried.Single(), Is.EqualTo((seed, "nobody there")).Using<(Contact Peer, string Reason)>(
            static (a, b) => a.Peer.Peer == b.Peer.Peer && a.Reason == b.Reason));

        void Take(List<NodeEffect> effects)
        {
            told.AddRange(effects.OfType<NobodyAnswered>());
            foreach (var dial in effects.OfType<Reach>())
            {
                dials++;
                Take(Do(new PeerUnreachable(dial.Peer, "nobody there")));
            }
        }
    }

    [Test]
    public void A_node_that_was_connected_remembers_it_for_the_next_life()
    {
        var (peer, address) = (_make.Peer(), _make.Address());
        Do(new PeerUp(peer));
        Do(new PeerIdentified(peer, new PeerFacts([address], address, true, Network)));
        ReadOnlyMemory<byte> book = default;
        for (var i = 0; i < 100 && book.IsEmpty; i++) book = Advance(1000).OfType<KeepPeers>().FirstOrDefault()?.Book ?? default;
        Assert.That(book.IsEmpty, Is.False);

        Start(new NodeSettings { Network = Network });
        Assert.That(Do(new PeersRemembered(book)).OfType<Reach>().Single().Peer, Is.EqualTo(peer));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Too_many_connections_are_cut_back_whether_or_not_their_peers_say_who_they_are(bool known)
    {
        for (var i = 0; i < 8; i++) Connect();
        Assert.That(Advance(60_000).OfType<Drop>(), Is.Empty, "eight are enough");
        for (var i = 0; i < 100; i++) Connect();
        var dropped = Advance(5_000).Concat(Advance(1_000)).OfType<Drop>().Select(static drop => drop.Peer).Distinct();
        Assert.That(dropped.Count(), Is.EqualTo(44), "of 108, down to 64");

        void Connect()
        {
            var peer = _make.Peer();
            Do(new PeerUp(peer));
            if (known) Do(new PeerIdentified(peer, new PeerFacts([_make.Address()], null, true, Network)));
        }
    }

    [Test]
    public void A_broken_book_is_begun_anew()
    {
        var effects = Do(new PeersRemembered(new byte[] { 8, 99, 1, 2, 3 }));
        Assert.That(effects.OfType<Note>().Single().Text, Does.Contain("begun anew"));
        Assert.That(_core.Mesh().Remembered, Is.Zero);
    }

    [Test]
    public void An_advert_is_given_once_the_host_is_measured()
    {
        var asker = _make.Peer();
        Assert.That(Do(new AdvertAsked(asker, 5, new AdvertQuery(default))).OfType<AnswerAdvert>().Single(), Is.EqualTo(new AnswerAdvert(5, null)));
        Do(new AddressesChanged([_make.Address()]));
        Do(new CapabilitiesKnown(Host()));
        var answer = Do(new AdvertAsked(asker, 6, new AdvertQuery(default))).OfType<AnswerAdvert>().Single().Answer!;
        Assert.That(CheckedAdvert.Of(_key.PeerId, answer).Authentic, Is.True);
        Assert.That(answer.Profile!.Profile.Capabilities.Slots, Is.EqualTo(2));
        Assert.That(answer.Profile.Profile.Network, Is.EqualTo(Network));
        Assert.That(answer.Profile.Profile.Capabilities.NativeIsolation, Is.EqualTo("native-degraded"));
    }

    [Test]
    public void A_heard_offer_is_bid_on_through_a_via_peer_when_it_reaches_this_node()
    {
        var client = _make.Key();
        var via = new Contact(_make.Peer(), [_make.Address()]);
        var offer = Sign(client, via, reachPpm: 1);
        var bids = Hear(client, offer).OfType<SayAt>().ToList();
        for (var i = 0; i < 40 && bids.Count == 0; i++) bids.AddRange(Advance(1000).OfType<SayAt>());
        var bid = bids.Single();
        Assert.That(bid.To.Peer, Is.EqualTo(via.Peer));
        var forwarded = (ForwardedBid)bid.Message;
        Assert.That((forwarded.To, forwarded.Bid.OfferId), Is.EqualTo((client.PeerId, offer.Id)));
        Assert.That(((BidCame)Admission.Admit(client, via.Peer, forwarded.Bid)).Bid.Worker, Is.EqualTo(_key.PeerId));
    }

    [Test]
    public void An_offer_that_ended_before_its_reach_came_is_let_go()
    {
        var client = _make.Key();
        var offer = Sign(client, new Contact(_make.Peer(), [_make.Address()]), reachPpm: 1);
        Assert.That(Hear(client, offer).OfType<SayAt>(), Is.Empty);
        var closed = OfferClosed.Sign(client, new Header(new Incarnation(1, 1), 1, offer.Id, Rules.Hash, WallMs));
        HearBytes(client, closed.Envelope.Bytes);
        for (var i = 0; i < 40; i++) Assert.That(Advance(1000).OfType<SayAt>(), Is.Empty);
    }

    [Test]
    public void Bids_are_passed_on_for_offers_that_name_this_node_only()
    {
        var client = _make.Key();
        var self = new Contact(_key.PeerId, [_make.Address()]);
        var (named, other) = (Sign(client, self, reachPpm: 1), Sign(client, new Contact(_make.Peer(), [_make.Address()]), reachPpm: 1));
        Hear(client, named);
        Hear(client, other);
        Do(new PeerUp(client.PeerId));
        var worker = _make.Peer();
        Assert.That(Forward(named.Id, client.PeerId), Has.Count.EqualTo(1));
        Assert.That(Forward(other.Id, client.PeerId), Is.Empty);
        Assert.That(Forward(named.Id, worker), Is.Empty, "only to the offer's issuer");
        for (var i = 0; i < 300; i++) Forward(named.Id, client.PeerId);
        Assert.That(Forward(named.Id, client.PeerId), Is.Empty, "bounded for each offer");

        List<Say> Forward(Hash32 offer, PeerId to)
        {
            var effects = Do(new ForwardCame(worker, new ForwardedBid(to, new SealedBid(offer, new byte[] { 1 }))));
            return [.. effects.OfType<Say>().Where(static s => s.Message is SealedBid)];
        }
    }

    [Test]
    public void An_issuer_that_posts_without_end_is_passed_on_thirty_times_a_minute()
    {
        var (client, listener, topic) = (_make.Key(), _make.Peer(), Topics.Offers("wasm"));
        Do(new GossipUp(listener, true));
        Do(new GossipCame(listener, new GossipRpc { Subscriptions = [new GossipSubscription(true, topic)], Grafts = [topic] }));
        Assert.That(Passed(100), Is.EqualTo(30));
        Assert.That(Passed(10), Is.Zero);
        Advance(61_000);
        Assert.That(Passed(10), Is.EqualTo(10));

        int Passed(int offers) => Enumerable.Range(0, offers).Count(_ =>
            Hear(client, Sign(client, new Contact(_make.Peer(), [_make.Address()]), reachPpm: 1))
                .OfType<SendGossip>().Any(s => s.To == listener && s.Rpc.Messages.Length > 0));
    }

    [Test]
    public void A_light_node_gives_no_advert_and_joins_no_topic()
    {
        Start(new NodeSettings { Network = Network, Light = true, TakesWork = false });
        var peer = _make.Peer();
        Do(new PeerUp(peer));
        Do(new PeerIdentified(peer, new PeerFacts([_make.Address()], _make.Address(), true, Network)));
        var said = Do(new GossipUp(peer, true)).OfType<SendGossip>().SelectMany(static s => s.Rpc.Subscriptions);
        Assert.That(said, Is.Empty);
        for (var i = 0; i < 600; i++) Assert.That(Advance(1000).OfType<AskKad>(), Is.Empty, "it looks nobody up unasked");
    }

    [Test]
    public void A_light_node_asks_its_neighbours_who_else_is_there_and_comes_back_by_them()
    {
        Start(new NodeSettings { Network = Network, Light = true, TakesWork = false });
        var (seed, address) = (_make.Peer(), _make.Address());
        var others = Enumerable.Range(0, 20).Select(_ => new KadPeer(_make.Peer(), [_make.Address()])).ToList();
        Do(new PeerUp(seed));
        var ask = Do(new PeerIdentified(seed, new PeerFacts([address], address, true, Network))).OfType<AskKad>().Single();
        Assert.That((ask.Peer, ask.Request.Type), Is.EqualTo((seed, KadType.FindNode)));
        Do(new KadAnswered(ask.Query, seed, new KadMessage(KadType.FindNode, ask.Request.Key) { CloserPeers = [.. others] }));
        Assert.That(_core.Mesh().Remembered, Is.EqualTo(21));
        Do(new PeerDown(seed));
        var dialled = new List<PeerId>();
        for (var i = 0; i < 20; i++)
        {
            foreach (var dial in Advance(1000).OfType<Reach>())
            {
                dialled.Add(dial.Peer);
                Do(new PeerUnreachable(dial.Peer, "gone"));
            }
        }

        Assert.That(dialled.Distinct().Intersect(others.Select(static o => o.Id)).Count(), Is.GreaterThan(3));
    }

    private void Start(NodeSettings settings)
    {
        _micros = 0;
        _key = KeyPair.FromSeed([.. Enumerable.Repeat((byte)77, 32)]);
        _core = new NodeCore(_key, settings, new Secrets([.. Enumerable.Repeat((byte)1, 32)]), new Choices(3));
        Do(new NodeStarted(new Incarnation(1, 1)));
    }

    private OfferMessage Sign(KeyPair client, Contact via, uint reachPpm) => OfferMessage.Sign(client, _make.Offer(client) with
    {
        Header = new Header(new Incarnation(1, 1), 0, _make.Hash(), Rules.Hash, (ulong)WallMs),
        Issuer = client.PeerId,
        Steward = client.PeerId,
        Class = "wasm",
        Semantics = NodeSettings.WasmSemantics,
        Limits = new TaskLimits(1 << 20, 1000, 1000, 1000),
        DeadlineMs = (ulong)WallMs + 3_600_000,
        BidEndMs = (ulong)WallMs + 3_600_000,
        PriceCeilingMicro = 1_000_000,
        SealingKey = client.SealingKey,
        Via = [via],
        ReachStartPpm = reachPpm,
        ReachDoubleMs = 1000,
    });

    private List<NodeEffect> Hear(KeyPair client, OfferMessage offer) => HearBytes(client, offer.Envelope.Bytes);

    private List<NodeEffect> HearBytes(KeyPair author, ReadOnlyMemory<byte> data)
    {
        var from = _make.Peer();
        Do(new GossipUp(from, false));
        var message = GossipMessage.Sign(author, ++_sequence, Topics.Offers("wasm"), data.Span);
        var checks = Do(new GossipCame(from, new GossipRpc { Messages = [message] })).OfType<CheckGossip>().ToList();
        Assert.That(checks, Has.Count.EqualTo(1));
        return Do(new GossipChecked(message, message.CheckSignature(), Admission.AdmitGossip(message)));
    }

    private static Capabilities Host() => new()
    {
        Architecture = "x64",
        Cores = 2,
        Slots = 0,
        Limits = new TaskLimits(0, 0, 0, WireLimits.OutputBytes),
        Isolation = "",
        NativeIsolation = "",
        Region = 0,
        PriceFloorMicro = 0,
        Devices = [],
        Runtimes = [new AdvertRuntime("wasm", "1", [NodeSettings.WasmSemantics])],
        Benchmarks = [],
        Addresses = [],
    };

    private List<NodeEffect> Advance(long millis)
    {
        _micros += millis * 1000;
        return Do(new Tick());
    }

    private List<NodeEffect> Do(NodeEvent e)
    {
        var effects = new List<NodeEffect>();
        _core.Handle(e, new NodeTime(new Instant(_micros), WallMs + (_micros / 1000), 0), effects);
        return effects;
    }
}
