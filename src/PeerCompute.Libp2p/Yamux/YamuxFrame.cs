// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Libp2p.Yamux;

/// <summary>The 12-byte header of every yamux frame (libp2p/specs yamux/README.md), big-endian.</summary>
/// <param name="Version">0.</param>
/// <param name="Type">Kind of frame.</param>
/// <param name="Flags">Stream flags.</param>
/// <param name="Stream">Stream id; 0 is the session.</param>
/// <param name="Length">Payload bytes, window delta, ping value or go-away code.</param>
internal readonly record struct YamuxFrame(byte Version, YamuxType Type, YamuxFlags Flags, uint Stream, uint Length)
{
    public const int Size = 12;

    public YamuxFrame(YamuxType type, YamuxFlags flags, uint stream, uint length)
        : this(0, type, flags, stream, length)
    {
    }

    public static YamuxFrame Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0],
        (YamuxType)bytes[1],
        (YamuxFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = Version;
        bytes[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], Stream);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Length);
    }
}

/// <summary>Kind of a frame.</summary>
internal enum YamuxType : byte
{
    Data = 0,
    WindowUpdate = 1,
    Ping = 2,
    GoAway = 3,
}

/// <summary>Flags of a frame; stream flags are honoured on data and window updates alike.</summary>
[Flags]
internal enum YamuxFlags : ushort
{
    None = 0,
    Syn = 1,
    Ack = 2,
    Fin = 4,
    Rst = 8,
    All = 15,
}
