// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Scenarios;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Reads <c>dht</c> of an overlay.</summary>
internal static class DhtReader
{
    private const int QueriesMost = 1_000_000;

    public static DhtPlan Read(YamlMap map)
    {
        var plan = new DhtPlan
        {
            Options = Options(map),
            PerfectTables = map.Text("tables", "join", "join", "perfect") == "perfect",
            Contacts = map.Count("contacts", 3, 1, 1000),
            Lookups = Queries(map.Map("lookups")),
            Provides = Queries(map.Map("provides")),
            Churn = map.Map("churn") is { } churn ? Churn(churn) : null,
            Leave = map.Map("leave") is { } leave ? Leave(leave) : null,
            CheckMicros = map.Time("check", 0, Second, 30 * Day),
        };
        map.Done();
        return plan;
    }

    /// <summary>The node's own parameters; what is not said is the daemon's.</summary>
    private static KadOptions Options(YamlMap map)
    {
        var usual = new KadOptions();
        return usual with
        {
            K = map.Count("k", usual.K, 1, KadMessage.MaxCloser),
            Alpha = map.Count("alpha", usual.Alpha, 1, 1000),
            RefreshInterval = Time(map, "refresh", usual.RefreshInterval),
            FirstRefreshDelay = Time(map, "first_refresh", usual.FirstRefreshDelay),
            RepublishInterval = Time(map, "republish", usual.RepublishInterval),
            ProviderExpiry = Time(map, "provider_expiry", usual.ProviderExpiry),
            Patience = Time(map, "patience", usual.Patience),
            QueryTimeout = Time(map, "query_timeout", usual.QueryTimeout),
        };
    }

    private static QueryPlan Queries(YamlMap? map)
    {
        if (map is null) return new QueryPlan(0, 0, 1);
        var plan = new QueryPlan(
            map.Count("count", -1, 0, QueriesMost), map.Time("first", 10 * Second, 0, 30 * Day), map.Time("every", 100_000, 1, Day));
        map.Done();
        return plan;
    }

    private static ChurnPlan Churn(YamlMap map)
    {
        var plan = new ChurnPlan
        {
            SharePpm = map.Share("share", 1_000_000),
            Up = ClassReader.Life(map, "up", 300 * Second, Second),
            Down = ClassReader.Life(map, "down", 30 * Second, 1000),
        };
        map.Done();
        return plan;
    }

    private static LeavePlan Leave(YamlMap map)
    {
        var plan = new LeavePlan(map.Time("at", 60 * Second, 0, 30 * Day), map.Share("share", 500_000));
        map.Done();
        return plan;
    }

    private static TimeSpan Time(YamlMap map, string key, TimeSpan usual) => new(map.Time(key, usual.Ticks / 10, 1000, 30 * Day) * 10);
}
