// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>Heartbeats that would change nothing are left out: a router that rests does and says what one does that wakes every second.</summary>
internal sealed class GossipRestTests
{
    private const string Topic = "t";
    private static readonly KeyPair[] Keys = [.. Enumerable.Range(1, 12).Select(i => KeyPair.FromSeed([.. new byte[31], (byte)i]))];
    private static readonly PeerId[] Peers = [.. Keys.Skip(1).Select(k => k.PeerId)];

    private static readonly GossipMessage[] Messages =
        [.. Enumerable.Range(0, 200).Select(i => GossipMessage.Sign(Keys[1 + (i % 11)], (ulong)(1 + (i / 11)), Topic, new byte[i % 7]))];

    private static readonly GossipOptions Options = new()
    {
        Degree = 3, DegreeLow = 2, DegreeHigh = 4, DegreeScore = 1, DegreeOut = 1, DegreeLazy = 2, FanoutTtl = TimeSpan.FromSeconds(3),
        PruneBackoff = TimeSpan.FromSeconds(4), UnsubscribeBackoff = TimeSpan.FromSeconds(2), SeenTtl = TimeSpan.FromSeconds(5), FloodPublish = false,
        Scoring = new GossipScoring { Retained = 3 },
    };

    [Test]
    public void Who_rests_does_what_the_restless_do([Range(1, 30)] int seed)
    {
        var (calm, restless) = (new Pupil(false, seed), new Pupil(true, seed));
        var choices = new Choices((ulong)seed);
        var now = new Instant(1);
        for (var step = 0; step < 600; step++)
        {
            // Most things come close together, and then there is silence for as long as everything is forgotten.
            now += TimeSpan.FromMicroseconds(1 + choices.Below(choices.Below(12) == 0 ? 60_000_000 : 900_000));
            var input = Input(choices, now);
            Assert.That(calm.Take(input, now), Is.EqualTo(restless.Take(input, now)), $"step {step} at {now}");
        }

        Assert.That(calm.Beats, Is.LessThan(restless.Beats));
        Assert.That(calm.Beats, Is.GreaterThan(100));
    }

    [Test]
    public void A_link_that_is_lost_wakes_it_when_its_heartbeat_would_have_come()
    {
        var pupil = new Pupil(false, 1);
        var now = new Instant(1);
        for (var peer = 0; peer < 4; peer++)
        {
            var at = peer;
            pupil.Take((router, effects) => router.PeerUp(Peers[at], true, now, effects), now);
            pupil.Take((router, effects) => router.Receive(Peers[at], Greeting, now, effects), now);
        }

        var beat = pupil.Router.NextWake;
        now += TimeSpan.FromSeconds(100);
        pupil.Take(static (_, _) => { }, now);
        Assert.That(pupil.Router.NextWake, Is.EqualTo(Instant.Never));
        foreach (var peer in pupil.Router.Mesh(Topic)) pupil.Take((router, _) => router.PeerDown(peer, now), now);
        Assert.That(pupil.Router.NextWake, Is.GreaterThan(now));
        Assert.That((pupil.Router.NextWake - beat).Ticks % Options.Heartbeat.Ticks, Is.Zero);
    }

    private static GossipRpc Greeting { get; } = new() { Subscriptions = [new GossipSubscription(true, Topic)] };

    private static Action<GossipRouter, List<GossipEffect>> Input(Choices choices, Instant now)
    {
        var peer = Peers[choices.Below(Peers.Length)];
        var message = Messages[choices.Below(Messages.Length)];
        var (what, odd) = (choices.Below(24), choices.Below(2) == 0);
        return (router, effects) =>
        {
            switch (what)
            {
                case < 8:
                    router.PeerUp(peer, odd, now, effects);
                    router.Receive(peer, Greeting, now, effects);
                    break;
                case < 10: router.PeerDown(peer, now); break;
                case < 13: router.Receive(peer, new GossipRpc { Messages = [message] }, now, effects); break;
                case 15: router.Receive(peer, new GossipRpc { Subscriptions = [new GossipSubscription(false, Topic)] }, now, effects); break;
                case 16: router.Receive(peer, new GossipRpc { Grafts = [Topic] }, now, effects); break;
                case 17: router.Receive(peer, new GossipRpc { Prunes = [new GossipPrune(Topic, 3)] }, now, effects); break;
                case 18: router.Receive(peer, new GossipRpc { Haves = [new GossipHave(Topic, [message.Id])] }, now, effects); break;
                case 19: router.Receive(peer, new GossipRpc { Wants = [message.Id], DontWants = [message.Id] }, now, effects); break;
                case 20 when odd: router.Malformed(peer, now, effects); break;
                case 21: router.Publish(Keys[0], Topic, [1, 2, 3], now, effects); break;
                case 22 when odd: router.Unsubscribe(Topic, now, effects); break;
                default: router.Subscribe(Topic, now, effects); break;
            }
        };
    }

    /// <summary>A router with its own clock: what it says is text.</summary>
    private sealed class Pupil
    {
        private readonly List<GossipEffect> _effects = [];
        private readonly List<string> _said = [];

        public Pupil(bool restless, int seed)
        {
            Router = new GossipRouter(Keys[0].PeerId, Options, new Choices((ulong)seed)) { Restless = restless };
            Router.Subscribe(Topic, default, _effects);
        }

        public GossipRouter Router { get; }

        public int Beats { get; private set; }

        /// <summary>Lets the time pass up to an input, and takes it.</summary>
        /// <returns>All that it wanted meanwhile, with times, and how it stands.</returns>
        public string Take(Action<GossipRouter, List<GossipEffect>> input, Instant now)
        {
            _said.Clear();
            while (Router.NextWake <= now)
            {
                var at = Router.NextWake;
                Beats++;
                Router.Advance(at, _effects);
                Say(at);
            }

            input(Router, _effects);
            Say(now);
            _said.Add($"{string.Join(' ', Router.Mesh(Topic))}; {string.Join(' ', Peers.Select(Router.Score))}; {Router.InFlight} {Router.SeenCount}");
            return string.Join('\n', _said);
        }

        private void Say(Instant at)
        {
            for (var i = 0; i < _effects.Count; i++)
            {
                _said.Add($"{at} {Text(_effects[i])}");
                if (_effects[i] is GossipCheck check) Router.Checked(check.Message, check.Message.Id.Sequence % 7 > 0, at, _effects);
                if (_effects[i] is GossipDeliver deliver) Router.Judge(deliver.Message.Id, (GossipVerdict)(deliver.Message.Id.Sequence % 3), at, _effects);
            }

            _effects.Clear();
        }

        private static string Text(GossipEffect effect) => effect switch
        {
            GossipSend send => $"send {send.Peer} {Convert.ToHexString(send.Rpc.Encoded.Span)}",
            GossipCheck check => $"check {check.Message.Id}",
            GossipDeliver deliver => $"deliver {deliver.Message.Id}",
            GossipDrop drop => $"drop {drop.Peer}",
            _ => effect.ToString()!,
        };
    }
}
