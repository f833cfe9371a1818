// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Wire.Adverts;

/// <summary>A node's own advert.</summary>
/// <param name="Profile">The profile; absent where the asker holds it already.</param>
/// <param name="Status">The status.</param>
public sealed record AdvertAnswer(SignedProfile? Profile, SignedStatus Status) : PeerMessage
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = WireLimits.ProfileBytes + WireLimits.StatusBytes + (2 * (SignedEnvelope.MaxOverhead + 4));

    /// <summary>Reads an answer; signatures are not checked here.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireException">A part is no signed part of an advert, or the two do not belong together.</exception>
    public static AdvertAnswer Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.AdvertAnswer.Parser, bytes, MaxBytes, "advert");
        if (m.Status.IsEmpty) throw new WireException("status", "missing");
        var status = SignedStatus.Decode(m.Status.Memory);
        if (m.Profile.IsEmpty) return new AdvertAnswer(null, status);
        var profile = SignedProfile.Decode(m.Profile.Memory);
        if (status.Status.Profile != profile.Hash) throw new WireException("status.profile", "is another than the one beside it");
        if (status.Envelope.Signer != profile.Envelope.Signer) throw new WireException("status", "is signed by another than the profile");
        return new AdvertAnswer(profile, status);
    }

    /// <inheritdoc/>
    public override string Protocol => Protocols.Advert;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.AdvertAnswer;

    /// <inheritdoc/>
    public override byte[] Encode()
    {
        var m = new V1.AdvertAnswer { Status = Canonical.Bytes(Status.Envelope.Bytes) };
        if (Profile is not null) m.Profile = Canonical.Bytes(Profile.Envelope.Bytes);
        return m.ToByteArray();
    }
}
