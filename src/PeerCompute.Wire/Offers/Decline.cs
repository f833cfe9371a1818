// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Offers;

/// <summary>Why a worker does not bid.</summary>
public enum DeclineReason
{
    /// <summary>All slots are taken.</summary>
    Busy = 1,

    /// <summary>The price ceiling is below the worker's price.</summary>
    Price = 2,

    /// <summary>A task needs more memory than the worker lends.</summary>
    Memory = 3,

    /// <summary>The worker does not run this engine semantics.</summary>
    Semantics = 4,

    /// <summary>The deadline cannot be kept.</summary>
    Deadline = 5,

    /// <summary>A limit of the task is beyond what the worker accepts.</summary>
    Limits = 6,

    /// <summary>The worker's own clock is off.</summary>
    Clock = 7,

    /// <summary>The owner's rules.</summary>
    Policy = 8,

    /// <summary>The offer's bid window is over.</summary>
    Expired = 9,

    /// <summary>Verification, price or placement terms the worker does not take.</summary>
    Terms = 10,

    /// <summary>The worker sees whether it may have the offer's image, or fetches it: it bids when it is there.</summary>
    Fetching = 11,
}

/// <summary>A worker's no, with what would have to change.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">For people; what is sent of it is cut to <see cref="WireLimits.NameBytes"/>, as it quotes whatever went wrong.</param>
public sealed record Decline(Hash32 OfferId, DeclineReason Reason, string Detail) : PeerMessage
{
    /// <summary>Reads a decline.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.BidBytes"/>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static Decline Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.Decline.Parser, bytes, WireLimits.BidBytes, "decline");
        return new Decline(
            Canonical.Hash(m.OfferId, "offer_id"),
            (DeclineReason)Canonical.Within((ulong)m.Reason, 1, (ulong)DeclineReason.Fetching, "reason"),
            Canonical.Text(m.Detail, WireLimits.NameBytes, "detail"));
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Bid;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Decline;

    /// <inheritdoc/>
    public override byte[] Encode() => new V1.Decline
    {
        OfferId = Canonical.Bytes(OfferId),
        Reason = (V1.Decline.Types.Reason)Reason,
        Detail = Printable.Cut(Detail, WireLimits.NameBytes),
    }.ToByteArray();
}
