// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PeerCompute.Base.Crypto;

/// <summary>Hashes a sequence of fields unambiguously: a domain label first, every field behind its 8-byte length.</summary>
/// <remarks>One rule for every identifier and commitment of PeerCompute: H(label, a, b) never equals H(label, a', b') unless the fields are equal.</remarks>
public sealed class HashBuilder
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Starts with a label.</summary>
    /// <param name="label">Domain label, for example <c>peercompute/1/lease-id</c>.</param>
    public HashBuilder(string label) => Add(Encoding.UTF8.GetBytes(label));

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">Any length.</param>
    /// <returns>This.</returns>
    public HashBuilder Add(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(8), bytes.Length);
        _buffer.Advance(8);
        _buffer.Write(bytes);
        return this;
    }

    /// <summary>Adds a hash.</summary>
    /// <param name="hash">The hash.</param>
    /// <returns>This.</returns>
    public HashBuilder Add(Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[32];
        hash.CopyTo(bytes);
        return Add(bytes);
    }

    /// <summary>Adds a number as 8 bytes, big-endian.</summary>
    /// <param name="number">The number.</param>
    /// <returns>This.</returns>
    public HashBuilder Add(ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return Add(bytes);
    }

    /// <summary>Adds text as UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>This.</returns>
    public HashBuilder Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of all that was added.</summary>
    /// <returns>SHA-256.</returns>
    public Hash32 Hash() => Hash32.Of(_buffer.WrittenSpan);
}
