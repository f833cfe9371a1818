// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Offers of jobs that nobody has, and the gossip that carries them.</summary>
internal static class Offers
{
    /// <summary>A good offer that any worker bids on.</summary>
    public static OfferMessage Of(KeyPair key, ImmutableArray<Contact> via, Func<Offer, Offer>? change = null)
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var offer = new Offer
        {
            Header = new Header(new Incarnation(1, 7), 0, new Hash32(RandomNumberGenerator.GetBytes(32)), Rules.Hash, now),
            Issuer = key.PeerId,
            Steward = key.PeerId,
            SpecHash = new Hash32(RandomNumberGenerator.GetBytes(32)),
            Class = "wasm",
            Semantics = NodeSettings.WasmSemantics,
            Tasks = 1,
            Limits = new TaskLimits(1 << 20, 1000, 1000, 1000),
            ModuleBytes = 100,
            InputBytes = 0,
            DeadlineMs = now + 60_000,
            BidEndMs = now + 60_000,
            PriceCeilingMicro = 10_000,
            Verification = VerificationTerms.Issuer,
            Price = new PriceTerms("credit", 0),
            Placement = new PlacementTerms(1, 1, ""),
            SealingKey = key.SealingKey,
            Via = via,
            ReachStartPpm = 1_000_000,
            ReachDoubleMs = 1000,
        };
        return OfferMessage.Sign(key, change is null ? offer : change(offer));
    }

    /// <summary>The gossip of an offer by an author, who may be another than its issuer.</summary>
    public static GossipRpc Gossip(KeyPair author, ulong sequence, OfferMessage offer)
        => new() { Messages = [GossipMessage.Sign(author, sequence, HostilePeer.Offers, offer.Envelope.Bytes.Span)] };
}
