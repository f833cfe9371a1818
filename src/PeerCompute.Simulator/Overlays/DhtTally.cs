// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Simulator.Overlays;

/// <summary>What came of the queries of a DHT, judged by one who sees all nodes.</summary>
internal sealed class DhtTally(DhtStudy world, DhtPlan plan)
{
    // A stranger: nobody is told of itself, so no node of the world can ask for all.
    private static readonly PeerId Asker = PeerId.FromPublicKey(Hash32.Of([1]).ToArray());

    private readonly List<int> _requests = [];
    private readonly List<int> _depths = [];
    private readonly List<int> _walks = [];
    private readonly List<int> _stored = [];
    private readonly List<int> _provideMicros = [];
    private readonly List<int> _holding = [];
    private readonly List<int> _online = [];
    private readonly List<Provision> _provisions = [];
    private int _exact;
    private int _first;
    private int _checks;
    private int _worstQuartile = int.MaxValue;
    private KeyRing? _ring;

    public KeyRing Ring => _ring ??= new KeyRing(world.Peers);

    public int Lookups => _requests.Count;

    public List<int> LookupMicros { get; } = [];

    /// <summary>A lookup ended.</summary>
    public void LookedUp(int node, LookupWatch watch, KadResult result)
    {
        _requests.Add(result.Requests);
        _walks.Add(watch.Walked);
        LookupMicros.Add((int)(world.Now - watch.Began));
        var closest = Ring.Closest(watch.Target, plan.Options.K, i => i != node && world.Node(i) is not null);
        _depths.Add(watch.Depth(closest.Select(i => world.Peers[i].Id)));
        var found = result.Peers.Select(p => world.IndexOf(p.Id)).ToArray();
        if (found.AsSpan().SequenceEqual(closest.ToArray())) _exact++;
        if (found.Length > 0 && closest.Count > 0 && found.Contains(closest[0])) _first++;
    }

    /// <summary>A node begins to provide a key.</summary>
    public void Provided(Provision provision) => _provisions.Add(provision);

    /// <summary>It is announced.</summary>
    public void Announced(int node, KadDone done)
    {
        if (_provisions.Find(p => p.Node == node && p.Query == done.Query && p.Holders.Length == 0) is not { } provision) return;
        provision.Holders = [.. done.Result.Peers.Select(p => world.IndexOf(p.Id))];
        _stored.Add(done.Result.Stored);
        _provideMicros.Add((int)(world.Now - provision.Began));
    }

    /// <summary>Asks every holder that is up whether it still hands the provider out.</summary>
    public void CheckHolders()
    {
        List<int> online = [];
        foreach (var provision in _provisions)
        {
            if (provision.Holders.Length == 0) continue;
            var (up, holding) = Held(provision);
            online.Add(up);
            _online.Add(up);
            _holding.Add(holding);
        }

        if (online.Count == 0) return;
        _checks++;
        online.Sort();
        _worstQuartile = Math.Min(_worstQuartile, TimeRanks.Of(online, 250));
    }

    public IReadOnlyList<Figure> Figures()
    {
        var survived = _provisions.Count(p => p.Holders.Length > 0 && Held(p).Holding > 0);
        foreach (var list in new[] { _requests, _depths, _walks, _stored, _provideMicros, _holding, _online, LookupMicros }) list.Sort();
        List<Figure> figures =
        [
            new("up_at_end", world.Up),
            new("table_size", Contacts()),
            new("questions", world.Questions),
            new("failures", world.Failures),
            new("bytes_per_node_second", world.NodeMicros == 0 ? 0 : world.Bytes / (world.NodeMicros / 1e6)),
        ];
        if (Lookups > 0) figures.AddRange(LookupFigures());
        if (_provisions.Count > 0) figures.AddRange(ProvideFigures(survived));
        return figures;
    }

    private Figure[] LookupFigures() =>
    [
        new("lookups", Lookups),
        new("lookup_exact_share", (double)_exact / Lookups),
        new("lookup_closest_share", (double)_first / Lookups),
        new("lookup_requests", TimeRanks.Mean(_requests)),
        new("lookup_depth", TimeRanks.Mean(_depths)),
        new("lookup_depth_p50", TimeRanks.Of(_depths, 500)),
        new("lookup_depth_p95", TimeRanks.Of(_depths, 950)),
        new("lookup_hops_p50", TimeRanks.Of(_walks, 500)),
        new("lookup_hops_p90", TimeRanks.Of(_walks, 900)),
        new("lookup_p50_ms", TimeRanks.Of(LookupMicros, 500) / 1000.0),
        new("lookup_p95_ms", TimeRanks.Of(LookupMicros, 950) / 1000.0),
        new("lookup_p99_ms", TimeRanks.Of(LookupMicros, 990) / 1000.0),
        new("lookup_max_ms", TimeRanks.Of(LookupMicros, 1000) / 1000.0),
    ];

    private Figure[] ProvideFigures(int survived) =>
    [
        new("provided", _provisions.Count),
        new("provide_ended", _stored.Count),
        new("provide_stored_p5", TimeRanks.Of(_stored, 50)),
        new("provide_stored_p50", TimeRanks.Of(_stored, 500)),
        new("provide_stored_p90", TimeRanks.Of(_stored, 900)),
        new("provide_p50_ms", TimeRanks.Of(_provideMicros, 500) / 1000.0),
        new("provide_p90_ms", TimeRanks.Of(_provideMicros, 900) / 1000.0),
        new("record_survival", _stored.Count == 0 ? 0 : (double)survived / _stored.Count),
        new("holder_checks", _checks),
        new("holders_online_q1_least", _checks == 0 ? 0 : _worstQuartile),
        new("holders_online_p50", TimeRanks.Of(_online, 500)),
        new("holders_holding_p50", TimeRanks.Of(_holding, 500)),
    ];

    private double Contacts()
    {
        long sum = 0;
        for (var i = 0; i < world.Count; i++) sum += world.Node(i)?.Contacts ?? 0;
        return world.Up == 0 ? 0 : (double)sum / world.Up;
    }

    private (int Up, int Holding) Held(Provision provision)
    {
        int up = 0, holding = 0;
        var request = new KadMessage(KadType.GetProviders, KadKey.Multihash(provision.Key));
        var provider = world.Peers[provision.Node].Id;
        foreach (var holder in provision.Holders)
        {
            if (holder == provision.Node || world.Node(holder) is not { } node) continue;
            up++;
            if (node.Answer(Asker, request, new Instant(world.Now))!.ProviderPeers.Any(p => p.Id == provider)) holding++;
        }

        return (up, holding);
    }
}
