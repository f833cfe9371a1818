// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Offers;

/// <summary>A worker's answer to an offer. Signed by the worker; the header's context is the offer id.</summary>
/// <param name="Header">Common header.</param>
/// <param name="OfferId">The offer.</param>
/// <param name="Worker">Who would work.</param>
/// <param name="PerTaskMicro">Price of one accepted task, micro-units.</param>
/// <param name="Slots">Leases the worker would run at a time.</param>
/// <param name="ValidUntilMs">Until when it may be awarded, Unix milliseconds.</param>
/// <param name="SealingKey">X25519 key for the spec, 32 bytes.</param>
/// <param name="Semantics">Engine semantics id that the worker runs.</param>
/// <param name="Isolation">Isolation class.</param>
/// <param name="Addresses">Where the issuer can dial the worker.</param>
public sealed record Bid(
    Header Header,
    Hash32 OfferId,
    PeerId Worker,
    ulong PerTaskMicro,
    uint Slots,
    ulong ValidUntilMs,
    ReadOnlyMemory<byte> SealingKey,
    string Semantics,
    string Isolation,
    ImmutableArray<Multiaddr> Addresses)
{
    /// <summary>Hash of a bid as leases name it.</summary>
    /// <param name="envelope">The signed bid.</param>
    /// <returns>The hash.</returns>
    public static Hash32 HashOf(SignedEnvelope envelope) =>
        new HashBuilder("peercompute/1/bid").Add(envelope.Signer.ToBytes()).Add(envelope.Payload.Span).Hash();

    /// <summary>Reads a bid.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.BidBytes"/>.</param>
    /// <returns>The bid.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Bid Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Bid.Parser, bytes, WireLimits.BidBytes, "bid");
        return new Bid(
            Header.From(m.Header),
            Canonical.Hash(m.OfferId, "offer_id"),
            Canonical.Peer(m.Worker, "worker"),
            Canonical.Within(m.PerTaskMicro, 0, WireLimits.PriceMicro, "per_task_micro"),
            (uint)Canonical.Within(m.Slots, 1, 1024, "slots"),
            Canonical.Within(m.ValidUntilMs, 1, long.MaxValue, "valid_until_ms"),
            SealingKeys.From(m.SealingKey),
            Canonical.Text(m.Semantics, WireLimits.NameBytes, "semantics"),
            Canonical.Text(m.Isolation, WireLimits.NameBytes, "isolation"),
            Contact.ReadAddresses(m.Addresses, "addresses"));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode()
    {
        var m = new V1.Bid
        {
            Header = Header.ToProto(),
            OfferId = Canonical.Bytes(OfferId),
            Worker = Canonical.Bytes(Worker),
            PerTaskMicro = PerTaskMicro,
            Slots = Slots,
            ValidUntilMs = ValidUntilMs,
            SealingKey = Canonical.Bytes(SealingKey),
            Semantics = Semantics,
            Isolation = Isolation,
        };
        foreach (var address in Addresses) m.Addresses.Add(Canonical.Bytes(address.Bytes));
        return m.ToByteArray();
    }
}
