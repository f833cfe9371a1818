// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Offers;

/// <summary>A bid as it travels: only the issuer of the offer can read it.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="Box">Sealed envelope of the bid.</param>
public sealed record SealedBid(Hash32 OfferId, ReadOnlyMemory<byte> Box) : PeerMessage
{
    /// <summary>Reads a sealed bid.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.BidBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">A field is missing or the encoding is not canonical.</exception>
    public static SealedBid Decode(ReadOnlyMemory<byte> bytes)
    {
        return From(Canonical.Parse(V1.SealedBid.Parser, bytes, WireLimits.BidBytes, "sealed bid"));
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Bid;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.SealedBid;

    /// <inheritdoc/>
    public override byte[] Encode() => ToProto().ToByteArray();

    internal V1.SealedBid ToProto() => new() { OfferId = Canonical.Bytes(OfferId), Box = Canonical.Bytes(Box) };

    internal static SealedBid From(V1.SealedBid m)
        => new(Canonical.Hash(m.OfferId, "offer_id"), m.Box.IsEmpty ? throw new WireException("box", "missing") : m.Box.Memory);
}
