// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Invites;

/// <summary>The way into a network: its id, and where one of its nodes listens. Signed by that node, handed on as one line.</summary>
/// <remarks>The line's form: <see cref="InviteLine"/>.</remarks>
/// <param name="Network">The network.</param>
/// <param name="Inviter">The node that invites.</param>
/// <param name="Addresses">Where it listens, without its peer id: 1 to <see cref="AddressesMost"/>, each at most <see cref="AddressBytes"/> bytes.</param>
/// <param name="ExpiresMs">Until when the line may be followed, Unix milliseconds.</param>
public sealed record Invite(NetworkId Network, PeerId Inviter, ImmutableArray<Multiaddr> Addresses, ulong ExpiresMs)
{
    /// <summary>Most addresses.</summary>
    public const int AddressesMost = 4;

    /// <summary>Most bytes of one address: a DNS name of usual length fits.</summary>
    public const int AddressBytes = 96;

    /// <summary>Most bytes of the signed payload.</summary>
    public const int PayloadBytes = 448;

    /// <summary>The last moment that a date can name, Unix milliseconds: the end of the year 9999.</summary>
    public const ulong LatestMs = 253_402_300_799_999;

    /// <summary>The addresses as one dials them, each ending in the inviter's peer id.</summary>
    public IEnumerable<Multiaddr> Dialable
    {
        get
        {
            foreach (var address in Addresses) yield return address.WithPeer(Inviter);
        }
    }

    /// <summary>Whether its time is over.</summary>
    /// <param name="nowMs">Own wall clock, Unix milliseconds.</param>
    /// <returns>True behind <see cref="ExpiresMs"/>.</returns>
    public bool IsOver(ulong nowMs) => nowMs > ExpiresMs;

    /// <summary>Signs the invite.</summary>
    /// <param name="signer">The inviter.</param>
    /// <returns>The line to hand on.</returns>
    public string ToLine(ISigner signer)
    {
        Invariant.Check(signer.PeerId == Inviter && Addresses.Length is > 0 and <= AddressesMost);
        var m = new V1.Invite { Network = Network.ToString(), ExpiresMs = ExpiresMs };
        foreach (var address in Addresses) m.Addresses.Add(Canonical.Bytes(address.Bytes));
        return InviteLine.Write(SignedEnvelope.Seal(signer, Domains.Signature, Domains.Invite, m.ToByteArray()).Bytes.Span);
    }

    /// <summary>Reads a line and checks who signed it; its time is not looked at.</summary>
    /// <param name="line">A person's text; white space in it and the case of letters do not count.</param>
    /// <returns>The invite.</returns>
    /// <exception cref="InviteException">The line is no whole, authentic invite of this version; says what is wrong and where.</exception>
    public static Invite FromLine(string line)
    {
        var bytes = InviteLine.Read(line);
        try
        {
            var envelope = SignedEnvelope.Decode(bytes, PayloadBytes);
            if (!envelope.PayloadType.Span.SequenceEqual(Domains.Invite)) throw new WireException("payload_type", "is not that of an invite");
            var invite = Decode(envelope);
            if (!envelope.Verify(Domains.Signature))
                throw new InviteException(InviteFault.NotAuthentic, $"The invite is not signed by {envelope.Signer}, whom it names: ask for a new line.");
            return invite;
        }
        catch (WireException e)
        {
            throw new InviteException(InviteFault.Malformed, $"The line is no valid invite ({e.Message}): ask for a new one.");
        }
    }

    private static Invite Decode(SignedEnvelope envelope)
    {
        var m = Canonical.Parse(V1.Invite.Parser, envelope.Payload, PayloadBytes, "invite");
        var addresses = Canonical.List(m.Addresses, AddressesMost, "addresses", Address);
        if (addresses.IsEmpty) throw new WireException("addresses", "missing");
        return new Invite(
            NetworkId.TryParse(m.Network) ?? throw new WireException("network", "is no network id"),
            envelope.Signer,
            addresses,
            Canonical.Within(m.ExpiresMs, 1, LatestMs, "expires_ms"));
    }

    private static Multiaddr Address(ByteString bytes, string field)
    {
        if (bytes.Length > AddressBytes) throw new WireException(field, $"{bytes.Length} bytes, limit {AddressBytes}");
        var address = Multiaddr.Decode(bytes.Span);
        return address.Peer.IsNone ? address : throw new WireException(field, "names a peer; it is the signer's");
    }
}
