// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Offers;

/// <summary>A sealed bid on its way through a via peer, which can read nothing of it but where it goes.</summary>
/// <param name="To">The issuer.</param>
/// <param name="Bid">The bid.</param>
public sealed record ForwardedBid(PeerId To, SealedBid Bid) : PeerMessage
{
    /// <summary>Reads a forwarded bid.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.BidBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing or the encoding is not canonical.</exception>
    public static ForwardedBid Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.ForwardedBid.Parser, bytes, WireLimits.BidBytes, "forwarded bid");
        return new ForwardedBid(Canonical.Peer(m.To, "to"), SealedBid.From(Canonical.Present(m.Bid, "bid")));
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Bid;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ForwardedBid;

    /// <inheritdoc/>
    public override byte[] Encode() => new V1.ForwardedBid { To = Canonical.Bytes(To), Bid = Bid.ToProto() }.ToByteArray();
}
