// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Messages;

/// <summary>One message between two nodes: a kind byte and the canonical body.</summary>
public abstract record PeerMessage
{
    /// <summary>Longest frame of any kind in bytes.</summary>
    public const int MaxFrameBytes = WireLimits.EntriesBytes + 1;

    /// <summary>The stream protocol it travels on.</summary>
    public abstract string Protocol { get; }

    /// <summary>What it is.</summary>
    public abstract MessageKind Kind { get; }

    /// <summary>The canonical body.</summary>
    /// <returns>Bytes without the kind.</returns>
    public abstract byte[] Encode();

    /// <summary>The whole frame.</summary>
    /// <returns>Kind byte and body.</returns>
    public byte[] Frame()
    {
        var body = Encode();
        var frame = new byte[body.Length + 1];
        frame[0] = (byte)Kind;
        body.CopyTo(frame, 1);
        return frame;
    }

    /// <summary>Longest frame that may come on a protocol, in bytes.</summary>
    /// <param name="protocol">One of <see cref="Protocols"/>.</param>
    /// <returns>The bound to enforce before allocating.</returns>
    public static int MaxFrame(string protocol) => protocol switch
    {
        Protocols.Offer => WireLimits.OfferBytes + 257,
        Protocols.Bid => WireLimits.BidBytes + 1,
        Protocols.Lease => MaxFrameBytes,
        Protocols.Advert => AdvertAnswer.MaxBytes + 1,
        _ => 0,
    };

    /// <summary>Reads a frame; signatures are not checked here.</summary>
    /// <param name="protocol">The protocol it came on.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">Not a message of this protocol.</exception>
    public static PeerMessage Decode(string protocol, ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty) throw new WireException("frame", "empty");
        if (frame.Length > MaxFrame(protocol)) throw new WireException("frame", $"{frame.Length} bytes, limit {MaxFrame(protocol)}");
        var kind = (MessageKind)frame.Span[0];
        var body = frame[1..];
        return (protocol, kind) switch
        {
            (Protocols.Offer, MessageKind.Offer) => OfferMessage.Decode(body),
            (Protocols.Bid, MessageKind.SealedBid) => SealedBid.Decode(body),
            (Protocols.Bid, MessageKind.ForwardedBid) => ForwardedBid.Decode(body),
            (Protocols.Bid, MessageKind.Decline) => Decline.Decode(body),
            (Protocols.Lease, MessageKind.Entries) => EntriesMessage.Decode(body),
            (Protocols.Lease, MessageKind.Sync) => SyncMessage.Decode(body),
            (Protocols.Lease, MessageKind.Secrets) => SecretsMessage.Decode(body),
            (Protocols.Lease, MessageKind.Live) => LiveMessage.Decode(body),
            (Protocols.Lease, MessageKind.Checkpoint) => CheckpointMessage.Decode(body),
            (Protocols.Advert, MessageKind.AdvertQuery) => AdvertQuery.Decode(body),
            (Protocols.Advert, MessageKind.AdvertAnswer) => AdvertAnswer.Decode(body),
            _ => throw new WireException("frame", $"kind {(byte)kind} does not belong on {protocol}"),
        };
    }
}
