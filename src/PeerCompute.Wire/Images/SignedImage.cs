// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Images;

/// <summary>A publisher's word for an image, and the envelope in which it travels.</summary>
/// <param name="Word">The decoded word.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record SignedImage(ImageSignature Word, SignedEnvelope Envelope)
{
    /// <summary>Longest envelope in bytes.</summary>
    public const int MaxBytes = ImageSignature.MaxBytes + SignedEnvelope.MaxOverhead;

    /// <summary>Signatures that one image keeps; a publisher has one each.</summary>
    public const int PerImage = 4;

    /// <summary>Signs an image.</summary>
    /// <param name="signer">The publisher.</param>
    /// <param name="digest">SHA-256 of the image's manifest.</param>
    /// <param name="nowMs">Own wall clock, Unix milliseconds.</param>
    /// <returns>Word and envelope.</returns>
    public static SignedImage Sign(ISigner signer, Hash32 digest, ulong nowMs)
    {
        var word = new ImageSignature(digest, nowMs);
        return new SignedImage(word, SignedEnvelope.Seal(signer, Domains.Signature, Domains.Image, word.Encode()));
    }

    /// <summary>Reads a signed word; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope, at most <see cref="MaxBytes"/>.</param>
    /// <returns>Word and envelope.</returns>
    /// <exception cref="WireException">Not an envelope of such a word.</exception>
    public static SignedImage Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw new WireException("signature", $"{bytes.Length} bytes, limit {MaxBytes}");
        var envelope = SignedEnvelope.Decode(bytes, ImageSignature.MaxBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Image)) throw new WireException("payload_type", "is not that of an image");
        return new SignedImage(ImageSignature.Decode(envelope.Payload), envelope);
    }

    /// <summary>Whether the envelope's signer signed this very image.</summary>
    /// <param name="digest">SHA-256 of the image's manifest.</param>
    /// <returns>True when signature and digest are good.</returns>
    public bool IsGoodFor(Hash32 digest) => Word.Digest == digest && Envelope.Verify(Domains.Signature);
}
