// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Base.Identity;

/// <summary>
/// A libp2p peer id (specs/peer-ids). Only Ed25519 identities exist here, so it is the 32-byte public key behind the constant head
/// of its identity multihash. By value; ordered by key bytes. The default value is <see cref="None"/>: a zero key belongs to nobody,
/// as it is a point of small order.
/// </summary>
/// <remarks>One word that leads to the key: a node keeps an id in a dozen tables, a simulated network in a dozen of each node.</remarks>
public readonly struct PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    /// <summary>Bytes of the multihash.</summary>
    public const int Length = 38;

    private const int CidLength = 40;
    private const int MaxTextLength = 65; // a CID in base32 with its prefix

    private readonly Holder? _holder;

    private PeerId(ReadOnlySpan<byte> key) => _holder = new Holder(new Hash32(key));

    /// <summary>Nobody.</summary>
    public static PeerId None => default;

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => _holder is null;

    private Hash32 Key => _holder is null ? default : _holder.Key;

    // Identity multihash (0x00) of 36 bytes: the PublicKey message {type = Ed25519, data of 32 bytes}.
    private static ReadOnlySpan<byte> Head => [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

    /// <summary>The id of an Ed25519 public key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <returns>The id.</returns>
    /// <exception cref="WireException">Another length, or all zero.</exception>
    public static PeerId FromPublicKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Ed25519.KeyLength) throw new WireException("peer id", $"public key of {key.Length} bytes, expected 32");
        if (!key.ContainsAnyExcept((byte)0)) throw new WireException("peer id", "public key is all zero");
        return new PeerId(key);
    }

    /// <summary>Whether two ids are one.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when their keys are equal.</returns>
    public static bool operator ==(PeerId left, PeerId right) => left.Equals(right);

    /// <summary>Whether two ids differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when their keys differ.</returns>
    public static bool operator !=(PeerId left, PeerId right) => !left.Equals(right);

    /// <summary>From the multihash.</summary>
    /// <param name="multihash">38 bytes: 00 24 08 01 12 20 and the key.</param>
    /// <returns>The id.</returns>
    /// <exception cref="WireException">Anything else.</exception>
    public static PeerId FromBytes(ReadOnlySpan<byte> multihash)
    {
        if (multihash.Length != Length || !multihash.StartsWith(Head))
            throw new WireException("peer id", "not the identity multihash of an Ed25519 key (38 bytes)");
        return FromPublicKey(multihash[Head.Length..]);
    }

    /// <summary>From text: base58btc (<c>12D3KooW…</c>) or CIDv1 in base32 (<c>bafz…</c>).</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="WireException">Neither.</exception>
    public static PeerId Parse(string text)
    {
        if (text.Length is 0 or > MaxTextLength) throw new WireException("peer id", $"{text.Length} characters, limit {MaxTextLength}");
        if (text[0] != 'b') return FromBytes(Base58.Decode(text));
        var cid = Base32.Decode(text.AsSpan(1));
        if (cid.Length != CidLength || cid[0] != 1 || cid[1] != 0x72) throw new WireException("peer id", "not a CIDv1 of a libp2p key");
        return FromBytes(cid.AsSpan(2));
    }

    /// <summary>The first eight bytes of the key, big-endian: ids in their order have these in order.</summary>
    public ulong FirstWord => Key.First64;

    /// <summary>SHA-256 of the multihash, the place in Kademlia's key space; made once for all copies of the id. Not for <see cref="None"/>.</summary>
    public Hash32 Digest
    {
        get
        {
            Invariant.Check(_holder is not null);
            return _holder.Digest;
        }
    }

    /// <summary>Writes the 32-byte public key.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void CopyKeyTo(Span<byte> destination) => Key.CopyTo(destination);

    /// <summary>The public key.</summary>
    /// <returns>32 new bytes.</returns>
    public byte[] PublicKey() => Key.ToArray();

    /// <summary>The multihash. Not for <see cref="None"/>.</summary>
    /// <returns>38 new bytes.</returns>
    public byte[] ToBytes()
    {
        Invariant.Check(_holder is not null);
        var bytes = new byte[Length];
        _holder.CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(PeerId other) => ReferenceEquals(_holder, other._holder)
        || (_holder is not null && other._holder is not null && _holder.Key == other._holder.Key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PeerId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _holder is null ? 0 : _holder.Hash;

    /// <inheritdoc/>
    public int CompareTo(PeerId other) => ReferenceEquals(_holder, other._holder) ? 0 : Key.CompareTo(other.Key);

    /// <summary>Base58, as libp2p shows it; <c>none</c> for <see cref="None"/>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => IsNone ? "none" : Base58.Encode(ToBytes());

    /// <summary>The last eight characters, for people (the first ones are alike in all ids).</summary>
    /// <returns>The text.</returns>
    public string Short() => IsNone ? "none" : ToString()[^8..];

    private sealed class Holder(Hash32 key)
    {
        public readonly Hash32 Key = key;
        public readonly int Hash = (int)key.First64 ^ (int)(key.First64 >> 32);
        private Hash32 _digest;
        private bool _digested; // threads may share an id: two that make its digest at once write the same

        public Hash32 Digest
        {
            get
            {
                if (!Volatile.Read(ref _digested)) MakeDigest();
                return _digest;
            }
        }

        public void CopyTo(Span<byte> multihash)
        {
            Head.CopyTo(multihash);
            Key.CopyTo(multihash[Head.Length..]);
        }

        private void MakeDigest()
        {
            Span<byte> multihash = stackalloc byte[Length];
            CopyTo(multihash);
            _digest = Hash32.Of(multihash);
            Volatile.Write(ref _digested, true);
        }
    }
}
