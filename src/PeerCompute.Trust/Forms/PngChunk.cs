// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Trust.Forms;

/// <summary>A chunk of a PNG file (W3C Portable Network Graphics, second edition, section 5.3).</summary>
/// <param name="bytes">Length, type, data and check sum; at least <see cref="Around"/> bytes.</param>
internal readonly ref struct PngChunk(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes of length and type before the data, and of the check sum behind.</summary>
    public const int Around = Head + Tail;

    private const int Head = 8, Tail = 4;

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Its four letters, as a number.</summary>
    public uint Type => BinaryPrimitives.ReadUInt32BigEndian(Bytes[4..]);

    /// <summary>What it holds.</summary>
    public ReadOnlySpan<byte> Data => Bytes[Head..^Tail];

    /// <summary>Whether nobody can read the picture without it: the first letter's case (section 5.4).</summary>
    public bool IsCritical => char.IsAsciiLetterUpper((char)Bytes[4]);

    /// <summary>Whether its check sum is that of type and data.</summary>
    public bool IsSound => BinaryPrimitives.ReadUInt32BigEndian(Bytes[^Tail..]) == Crc32.Of(Bytes[4..^Tail]);

    /// <summary>Whether it is of a type.</summary>
    /// <param name="type">The four letters.</param>
    public bool Is(ReadOnlySpan<byte> type) => Bytes.Slice(4, 4).SequenceEqual(type);
}
