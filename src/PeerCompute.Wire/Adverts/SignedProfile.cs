// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>A profile with the bytes that were signed.</summary>
/// <param name="Profile">The decoded profile.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record SignedProfile(Profile Profile, SignedEnvelope Envelope)
{
    /// <summary>What statuses and queries name it by.</summary>
    public Hash32 Hash { get; } = Envelope.Hash;

    /// <summary>Signs a profile of our own.</summary>
    /// <param name="signer">The node's key.</param>
    /// <param name="profile">The profile.</param>
    /// <returns>The signed profile.</returns>
    public static SignedProfile Sign(ISigner signer, Profile profile)
        => new(profile, SignedEnvelope.Seal(signer, Domains.Signature, Domains.Profile, profile.Encode()));

    /// <summary>Reads a signed profile; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <returns>The signed profile.</returns>
    /// <exception cref="WireException">Not an envelope of a profile.</exception>
    public static SignedProfile Decode(ReadOnlyMemory<byte> bytes)
    {
        var envelope = SignedEnvelope.Decode(bytes, WireLimits.ProfileBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Profile)) throw new WireException("payload_type", "is not that of a profile");
        return new SignedProfile(Profile.Decode(envelope.Payload), envelope);
    }
}
