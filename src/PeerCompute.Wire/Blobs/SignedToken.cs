// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>A blob token and the envelope in which it travels.</summary>
/// <param name="Token">The decoded token.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record SignedToken(BlobToken Token, SignedEnvelope Envelope)
{
    /// <summary>Longest envelope in bytes.</summary>
    public const int MaxBytes = BlobToken.MaxBytes + SignedEnvelope.MaxOverhead;

    /// <summary>Signs a token of our own.</summary>
    /// <param name="signer">The key of the job's issuer.</param>
    /// <param name="token">The token.</param>
    /// <returns>Token and envelope.</returns>
    public static SignedToken Sign(ISigner signer, BlobToken token)
        => new(token, SignedEnvelope.Seal(signer, Domains.Signature, Domains.BlobToken, token.Encode()));

    /// <summary>Reads a signed token; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope, at most <see cref="MaxBytes"/>.</param>
    /// <returns>Token and envelope.</returns>
    /// <exception cref="WireException">Not an envelope of a token.</exception>
    public static SignedToken Decode(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw new WireException("token", $"{bytes.Length} bytes, limit {MaxBytes}");
        var envelope = SignedEnvelope.Decode(bytes, BlobToken.MaxBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.BlobToken)) throw new WireException("payload_type", "is not that of a blob token");
        return new SignedToken(BlobToken.Decode(envelope.Payload), envelope);
    }

    /// <summary>Checks the signature.</summary>
    /// <returns>True when the envelope's signer signed this token.</returns>
    public bool IsGood() => Envelope.Verify(Domains.Signature);
}
