// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>An entry with the signed bytes it came in.</summary>
public sealed class KeptEntry
{
    private KeptEntry(Entry entry, SignedEnvelope envelope)
    {
        Entry = entry;
        Envelope = envelope;
        Hash = envelope.Hash;
    }

    /// <summary>The decoded entry.</summary>
    public Entry Entry { get; }

    /// <summary>The signed bytes.</summary>
    public SignedEnvelope Envelope { get; }

    /// <summary>SHA-256 of the signed bytes: what links name.</summary>
    public Hash32 Hash { get; }

    /// <summary>Signs an entry of our own.</summary>
    /// <param name="signer">Our key.</param>
    /// <param name="entry">What to sign.</param>
    /// <returns>The signed entry.</returns>
    public static KeptEntry Sign(ISigner signer, Entry entry)
        => new(entry, SignedEnvelope.Seal(signer, Domains.Signature, Domains.Entry, entry.Encode()));

    /// <summary>Reads an envelope that holds an entry; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope's bytes.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="WireException">Not an envelope of an entry.</exception>
    public static KeptEntry Decode(ReadOnlyMemory<byte> bytes)
    {
        var envelope = SignedEnvelope.Decode(bytes, WireLimits.EntryBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Entry)) throw new WireException("payload_type", "is not that of an entry");
        return new KeptEntry(Entry.Decode(envelope.Payload), envelope);
    }
}
