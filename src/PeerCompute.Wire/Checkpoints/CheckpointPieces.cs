// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Checkpoints;

/// <summary>A row of bytes in a pack.</summary>
/// <param name="Pack">Index among the checkpoint's packs.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes, at least 1.</param>
public readonly record struct CheckpointPiece(int Pack, long Offset, long Length);

/// <summary>
/// The end of a checkpoint's last pack: which pieces of its packs are, one after another, the packed folder; then the list's length (4 bytes,
/// little-endian) and <see cref="Magic"/>. What was there before is named, not carried again.
/// </summary>
public static class CheckpointPieces
{
    /// <summary>Most pieces: each chunk of a folder by itself, and the folder's own list.</summary>
    public const int Most = WireLimits.ChunksPerBlob + Folders.FolderNames.EntriesMost + 1;

    /// <summary>Bytes behind the list.</summary>
    public const int TrailerBytes = 12;

    private const int ListBytes = Most * 24;

    /// <summary>The last eight bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "PCPACK1\n"u8;

    /// <summary>What stands behind a pack's data.</summary>
    /// <param name="pieces">At most <see cref="Most"/>.</param>
    /// <returns>List and trailer.</returns>
    public static byte[] Encode(IReadOnlyList<CheckpointPiece> pieces)
    {
        Invariant.Check(pieces.Count <= Most);
        var message = new V1.CheckpointPieces();
        foreach (var (pack, offset, length) in pieces)
            message.Pieces.Add(new V1.CheckpointPiece { Pack = (uint)pack, Offset = (ulong)offset, Length = (ulong)length });
        var list = message.ToByteArray();
        var tail = new byte[list.Length + TrailerBytes];
        list.CopyTo(tail, 0);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(list.Length), list.Length);
        Magic.CopyTo(tail.AsSpan(list.Length + 4));
        return tail;
    }

    /// <summary>Where a pack's list is, told by its last bytes.</summary>
    /// <param name="trailer">The last <see cref="TrailerBytes"/>.</param>
    /// <param name="length">Bytes of the pack.</param>
    /// <returns>Bytes of the list, which stands in front of the trailer.</returns>
    /// <exception cref="WireException">It is no pack with a list.</exception>
    public static int ListLength(ReadOnlySpan<byte> trailer, long length)
    {
        Invariant.Check(trailer.Length == TrailerBytes);
        if (!trailer[4..].SequenceEqual(Magic)) throw new WireException("checkpoint", "its last pack has no list of pieces");
        var list = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (list > ListBytes || list > length - TrailerBytes) throw new WireException("checkpoint.pieces", $"{list} bytes of {length}, limit {ListBytes}");
        return (int)list;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="list">Its bytes.</param>
    /// <param name="packs">Bytes of each pack.</param>
    /// <param name="size">Bytes of all pieces together.</param>
    /// <returns>The pieces, each within its pack.</returns>
    /// <exception cref="WireException">Too many, one outside of its pack, or another size.</exception>
    public static ImmutableArray<CheckpointPiece> Decode(ReadOnlyMemory<byte> list, IReadOnlyList<long> packs, long size)
    {
        var message = Canonical.Parse(V1.CheckpointPieces.Parser, list, ListBytes, "checkpoint.pieces");
        if (message.Pieces.Count > Most) throw new WireException("pieces", $"{message.Pieces.Count}, limit {Most}");
        var pieces = ImmutableArray.CreateBuilder<CheckpointPiece>(message.Pieces.Count);
        var total = 0L;
        for (var i = 0; i < message.Pieces.Count; i++)
        {
            var (m, field) = (message.Pieces[i], $"pieces[{i}]");
            var pack = (int)Canonical.Within(m.Pack, 0, (ulong)packs.Count - 1, field + ".pack");
            var offset = (long)Canonical.Within(m.Offset, 0, (ulong)packs[pack], field + ".offset");
            var length = (long)Canonical.Within(m.Length, 1, (ulong)(packs[pack] - offset), field + ".length");
            total += length;
            if (total > size) throw new WireException(field, $"{total} bytes with those before, the checkpoint has {size}");
            pieces.Add(new CheckpointPiece(pack, offset, length));
        }

        return total == size ? pieces.MoveToImmutable() : throw new WireException("pieces", $"have {total} bytes, the checkpoint has {size}");
    }
}
