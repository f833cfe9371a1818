// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Identity;

/// <summary>
/// A signed payload (libp2p RFC 0002): public_key = 1, payload_type = 2, payload = 3, signature = 5; signed are domain, type and
/// payload, each behind its length as a varint. Equal when the bytes are equal.
/// </summary>
/// <param name="Signer">Whose key it carries. Proven only once <see cref="Verify"/> said so.</param>
/// <param name="PayloadType">What the payload is; 1 to 64 bytes.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Signature">64 bytes.</param>
/// <param name="Bytes">The whole envelope as received or made.</param>
public sealed record SignedEnvelope(
    PeerId Signer, ReadOnlyMemory<byte> PayloadType, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Longest payload type, bytes.</summary>
    public const int MaxPayloadType = 64;

    /// <summary>Most bytes that an envelope is longer than its payload.</summary>
    public const int MaxOverhead = 2 + KeyMessages.PublicLength + 2 + MaxPayloadType + 1 + 5 + 2 + Ed25519.SignatureLength;

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public Hash32 Hash => Hash32.Of(Bytes.Span);

    /// <summary>Signs a payload.</summary>
    /// <param name="signer">Who signs.</param>
    /// <param name="domain">Separates purposes; not empty, not in the envelope.</param>
    /// <param name="payloadType">1 to 64 bytes.</param>
    /// <param name="payload">Any length.</param>
    /// <returns>The envelope.</returns>
    public static SignedEnvelope Seal(ISigner signer, string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        Invariant.Check(domain.Length > 0 && payloadType.Length is > 0 and <= MaxPayloadType);
        Span<byte> signature = stackalloc byte[Ed25519.SignatureLength];
        signer.Sign(Signed(domain, payloadType, payload), signature);
        var bytes = new ProtoWriter()
            .Bytes(1, KeyMessages.EncodePublic(signer.PeerId)).Bytes(2, payloadType).Bytes(3, payload).Bytes(5, signature).ToArray();
        return Decode(bytes, payload.Length);
    }

    /// <summary>Reads an envelope; only its one canonical encoding is taken (fields in order, once, none empty, none unknown, shortest varints).</summary>
    /// <param name="bytes">A stranger's bytes; kept, not copied.</param>
    /// <param name="maxPayload">Longest payload allowed, bytes.</param>
    /// <returns>The envelope, its signature not checked yet.</returns>
    /// <exception cref="WireException">Another encoding, another kind of key, or a limit is broken.</exception>
    public static SignedEnvelope Decode(ReadOnlyMemory<byte> bytes, int maxPayload)
    {
        PeerId signer = default;
        ReadOnlyMemory<byte> type = default, payload = default, signature = default;
        var reader = new ProtoReader(bytes.Span, 4);
        var last = 0;
        while (reader.Next())
        {
            if (reader.Field <= last) throw new WireException("envelope", $"field {reader.Field} repeated or out of order", reader.Position);
            last = reader.Field;
            switch (reader.Field)
            {
                case 1: signer = KeyMessages.DecodePublic(Take(ref reader, bytes, "public_key", KeyMessages.PublicLength).Span); break;
                case 2: type = Take(ref reader, bytes, "payload_type", MaxPayloadType); break;
                case 3: payload = Take(ref reader, bytes, "payload", maxPayload); break;
                case 5: signature = Take(ref reader, bytes, "signature", Ed25519.SignatureLength); break;
                default: throw new WireException("envelope", $"unknown field {reader.Field}", reader.Position);
            }
        }

        if (signer.IsNone) throw new WireException("public_key", "missing");
        if (type.IsEmpty) throw new WireException("payload_type", "missing");
        if (signature.Length != Ed25519.SignatureLength) throw new WireException("signature", $"{signature.Length} bytes, expected 64");
        return new SignedEnvelope(signer, type, payload, signature, bytes);
    }

    /// <summary>Checks the signature under a domain.</summary>
    /// <param name="domain">As given to <see cref="Seal"/>.</param>
    /// <returns>True when <see cref="Signer"/> signed this payload under this domain.</returns>
    public bool Verify(string domain) => SignatureCheck.Verify(Signer, Signed(domain, PayloadType.Span, Payload.Span), Signature.Span);

    /// <inheritdoc/>
    public bool Equals(SignedEnvelope? other) => other is not null && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();

    private static ReadOnlyMemory<byte> Take(ref ProtoReader reader, ReadOnlyMemory<byte> bytes, string name, int maxLength)
    {
        var length = reader.Bytes(name, maxLength).Length;
        if (length == 0) throw new WireException(name, "empty but written", reader.Position);
        return bytes.Slice(reader.Position - length, length);
    }

    private static byte[] Signed(string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        var label = Encoding.UTF8.GetBytes(domain);
        var signed = new byte[(3 * Varint.MaxLength) + label.Length + payloadType.Length + payload.Length];
        var at = Prefixed(signed, 0, label);
        at = Prefixed(signed, at, payloadType);
        at = Prefixed(signed, at, payload);
        return signed[..at];
    }

    private static int Prefixed(Span<byte> destination, int at, ReadOnlySpan<byte> part)
    {
        at += Varint.Write(destination[at..], (ulong)part.Length);
        part.CopyTo(destination[at..]);
        return at + part.Length;
    }
}
