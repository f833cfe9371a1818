// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <content>What strangers ask.</content>
public sealed partial class KadNode
{
    /// <summary>Answers a stranger's request.</summary>
    /// <param name="from">The proven asker.</param>
    /// <param name="request">What it asks.</param>
    /// <param name="now">The time.</param>
    /// <returns>The response; null where none is due.</returns>
    /// <exception cref="WireException">The request is malformed, breaks a rule or a bound, or this node is a client: the stream is to be reset.</exception>
    public KadMessage? Answer(PeerId from, KadMessage request, Instant now)
    {
        if (!Server) throw new WireException("kad", "this node is a client");
        if (request.Key.Length is 0 or > KadMessage.MaxKey && request.Type != KadType.Ping)
            throw new WireException("key", $"{request.Key.Length} bytes, 1 to {KadMessage.MaxKey} allowed");
        switch (request.Type)
        {
            case KadType.FindNode: return Respond(request, Closer(from, request));
            case KadType.GetProviders: return Respond(request, Closer(from, request)) with { ProviderPeers = ProvidersOf(from, request, now) };
            case KadType.GetValue: return ValueOf(from, request, now);
            case KadType.Ping: return Respond(request, []);
            case KadType.AddProvider:
                TakeProvider(from, request, now);
                return null;
            default:
                TakeValue(from, request, now);
                return Respond(request, []) with { Record = request.Record };
        }
    }

    private static KadMessage Respond(KadMessage request, ImmutableArray<KadPeer> closer) => new(request.Type, request.Key) { CloserPeers = closer };

    // The asker needs nobody to tell it of itself; this node is named only to who looks for it.
    private ImmutableArray<KadPeer> Closer(PeerId from, KadMessage request)
    {
        var target = request.Target;
        var closer = ImmutableArray.CreateBuilder<KadPeer>(_options.K);
        if (target == Point && !Addresses.IsEmpty) closer.Add(new KadPeer(_self, Addresses).Trimmed());
        foreach (var peer in _table.Closest(target, _options.K + 1, reliable: true))
        {
            if (peer.Id != from && closer.Count < _options.K) closer.Add(peer.Trimmed());
        }

        return closer.DrainToImmutable();
    }

    private ImmutableArray<KadPeer> ProvidersOf(PeerId from, KadMessage request, Instant now)
    {
        var key = DigestOf(request);
        var sample = _providers.Sample(key, now, _choices, from);
        if (!_own.ContainsKey(key) || Addresses.IsEmpty) return sample;
        var own = new KadPeer(_self, Addresses).Trimmed();
        return [own, .. sample.Take(KadMessage.MaxProviders - 1)];
    }

    private void TakeProvider(PeerId from, KadMessage request, Instant now)
    {
        var key = DigestOf(request);
        foreach (var provider in request.ProviderPeers)
        {
            if (provider.Id != from || provider.Addresses.IsEmpty) continue;
            _providers.Add(key, provider, now);
            PurgeLater(now);
            return;
        }

        throw new WireException("providerPeers", "the sender with an address is not among them");
    }

    private KadMessage ValueOf(PeerId from, KadMessage request, Instant now)
    {
        RecordStore.Rules(request.Key.Span, _options);
        return Respond(request, Closer(from, request)) with { Record = _records.Get(request.Key.Span, now) };
    }

    private void TakeValue(PeerId from, KadMessage request, Instant now)
    {
        if (request.Record is not { } record) throw new WireException("record", "missing");
        if (!record.Key.Span.SequenceEqual(request.Key.Span)) throw new WireException("record key", "another than the message's");
        if (record.Value.Length > KadRecord.MaxValue) throw new WireException("record value", $"{record.Value.Length} bytes, limit {KadRecord.MaxValue}");
        _records.Put(from, record, now);
        PurgeLater(now);
    }

    private static Hash32 DigestOf(KadMessage request) =>
        KadKey.TryRead(request.Key.Span, out var digest) ? digest : throw new WireException("key", "not a sha2-256 multihash of 34 bytes");
}
