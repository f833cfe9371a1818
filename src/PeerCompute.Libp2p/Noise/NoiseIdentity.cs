// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Noise;

/// <summary>A node's static Noise key with the signature that ties it to its identity: made once per process, in memory only, used for every
/// handshake.</summary>
public sealed class NoiseIdentity
{
    private const string Label = "noise-libp2p-static-key:";

    /// <summary>A new static key.</summary>
    /// <param name="signer">The node's identity.</param>
    /// <param name="secrets">Where the key comes from.</param>
    public NoiseIdentity(ISigner signer, Secrets secrets)
        : this(signer, secrets.Bytes(X25519.KeyLength))
    {
    }

    internal NoiseIdentity(ISigner signer, byte[] secret)
    {
        PeerId = signer.PeerId;
        Secret = secret;
        PublicKey = X25519.PublicKey(secret);
        Signature = new byte[Ed25519.SignatureLength];
        signer.Sign(Signed(PublicKey), Signature);
    }

    /// <summary>Whose key it is.</summary>
    public PeerId PeerId { get; }

    internal byte[] Secret { get; }

    internal byte[] PublicKey { get; }

    internal byte[] Signature { get; }

    /// <summary>What an identity signs for a static key.</summary>
    internal static byte[] Signed(ReadOnlySpan<byte> staticKey) => [.. Encoding.UTF8.GetBytes(Label), .. staticKey];
}
