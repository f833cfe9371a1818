// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// Journal before promise: the entries of a lease, offers and bids that a house machine says are durable when they leave, and in the journal with which every
/// later life begins, but for what a disk lost that had called it durable.
/// </summary>
internal sealed class PromiseRules(Simulation world, Cast cast) : Observer
{
    private readonly HashSet<Hash32>[] _durable = Sets(world.Nodes.Length);
    private readonly HashSet<Hash32>[] _said = Sets(world.Nodes.Length);

    public override void Durable(SimNode node, JournalEntry entry)
    {
        if (PromiseOf(entry) is { } promise) _durable[node.Index].Add(promise);
    }

    public override void Lost(SimNode node, JournalEntry entry)
    {
        if (PromiseOf(entry) is not { } promise) return;
        _durable[node.Index].Remove(promise);
        _said[node.Index].Remove(promise);
    }

    public override void Started(SimNode node)
    {
        var kept = _durable[node.Index];
        kept.Clear();
        foreach (var entry in node.Disk.Entries) Durable(node, entry);
        foreach (var promise in _said[node.Index])
        {
            if (!kept.Contains(promise)) world.Violate("promises", $"node {node.Index} begins life {node.Life} without {promise.Short()}, which it had said");
        }
    }

    public override void Said(SimNode node, Say say)
    {
        if (!say.Binding || !cast.IsHonest(node.Index)) return;
        switch (say.Message)
        {
            case EntriesMessage entries:
                foreach (var item in entries.Items)
                {
                    if (item.Envelope.Signer == node.Signer.PeerId) Check(node, item.Hash, item.Entry.Body.GetType().Name);
                }

                break;
            case OfferMessage offer when offer.Offer.Issuer == node.Signer.PeerId:
                Check(node, offer.Id, "Offer");
                break;
            case SealedBid bid:
                Check(node, OfBid(bid.OfferId), "Bid");
                break;
            case ForwardedBid forwarded:
                Check(node, OfBid(forwarded.Bid.OfferId), "Bid");
                break;
            default:
                break;
        }
    }

    /// <summary>What an entry bears out; null for entries that are said to nobody.</summary>
    private static Hash32? PromiseOf(JournalEntry entry) => entry switch
    {
        EntryKept kept => kept.Kept.Hash,
        OfferMade made => OfferMessage.Decode(made.Envelope.Bytes).Id,
        BidMade made => OfBid(OfferMessage.Decode(made.Offer.Bytes).Id),
        _ => null,
    };

    private static Hash32 OfBid(Hash32 offer) => new HashBuilder("peercompute/1/simulated-bid").Add(offer.ToArray()).Hash();

    private static HashSet<Hash32>[] Sets(int count) => [.. Enumerable.Range(0, count).Select(static _ => new HashSet<Hash32>())];

    private void Check(SimNode node, Hash32 promise, string what)
    {
        _said[node.Index].Add(promise);
        if (!_durable[node.Index].Contains(promise)) world.Violate("promises", $"node {node.Index} said {what} {promise.Short()}, which is not durable");
    }
}
