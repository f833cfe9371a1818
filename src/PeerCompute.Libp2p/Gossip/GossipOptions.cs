// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// Parameters of a router. Defaults are those of gossipsub v1.0 and v1.1 ("Parameters") unless said otherwise; counts are per topic where a mesh is meant.
/// </summary>
public sealed record GossipOptions
{
    /// <summary>The default options.</summary>
    public static GossipOptions Default { get; } = new();

    /// <summary>Mesh links wanted.</summary>
    public int Degree { get; init; } = 6;

    /// <summary>Fewer links are filled up (js-libp2p: 4).</summary>
    public int DegreeLow { get; init; } = 4;

    /// <summary>More links are cut back.</summary>
    public int DegreeHigh { get; init; } = 12;

    /// <summary>Links kept by score when cutting back.</summary>
    public int DegreeScore { get; init; } = 4;

    /// <summary>Links to peers that we dialled: the ones a stranger cannot force on us.</summary>
    public int DegreeOut { get; init; } = 2;

    /// <summary>Fewest peers outside the mesh that hear of recent messages.</summary>
    public int DegreeLazy { get; init; } = 6;

    /// <summary>One in so many of the peers outside the mesh hear of recent messages (gossip factor 0.25).</summary>
    public int GossipShare { get; init; } = 4;

    /// <summary>Time between heartbeats.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// From the first peer to the first heartbeat, up to a heartbeat more by chance. Short, so that a mesh forms soon (go-libp2p-pubsub and js-libp2p: 100 ms).
    /// </summary>
    public TimeSpan FirstHeartbeat { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Heartbeats for which a message can be asked for.</summary>
    public int History { get; init; } = 5;

    /// <summary>Heartbeats for which a message is told of.</summary>
    public int HistoryGossip { get; init; } = 3;

    /// <summary>How long peers for a topic that we only publish to are kept.</summary>
    public TimeSpan FanoutTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an id is remembered.</summary>
    public TimeSpan SeenTtl { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long pruned peers do not graft each other again.</summary>
    public TimeSpan PruneBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same after a topic was left.</summary>
    public TimeSpan UnsubscribeBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A GRAFT so soon after a PRUNE is a flood.</summary>
    public TimeSpan GraftFlood { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may take to send what it said it has.</summary>
    public TimeSpan WantFollowUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often one message is sent to one peer that asks for it.</summary>
    public int Retransmissions { get; init; } = 3;

    /// <summary>IHAVEs of one peer that are read between heartbeats.</summary>
    public int HavesPerBeat { get; init; } = 10;

    /// <summary>Ids asked of one peer between heartbeats (the specification's 5000 is the bound of one IHAVE; our topics carry tens a second).</summary>
    public int WantsPerBeat { get; init; } = 500;

    /// <summary>Bytes sent to one peer that asks, between heartbeats.</summary>
    public int AnswerBytesPerBeat { get; init; } = 512 * 1024;

    /// <summary>
    /// A message with at least so many bytes of payload is refused (IDONTWANT, gossipsub v1.2) from all others in the mesh as soon as it has come. Never by
    /// default: our offers are small, and seven refusals cost more than a copy.
    /// </summary>
    public int DontWantBytes { get; init; } = int.MaxValue;

    /// <summary>Ids of IDONTWANTs of one peer that are taken between heartbeats; the rest is left out.</summary>
    public int DontWantsPerBeat { get; init; } = 500;

    /// <summary>Whether our own messages go to all subscribers instead of the mesh.</summary>
    public bool FloodPublish { get; init; } = true;

    /// <summary>Longest payload that is flooded, bytes; longer ones go to the mesh.</summary>
    public int FloodBytes { get; init; } = 16 * 1024;

    /// <summary>Longest payload, bytes.</summary>
    public int DataBytes { get; init; } = new GossipLimits().DataBytes;

    /// <summary>New messages that one peer may have checked at once, before <see cref="MessageGap"/> applies; beyond they are dropped.</summary>
    public int MessageBurst { get; init; } = 1000;

    /// <summary>After a burst: time per new message of one peer.</summary>
    public TimeSpan MessageGap { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Which topics exist; null for all. Subscriptions to others are not remembered.</summary>
    public Predicate<string>? TopicAllowed { get; init; }

    /// <summary>Subscriptions remembered of one peer.</summary>
    public int TopicsPerPeer { get; init; } = 100;

    /// <summary>Topics remembered in all.</summary>
    public int Topics { get; init; } = 1000;

    /// <summary>Ids remembered at most; then the oldest goes early.</summary>
    public int Seen { get; init; } = 64 * 1024;

    /// <summary>Messages kept for peers that ask, at most; then the oldest goes early.</summary>
    public int Cached { get; init; } = 4096;

    /// <summary>Payload bytes kept for peers that ask, at most.</summary>
    public int CachedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Messages being checked or judged, at most; further ones are dropped and may come again.</summary>
    public int InFlight { get; init; } = 1024;

    /// <summary>The same, of those that one peer sent first.</summary>
    public int InFlightPerPeer { get; init; } = 256;

    /// <summary>How long checking and judging may take; then the message is let go.</summary>
    public TimeSpan JudgeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The sequence number before our first. Nanoseconds of the wall clock at the start make it rise over restarts.</summary>
    public ulong Sequence { get; init; }

    /// <summary>How scores are made.</summary>
    public GossipScoring Scoring { get; init; } = new();
}
