// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Identity;

/// <summary>libp2p's PublicKey and PrivateKey messages (specs/peer-ids, "Keys") for Ed25519, the one type used here.</summary>
public static class KeyMessages
{
    /// <summary>Bytes of an Ed25519 PublicKey message.</summary>
    public const int PublicLength = 36;

    private const int Ed25519Type = 1;

    private static ReadOnlySpan<byte> PublicHead => [0x08, Ed25519Type, 0x12, 0x20];

    /// <summary>The PublicKey message of a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>36 bytes.</returns>
    public static byte[] EncodePublic(PeerId peer) => peer.ToBytes()[2..];

    /// <summary>Reads a PublicKey message; libp2p demands its one deterministic encoding.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The peer whose key it is.</returns>
    /// <exception cref="WireException">Not an Ed25519 key in that encoding.</exception>
    public static PeerId DecodePublic(ReadOnlySpan<byte> message)
    {
        if (message.Length != PublicLength || !message.StartsWith(PublicHead)) throw new WireException("public key", "not an Ed25519 key of 36 bytes");
        return PeerId.FromPublicKey(message[PublicHead.Length..]);
    }

    /// <summary>The PrivateKey message: seed, then public key. Secret.</summary>
    /// <param name="seed">32 bytes.</param>
    /// <param name="peer">The seed's peer.</param>
    /// <returns>68 bytes.</returns>
    public static byte[] EncodePrivate(ReadOnlySpan<byte> seed, PeerId peer) =>
        new ProtoWriter().Varint(1, Ed25519Type).Bytes(2, [.. seed, .. peer.PublicKey()]).ToArray();

    /// <summary>Reads a PrivateKey message: 64 bytes (seed, public key) or the old form of 96 (the public key twice).</summary>
    /// <param name="message">The message.</param>
    /// <returns>The 32-byte seed.</returns>
    /// <exception cref="WireException">Another type or length, or the public key is not the seed's.</exception>
    public static byte[] DecodePrivate(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message, 2);
        ulong type = 0;
        ReadOnlySpan<byte> data = [];
        while (reader.Next())
        {
            if (reader.Field == 1) type = reader.Varint("private key type");
            else if (reader.Field == 2) data = reader.Bytes("private key data", 96);
            else throw new WireException("private key", $"unknown field {reader.Field}", reader.Position);
        }

        if (type != Ed25519Type) throw new WireException("private key type", "only Ed25519 keys are supported");
        if (data.Length is not (64 or 96)) throw new WireException("private key data", $"{data.Length} bytes, expected 64 or 96");
        var publicKey = Ed25519.PublicKey(data[..32]);
        for (var at = 32; at < data.Length; at += 32)
        {
            if (!data.Slice(at, 32).SequenceEqual(publicKey)) throw new WireException("private key data", "the public key is not the seed's", at);
        }

        return data[..32].ToArray();
    }
}
