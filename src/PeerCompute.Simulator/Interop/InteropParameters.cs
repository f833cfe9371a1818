// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Simulator.Interop;

/// <summary>Parameters by the names of go-libp2p-pubsub's GossipSubParams; spans are nanoseconds. What our router has no word for is left out.</summary>
internal static class InteropParameters
{
    private const int Bytes = 10 * 1024 * 1024;
    private const double NanosMost = 86_400e9;

    /// <summary>
    /// What every router has before the script speaks: go-libp2p-pubsub floods nothing unless told so, takes messages of 10 MiB, refuses copies from 1 KiB on.
    /// </summary>
    public static GossipOptions Usual { get; } = GossipOptions.Default with
    {
        FloodPublish = false,
        DataBytes = Bytes,
        CachedBytes = 64 * Bytes,
        DontWantBytes = 1024,
    };

    public static GossipOptions Read(JsonElement said) => Usual with
    {
        Degree = Count(said, "D", Usual.Degree),
        DegreeLow = Count(said, "Dlo", Usual.DegreeLow),
        DegreeHigh = Count(said, "Dhi", Usual.DegreeHigh),
        DegreeScore = Count(said, "Dscore", Usual.DegreeScore),
        DegreeOut = Count(said, "Dout", Usual.DegreeOut),
        DegreeLazy = Count(said, "Dlazy", Usual.DegreeLazy),
        GossipShare = Share(said, Usual.GossipShare),
        History = Count(said, "HistoryLength", Usual.History),
        HistoryGossip = Count(said, "HistoryGossip", Usual.HistoryGossip),
        Retransmissions = Count(said, "GossipRetransmission", Usual.Retransmissions),
        FirstHeartbeat = Span(said, "HeartbeatInitialDelay", Usual.FirstHeartbeat),
        Heartbeat = Span(said, "HeartbeatInterval", Usual.Heartbeat),
        FanoutTtl = Span(said, "FanoutTTL", Usual.FanoutTtl),
        PruneBackoff = Span(said, "PruneBackoff", Usual.PruneBackoff),
        UnsubscribeBackoff = Span(said, "UnsubscribeBackoff", Usual.UnsubscribeBackoff),
        GraftFlood = Span(said, "GraftFloodThreshold", Usual.GraftFlood),
        WantFollowUp = Span(said, "IWantFollowupTime", Usual.WantFollowUp),
        DontWantBytes = Count(said, "IDontWantMessageThreshold", Usual.DontWantBytes),
        HavesPerBeat = Count(said, "MaxIHaveMessages", Usual.HavesPerBeat),
        WantsPerBeat = Math.Min(Count(said, "MaxIHaveLength", Usual.WantsPerBeat), ushort.MaxValue),
    };

    private static int Count(JsonElement said, string name, int usual)
        => said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.GetInt32() is >= 0 and <= 1_000_000 and var count
            ? count : usual;

    private static TimeSpan Span(JsonElement said, string name, TimeSpan usual)
        => said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= NanosMost and var nanos
            ? new TimeSpan((long)(nanos / 100)) : usual;

    /// <summary>GossipFactor is a share of the peers; ours is one in so many.</summary>
    private static int Share(JsonElement said, int usual)
    {
        if (!said.TryGetProperty("GossipFactor", out var value) || value.ValueKind != JsonValueKind.Number) return usual;
        var factor = value.GetDouble();
        return factor <= 0 ? int.MaxValue : (int)Math.Clamp(Math.Round(1 / factor), 1, 1_000_000);
    }
}
