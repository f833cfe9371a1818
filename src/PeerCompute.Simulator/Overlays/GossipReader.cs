// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Scenarios;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Reads <c>gossip</c> of an overlay.</summary>
internal static class GossipReader
{
    private const int BytesMost = 8 * 1024 * 1024;
    private const int DeliveriesMost = 100_000_000;
    private const int StrangersMost = 2_000_000;

    public static GossipPlan Read(YamlMap map, int nodes, long durationMicros)
    {
        var messages = map.Map("messages") is { } said ? Messages(said, nodes) : new MessagePlan(1, 1, 100, 10 * Second, Second);
        var last = messages.FirstMicros + ((messages.Count - 1) * messages.EveryMicros);
        if (last >= durationMicros)
        {
            throw map.Bad("messages", $"has its last one at {last / Second} s, but the run ends at {durationMicros / Second} s: "
                + "raise 'duration', or lower 'count'");
        }

        var plan = new GossipPlan
        {
            Topology = OverlayReader.Topology(map, nodes),
            Options = Options(map.Map("mesh"), messages.Bytes),
            Messages = messages,
            Join = map.Has("join") ? map.Times("join", default, 0, Day) : null,
            Validation = map.Times("validation", default, 0, 60 * Second),
            SilentPpm = map.Share("silent", 0),
            Sybils = map.Map("sybils") is { } sybils ? Sybils(sybils, nodes) : null,
        };
        map.Done();
        return plan;
    }

    private static MessagePlan Messages(YamlMap map, int nodes)
    {
        var plan = new MessagePlan(
            map.Count("publishers", 1, 1, nodes), map.Count("count", 1, 1, 1_000_000), map.Count("bytes", 100, sizeof(long), BytesMost),
            map.Time("first", 10 * Second, 0, 30 * Day), map.Time("every", Second, 1, Day));
        if ((long)plan.Count * nodes > DeliveriesMost)
            throw map.Bad("count", $"times {nodes} nodes is above {DeliveriesMost} deliveries, all of which are kept");
        map.Done();
        return plan;
    }

    /// <summary>The router's own parameters; what is not said is the daemon's.</summary>
    private static GossipOptions Options(YamlMap? map, int bytes)
    {
        var usual = GossipOptions.Default;
        var roomy = usual with { DataBytes = Math.Max(usual.DataBytes, bytes), CachedBytes = Math.Max(usual.CachedBytes, 64 * bytes) };
        if (map is null) return roomy;
        var options = roomy with
        {
            Degree = map.Count("d", usual.Degree, 1, 1000),
            DegreeLow = map.Count("d_lo", usual.DegreeLow, 0, 1000),
            DegreeHigh = map.Count("d_hi", usual.DegreeHigh, 1, 1000),
            DegreeScore = map.Count("d_score", usual.DegreeScore, 0, 1000),
            DegreeOut = map.Count("d_out", usual.DegreeOut, 0, 1000),
            DegreeLazy = map.Count("d_lazy", usual.DegreeLazy, 0, 1000),
            GossipShare = map.Count("gossip_share", usual.GossipShare, 1, 1_000_000),
            Heartbeat = Time(map, "heartbeat", usual.Heartbeat),
            FirstHeartbeat = Time(map, "first_heartbeat", usual.FirstHeartbeat),
            History = map.Count("history", usual.History, 1, 1000),
            HistoryGossip = map.Count("history_gossip", usual.HistoryGossip, 0, 1000),
            PruneBackoff = Time(map, "prune_backoff", usual.PruneBackoff),
            DontWantBytes = map.Count("dont_want", usual.DontWantBytes, 0, int.MaxValue),
            FloodPublish = map.Text("flood_publish", usual.FloodPublish ? "true" : "false", "true", "false") == "true",
        };
        var (low, high) = (options.DegreeLow <= options.Degree, options.Degree <= options.DegreeHigh);
        if (!low || !high || options.DegreeScore > options.Degree || 2 * options.DegreeOut > options.Degree)
            throw map.Bad("d", "and its neighbours keep d_lo <= d <= d_hi, d_score <= d, d_out <= d / 2");
        if (options.HistoryGossip > options.History) throw map.Bad("history_gossip", "is at most 'history'");
        map.Done();
        return options;
    }

    private static SybilPlan Sybils(YamlMap map, int nodes)
    {
        var plan = new SybilPlan(
            map.Count("per_node", -1, 1, 10_000), map.Time("at", 0, 0, 30 * Day), map.Time("graft_every", 0, 1000, Day),
            map.Text("boast", "false", "true", "false") == "true");
        if ((long)plan.PerNode * nodes > StrangersMost) throw map.Bad("per_node", $"times {nodes} nodes is above {StrangersMost}");
        map.Done();
        return plan;
    }

    private static TimeSpan Time(YamlMap map, string key, TimeSpan usual) => new(map.Time(key, usual.Ticks / 10, 1000, 30 * Day) * 10);
}
