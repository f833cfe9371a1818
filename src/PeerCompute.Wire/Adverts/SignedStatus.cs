// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>A status with the bytes that were signed.</summary>
/// <param name="Status">The decoded status.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record SignedStatus(Status Status, SignedEnvelope Envelope)
{
    /// <summary>Signs a status of our own.</summary>
    /// <param name="signer">The node's key.</param>
    /// <param name="status">The status.</param>
    /// <returns>The signed status.</returns>
    public static SignedStatus Sign(ISigner signer, Status status)
        => new(status, SignedEnvelope.Seal(signer, Domains.Signature, Domains.Status, status.Encode()));

    /// <summary>Reads a signed status; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <returns>The signed status.</returns>
    /// <exception cref="WireException">Not an envelope of a status.</exception>
    public static SignedStatus Decode(ReadOnlyMemory<byte> bytes)
    {
        var envelope = SignedEnvelope.Decode(bytes, WireLimits.StatusBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Status)) throw new WireException("payload_type", "is not that of a status");
        return new SignedStatus(Status.Decode(envelope.Payload), envelope);
    }
}
