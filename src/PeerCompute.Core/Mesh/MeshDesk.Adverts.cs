// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Mesh;

/// <content>The node's own advert and the buckets that lead to it; the DHT's questions and answers.</content>
internal sealed partial class MeshDesk
{
    /// <summary>How often the levels of the own buckets are looked at anew; about as often as provider records are announced again.</summary>
    private static readonly TimeSpan LevelsEvery = new(1, 0, 0);

    /// <summary>Number of the one question of a light node that belongs to no query: who else is there. Nobody is dialled for it.</summary>
    private const long AskAround = 0;

    private readonly BucketLevels _levels = new();
    private readonly OrderedSet<Hash32> _provided = new();
    private readonly OrderedMap<long, BucketKey> _looks = new();
    private AdvertDesk? _advert;
    private Capabilities? _host;
    private Capabilities? _own;
    private Instant _nextPublish = Instant.Never;
    private bool _unpublished = true; // nobody was there to announce the buckets to

    /// <summary>How busy the worker's desk is; given by the node's core.</summary>
    public Func<(uint Busy, uint Queue)>? Business { get; set; }

    public void AddressesChanged(ImmutableArray<Multiaddr> addresses)
    {
        _node.Addresses = [.. addresses.AsSpan(0, Math.Min(addresses.Length, Contact.AddressesMost))];
        _kad.Addresses = addresses;
        Renew();
    }

    public void CapabilitiesKnown(Capabilities capabilities)
    {
        _host = capabilities;
        Renew();
    }

    /// <summary>What is lent, or where, has changed: so do the advert and its buckets.</summary>
    public void Renew()
    {
        if (_host is not { } host) return;
        var settings = _node.Settings;
        _own = (host with
        {
            Slots = settings.TakesWork ? settings.Slots : 0,
            Limits = new TaskLimits(settings.MemoryBytes, settings.FuelMost, settings.WallMsMost, host.Limits.OutputBytes),
            Isolation = settings.Isolation,
            NativeIsolation = settings.NativeIsolation,
            DeviceIsolation = Granted(settings),
            PriceFloorMicro = settings.PerTaskMicro,
            Runtimes = Runtimes(host, settings),
            Addresses = [.. _kad.Addresses.AsSpan(0, Math.Min(_kad.Addresses.Length, WireLimits.AdvertAddresses))],
        }).Fitting();
        Publish();
        Drain();
    }

    /// <summary>What a node runs: its engine, and the host runtimes that it offers. Images stand in no advert: who wants one asks for bids.</summary>
    private static ImmutableArray<AdvertRuntime> Runtimes(Capabilities host, NodeSettings settings)
    {
        var semantics = ImmutableArray.CreateBuilder<string>();
        var any = false;
        foreach (var native in settings.Natives)
        {
            if (native.Leave != NativeLeave.Allowed) continue;
            any = true;
            if (native.Semantics is { IsImage: false, Card: "" } && semantics.Count < WireLimits.AdvertItems) semantics.Add(native.Semantics.ToString());
        }

        if (!any || IsolationRank.Of(settings.NativeIsolation) == 0) return host.Runtimes;
        var version = host.Runtimes.Length > 0 ? host.Runtimes[0].Version : "1";
        return host.Runtimes.Insert(0, new AdvertRuntime(Topics.Native, version, semantics.DrainToImmutable())); // native before wasm
    }

    /// <summary>The class of what is granted a card: one for all of it, as the walls are the same.</summary>
    private static string Granted(NodeSettings settings)
    {
        foreach (var native in settings.Natives)
        {
            if (native is { Isolation.Length: > 0, Leave: NativeLeave.Allowed }) return native.Isolation;
        }

        return "";
    }

    public void AdvertAsked(AdvertAsked e)
    {
        var answer = _own is { } own && _advert is { } desk ? desk.Answer(e.Query, own, LoadNow(own), _node.Now) : null;
        _node.Effects.Add(new AnswerAdvert(e.Ticket, answer));
    }

    public void KadAsked(KadAsked e)
    {
        try
        {
            _node.Effects.Add(new AnswerKad(e.Ticket, _kad.Answer(e.From, e.Request, _node.Now.Mono), ""));
        }
        catch (WireException wrong)
        {
            _node.Effects.Add(new AnswerKad(e.Ticket, null, wrong.Message));
        }
    }

    public void KadAnswered(KadAnswered e)
    {
        if (e.Query == AskAround) _neighbours.Named(e.Response?.CloserPeers ?? []);
        _kad.Answered(e.Query, e.Peer, e.Response, _node.Now.Mono, _kadEffects);
        Drain();
    }

    public void KadFailed(KadFailed e)
    {
        _kad.Failed(e.Query, e.Peer, _node.Now.Mono, _kadEffects);
        Drain();
    }

    private Load LoadNow(Capabilities own)
    {
        var (busy, queue) = Business?.Invoke() ?? default;
        return new Load(_node.Settings.Lends, own.Slots > busy ? own.Slots - busy : 0, queue, _node.Settings.PerTaskMicro);
    }

    /// <summary>Announces the buckets that the advert belongs to, and no others. A node that lends nothing, or cannot be dialled, is in none.</summary>
    private void Publish()
    {
        _unpublished = _kad.Contacts == 0;
        if (_own is not { } own || _unpublished) return;
        var keys = new OrderedMap<Hash32, BucketKey>();
        if (own.Slots > 0 && !own.Addresses.IsEmpty && !_node.Settings.Light)
        {
            foreach (var key in new CapabilityBuckets(_node.Settings.Network).KeysFor(_node.Self, own, _levels)) keys[key.Digest] = key;
        }

        foreach (var digest in new List<Hash32>(_provided))
        {
            if (keys.ContainsKey(digest)) continue;
            _kad.StopProviding(digest);
            _provided.Remove(digest);
        }

        foreach (var key in keys.Values)
        {
            if (_provided.Add(key.Digest)) _kad.Provide(key.Digest, _node.Now.Mono, _kadEffects);
            if (_nextPublish <= _node.Now.Mono) _looks[_kad.FindProviders(key.Digest, BucketLevels.SplitAbove + 1, _node.Now.Mono, _kadEffects)] = key;
        }

        if (_nextPublish <= _node.Now.Mono || _nextPublish == Instant.Never)
            _nextPublish = _node.Now.Mono + _node.Choices.Span(LevelsEvery, LevelsEvery + new TimeSpan(LevelsEvery.Ticks / 4));
    }

    private void Do(KadEffect effect)
    {
        switch (effect)
        {
            case KadAsk ask:
                _node.Effects.Add(new AskKad(ask.Query, ask.Peer, ask.Addresses, ask.Request));
                break;
            case KadFound found:
                Found(found);
                break;
            case KadDone done when _looks.TryGetValue(done.Query, out var key):
                _looks.Remove(done.Query);
                _levels.Learn(key, done.Result.Peers.Length);
                break;
            case KadDone done:
                Looked(done);
                break;
        }
    }
}
