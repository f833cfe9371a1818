// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>A router in a storm of everything at random: it never throws, and its rules hold after every step.</summary>
internal sealed class GossipRandomTests
{
    private static readonly string[] Topics = ["a", "b", "c", "d", "no"];
    private static readonly KeyPair[] Keys = [.. Enumerable.Range(1, 12).Select(i => KeyPair.FromSeed([.. new byte[31], (byte)i]))];
    private static readonly PeerId[] Peers = [.. Keys.Skip(1).Select(k => k.PeerId)];

    private static readonly GossipMessage[] Messages =
        [.. Enumerable.Range(0, 200).Select(i => GossipMessage.Sign(Keys[i % 12], (ulong)(i / 24), Topics[i % 4], new byte[i % 7]))];

    private static readonly GossipOptions Options = new()
    {
        Degree = 3, DegreeLow = 2, DegreeHigh = 4, DegreeScore = 1, DegreeOut = 1, DegreeLazy = 2, Seen = 40, Cached = 10, CachedBytes = 1000, InFlight = 12,
        InFlightPerPeer = 6, FanoutTtl = TimeSpan.FromSeconds(3), PruneBackoff = TimeSpan.FromSeconds(4), UnsubscribeBackoff = TimeSpan.FromSeconds(2),
        JudgeTimeout = TimeSpan.FromSeconds(5), SeenTtl = TimeSpan.FromSeconds(8), Topics = 4, TopicsPerPeer = 3, TopicAllowed = t => t != "no",
        FloodPublish = false, Sequence = 1000, Scoring = new GossipScoring { Retained = 3 },
    };

    [Test]
    public void It_holds_its_rules_whatever_comes([Range(1, 20)] int seed)
    {
        var choices = new Choices((ulong)seed);
        var router = new GossipRouter(Keys[0].PeerId, Options, new Choices(choices.Next()));
        var up = new HashSet<PeerId>();
        var asked = new List<GossipMessage>();
        var judged = new List<MessageId>();
        var delivered = new List<MessageId>();
        var now = new Instant(1);
        for (var step = 0; step < 3000; step++)
        {
            now += TimeSpan.FromMilliseconds(choices.Below(100));
            var effects = new List<GossipEffect>();
            Step(router, choices, up, asked, judged, now, effects);
            foreach (var effect in effects)
            {
                if (effect is GossipSend send && !up.Contains(send.Peer)) Assert.Fail("sent to a peer that is gone");
                if (effect is GossipCheck check) asked.Add(check.Message);
                if (effect is not GossipDeliver deliver) continue;
                judged.Add(deliver.Message.Id);
                delivered.Add(deliver.Message.Id);
            }

            if (Broken(router, up) is { } rule) Assert.Fail($"step {step}: {rule}");
        }

        Assert.That(delivered, Is.Not.Empty.And.Unique, "nothing is delivered twice, not even when it was forgotten");
        Assert.That(delivered.Select(id => id.Author), Does.Not.Contain(Keys[0].PeerId));
    }

    /// <summary>The rule that does not hold, null when all do.</summary>
    private static string? Broken(GossipRouter router, HashSet<PeerId> up)
    {
        if (router.InFlight < 0 || router.InFlight > Options.InFlight) return "messages in flight";
        if (router.SeenCount > Options.Seen) return "ids seen";
        if (router.NextWake != Instant.Never && up.Count == 0) return "wakes for peers alone";
        foreach (var topic in Topics)
        {
            var subscribers = new HashSet<PeerId>(router.Subscribers(topic));
            if (subscribers.Count != router.Subscribers(topic).Count || !subscribers.IsSubsetOf(up)) return "subscribers are connected, each once";
            if (!subscribers.IsSupersetOf(router.Mesh(topic))) return "the mesh is of subscribers";
        }

        return null;
    }

    private static void Step(
        GossipRouter router, Choices choices, HashSet<PeerId> up, List<GossipMessage> asked, List<MessageId> judged, Instant now, List<GossipEffect> effects)
    {
        var peer = Peers[choices.Below(Peers.Length)];
        var topic = Topics[choices.Below(4)];
        switch (choices.Below(16))
        {
            case 0:
                up.Add(peer);
                router.PeerUp(peer, choices.Below(2) == 0, now, effects);
                break;
            case 1 when choices.Below(4) == 0:
                up.Remove(peer);
                router.PeerDown(peer, now);
                break;
            case 2: router.Subscribe(Topics[choices.Below(3)], now, effects); break;
            case 3 when choices.Below(4) == 0: router.Unsubscribe(topic, now, effects); break;
            case 4: router.Publish(Keys[0], Topics[choices.Below(3)], new byte[choices.Below(30)], now, effects); break;
            case 5 or 6 when asked.Count > 0: router.Checked(Taken(asked, choices), choices.Below(20) > 0, now, effects); break;
            case 7 or 8 when judged.Count > 0:
                router.Judge(Taken(judged, choices), choices.Below(30) == 0 ? GossipVerdict.Reject : (GossipVerdict)(2 * choices.Below(2)), now, effects);
                break;
            case 9 or 10: router.Advance(now, effects); break;
            default: router.Receive(peer, Rpc(choices), now, effects); break;
        }
    }

    private static T Taken<T>(List<T> list, Choices choices)
    {
        var at = choices.Below(list.Count);
        var item = list[at];
        if (choices.Below(4) > 0) list.RemoveAt(at); // the rest is said again
        return item;
    }

    private static GossipRpc Rpc(Choices choices)
    {
        T[] Some<T>(int most, Func<T> make) => [.. Enumerable.Range(0, choices.Below(3) == 0 ? choices.Below(most + 1) : 0).Select(_ => make())];
        string Topic() => Topics[choices.Below(Topics.Length)];
        GossipMessage Message() => Messages[choices.Below(Messages.Length)];
        return new GossipRpc
        {
            Subscriptions = [.. Some(3, () => new GossipSubscription(choices.Below(3) > 0, Topic()))],
            Messages = [.. Some(3, () => choices.Below(8) == 0 ? Forged(Message(), choices) : Message())],
            Haves = [.. Some(3, () => new GossipHave(Topic(), [.. Some(4, () => Message().Id)]))],
            Wants = [.. Some(4, () => Message().Id)],
            DontWants = [.. Some(4, () => Message().Id)],
            Grafts = [.. Some(2, Topic)],
            Prunes = [.. Some(2, () => new GossipPrune(Topic(), choices.Below(5)))],
        };
    }

    private static GossipMessage Forged(GossipMessage message, Choices choices)
    {
        var bytes = message.Bytes.ToArray();
        bytes[^(1 + choices.Below(2))] ^= (byte)(1 + choices.Below(3));
        return GossipMessage.Decode(bytes, 100);
    }
}
