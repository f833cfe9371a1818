// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Identity;

/// <summary>A node's identity: an Ed25519 key pair, and a sealing key derived from the same seed.</summary>
public sealed class KeyPair : ISigner
{
    private const string SealingLabel = "peercompute/1/sealing";

    private readonly byte[] _seed;
    private readonly byte[] _publicKey;
    private readonly byte[] _sealingSecret;

    private KeyPair(ReadOnlySpan<byte> seed)
    {
        Invariant.Check(seed.Length == Ed25519.KeyLength);
        _seed = seed.ToArray();
        _publicKey = Ed25519.PublicKey(seed);
        _sealingSecret = Hkdf.Derive(seed, [], SealingLabel, X25519.KeyLength);
        PeerId = PeerId.FromPublicKey(_publicKey);
        SealingKey = X25519.PublicKey(_sealingSecret);
    }

    /// <inheritdoc/>
    public PeerId PeerId { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> SealingKey { get; }

    /// <summary>The pair of a seed.</summary>
    /// <param name="seed">32 secret bytes; copied.</param>
    /// <returns>The pair.</returns>
    public static KeyPair FromSeed(ReadOnlySpan<byte> seed) => new(seed);

    /// <summary>The pair of a libp2p PrivateKey message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The pair.</returns>
    /// <exception cref="Errors.WireException">Not an Ed25519 private key.</exception>
    public static KeyPair FromPrivateKeyMessage(ReadOnlySpan<byte> message) => new(KeyMessages.DecodePrivate(message));

    /// <summary>The libp2p PrivateKey message. Secret.</summary>
    /// <returns>68 bytes.</returns>
    public byte[] ToPrivateKeyMessage() => KeyMessages.EncodePrivate(_seed, PeerId);

    /// <inheritdoc/>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => Ed25519.Sign(_seed, _publicKey, message, signature);

    /// <inheritdoc/>
    public byte[]? Open(ReadOnlySpan<byte> box, string label, ReadOnlySpan<byte> associated) => SealedBox.Open(_sealingSecret, box, label, associated);

    /// <inheritdoc/>
    public byte[] Derive(string label, ReadOnlySpan<byte> context) => Hkdf.Derive(_seed, context, "peercompute/1/derive/" + label, 32);
}
