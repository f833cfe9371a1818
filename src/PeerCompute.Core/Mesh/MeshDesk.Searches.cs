// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;

namespace PeerCompute.Core.Mesh;

/// <content>Finding workers: providers of a bucket's shard are asked for their adverts; who fits is told to who searches.</content>
internal sealed partial class MeshDesk
{
    /// <summary>Longest search.</summary>
    private static readonly TimeSpan SearchMost = new(0, 0, 20);

    private readonly SearchList _searches = new();
    private readonly AdvertBook _adverts;
    private readonly OrderedMap<Hash32, (Needs Needs, int Wanted)> _asked = new(SearchList.Most);

    /// <summary>A worker that fits a job was found; given by the node's core.</summary>
    public Action<Hash32, HeldAdvert>? FoundWorker { get; set; }

    /// <summary>Wants workers for a job; the search begins after the event at hand.</summary>
    public void Want(Hash32 job, Needs needs, int wanted)
    {
        if (!_asked.IsFull) _asked[job] = (needs, wanted);
    }

    /// <summary>Wants workers for a question of the API.</summary>
    public void SearchWorkers(SearchWorkers e)
    {
        if (_searches.IsFull) _node.Effects.Add(new SearchEnded(e.Search, [], Explain(e.Needs), 0));
        else Start(new Search(default, e.Search, e.Needs, e.Wanted, _node.Now.Mono + SearchMost));
    }

    /// <summary>Why adverts that this node holds do not fit.</summary>
    public Explanation Explain(Needs needs)
    {
        var seen = new List<(Wire.Adverts.Capabilities Has, Wire.Adverts.Load? Load)>();
        foreach (var held in _adverts.All(_node.Now.Mono)) seen.Add((held.Capabilities, held.LoadAt(_node.Now.Mono)));
        return Explanation.Of(needs, seen);
    }

    public void AdvertCame(AdvertCame e)
    {
        var verdict = _adverts.Take(e.Advert, _node.Now);
        if (verdict is not (AdvertVerdict.Accepted or AdvertVerdict.Known))
        {
            NoAdvert(e.Advert.Owner);
            return;
        }

        foreach (var search in _searches.Items.ToArray())
        {
            if (search.Asked.Remove(e.Advert.Owner)) Look(search, e.Advert.Owner);
        }

        AdvanceSearches();
    }

    public void AdvertFailed(AdvertFailed e) => NoAdvert(e.Peer);

    private void NoAdvert(PeerId peer)
    {
        foreach (var search in _searches.Items)
        {
            if (search.Asked.Remove(peer)) search.Silent++;
        }

        AdvanceSearches();
    }

    private void Look(Search search, PeerId owner)
    {
        if (_adverts.Current(owner, _node.Now.Mono) is not { } held) return;
        if (Matcher.Match(search.Needs, held.Capabilities, held.LoadAt(_node.Now.Mono)).Length > 0 || !search.Fits.Add(owner)) return;
        if (search.Number == 0) FoundWorker?.Invoke(search.Job, held);
    }

    private void Start(Search search)
    {
        _searches.Add(search);
        foreach (var (peer, (facts, _)) in _facts)
        {
            if (facts.Network is not null && facts.KadServer) search.Add(new KadPeer(peer, facts.Addresses));
        }

        LookFurther(search);
        AdvanceSearches();
    }

    /// <summary>Asks the DHT for one shard of the next bucket.</summary>
    /// <returns>False where there is no further bucket, or nobody to ask.</returns>
    private bool LookFurther(Search search)
    {
        if (_kad.Contacts == 0 || !search.Buckets.TryDequeue(out var bucket)) return false;
        var key = new CapabilityBuckets(_node.Settings.Network).KeyFor(bucket, _levels, _node.Choices);
        search.Key = key;
        search.Query = _kad.FindProviders(key.Digest, BucketLevels.SplitAbove + 1, _node.Now.Mono, _kadEffects);
        Drain();
        return true;
    }

    private void Found(KadFound found)
    {
        foreach (var search in _searches.Items)
        {
            if (search.Query != found.Query) continue;
            foreach (var peer in found.Peers)
            {
                if (peer.Id != _node.Self && (!peer.Addresses.IsEmpty || _node.Up.Contains(peer.Id))) search.Add(peer);
            }
        }
    }

    private void Looked(KadDone done)
    {
        foreach (var search in _searches.Items)
        {
            if (search.Query != done.Query) continue;
            search.Query = 0;
            if (search.Key is { } key) _levels.Learn(key, done.Result.Peers.Length);
        }
    }

    /// <summary>Begins wanted searches, asks on, ends what is done.</summary>
    private void AdvanceSearches()
    {
        while (_asked.Count > 0 && !_searches.IsFull)
        {
            var (job, (needs, wanted)) = _asked.First;
            _asked.Remove(job);
            Start(new Search(job, 0, needs, wanted, _node.Now.Mono + SearchMost));
        }

        if (_searches.Items.Count == 0) return;
        foreach (var search in _searches.Items.ToArray())
        {
            do
            {
                while (search.Asked.Count < Search.AsksAtOnce && search.Waiting.TryDequeue(out var peer)) Ask(search, peer);
            }
            while (search.Idle && !search.Suffices && LookFurther(search));

            if (!search.Done(_node.Now.Mono)) continue;
            _searches.Remove(search);
            if (search.Number != 0) _node.Effects.Add(new SearchEnded(search.Number, Held(search), Explain(search.Needs), search.Silent));
        }
    }

    private ImmutableArray<HeldAdvert> Held(Search search)
    {
        var held = ImmutableArray.CreateBuilder<HeldAdvert>();
        foreach (var peer in search.Fits)
        {
            if (_adverts.Current(peer, _node.Now.Mono) is { } advert) held.Add(advert);
        }

        return held.ToImmutable();
    }

    private void Ask(Search search, KadPeer peer)
    {
        foreach (var other in _searches.Items)
        {
            // One question serves every search.
            if (other.Asked.Contains(peer.Id))
            {
                search.Asked.Add(peer.Id);
                return;
            }
        }

        search.Asked.Add(peer.Id);
        _node.Effects.Add(new AskAdvert(peer.Id, peer.Addresses, _adverts.QueryFor(peer.Id, _node.Now.Mono)));
    }
}
