// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Folders;

/// <summary>
/// A folder as one row of bytes: the chunks of its files, each different one once, then the list of its entries, the list's length (4 bytes,
/// little-endian) and <see cref="Magic"/>. A file is its chunks in order; chunks are numbered as they first stand (docs/protocol/blob.md).
/// </summary>
public sealed class PackedFolder
{
    /// <summary>Bytes of a chunk; the last one of a file may be shorter.</summary>
    public const int ChunkBytes = WireLimits.ChunkBytes;

    /// <summary>Bytes of all files together, and of a packed folder.</summary>
    public const long BytesMost = (long)WireLimits.BlobBytes;

    /// <summary>Bytes of the list.</summary>
    public const int ListBytes = 4 << 20;

    /// <summary>Bytes behind the list.</summary>
    public const int TrailerBytes = 12;

    private readonly ImmutableArray<ImmutableArray<uint>> _chunks;
    private readonly ImmutableArray<long> _offsets;

    private PackedFolder(FolderManifest manifest, ImmutableArray<ImmutableArray<uint>> chunks, ImmutableArray<long> offsets)
        => (Manifest, _chunks, _offsets) = (manifest, chunks, offsets);

    /// <summary>The last eight bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "PCFOLD1\n"u8;

    /// <summary>The entries and their root: the folder's name by content.</summary>
    public FolderManifest Manifest { get; }

    /// <summary>Where each chunk begins; the last one ends where the list begins.</summary>
    public ImmutableArray<long> Offsets => _offsets;

    /// <summary>Where a packed folder's list is, told by its last bytes.</summary>
    /// <param name="trailer">The last <see cref="TrailerBytes"/>.</param>
    /// <param name="length">Bytes of the packed folder.</param>
    /// <returns>Bytes of the list, which stands in front of the trailer.</returns>
    /// <exception cref="WireException">It is no packed folder.</exception>
    public static int ListLength(ReadOnlySpan<byte> trailer, long length)
    {
        Invariant.Check(trailer.Length == TrailerBytes);
        if (!trailer[4..].SequenceEqual(Magic)) throw new WireException("folder", "is no packed folder: its end is not that of one");
        var list = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (list > ListBytes) throw new WireException("folder.list", $"{list} bytes, limit {ListBytes}: give fewer entries or shorter names");
        if (list > length - TrailerBytes) throw new WireException("folder.list", $"{list} bytes of {length}: cut short");
        return (int)list;
    }

    /// <summary>Reads a list.</summary>
    /// <param name="list">Its bytes.</param>
    /// <param name="front">Bytes of the chunks in front of it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="WireException">An entry breaks a rule, or the chunks are not those of the list: names field, limit and remedy.</exception>
    public static PackedFolder Decode(ReadOnlyMemory<byte> list, long front)
    {
        var message = Canonical.Parse(V1.PackedFolder.Parser, list, ListBytes, "folder");
        if (message.Entries.Count > FolderNames.EntriesMost)
            throw new WireException("entries", $"{message.Entries.Count} files and folders, limit {FolderNames.EntriesMost}: give several folders");
        var (entries, chunks) = (ImmutableArray.CreateBuilder<FolderEntry>(), ImmutableArray.CreateBuilder<ImmutableArray<uint>>());
        var (lengths, total) = (new List<int>(), 0L);
        for (var i = 0; i < message.Entries.Count; i++)
        {
            var entry = Entry(message.Entries[i], $"entries[{i}]");
            total += entry.Length;
            if (total > BytesMost) throw new WireException($"entries[{i}].length", $"{total} bytes with those before, limit {BytesMost}: give several folders");
            entries.Add(entry);
            chunks.Add(Chunks(message.Entries[i], lengths, $"entries[{i}].chunks"));
        }

        FolderNames.Check(entries);
        var offsets = ImmutableArray.CreateBuilder<long>(lengths.Count);
        var end = 0L;
        foreach (var length in lengths)
        {
            offsets.Add(end);
            end += length;
        }

        if (end != front) throw new WireException("folder", $"{front} bytes of chunks where the list has {end}: damaged");
        return new PackedFolder(new FolderManifest(entries.ToImmutable()), chunks.ToImmutable(), offsets.MoveToImmutable());
    }

    /// <summary>Where bytes of a file lie.</summary>
    /// <param name="entry">Index of the file among the entries.</param>
    /// <param name="offset">First byte, within the file.</param>
    /// <returns>Where it lies in the packed folder, and how many bytes follow there in one piece, at least 1.</returns>
    public (long At, int Count) Locate(int entry, long offset)
    {
        var length = Manifest.Entries[entry].Length;
        Invariant.Check(offset >= 0 && offset < length);
        var (chunk, within) = Math.DivRem(offset, ChunkBytes);
        return (_offsets[(int)_chunks[entry][(int)chunk]] + within, (int)Math.Min(ChunkBytes - within, length - offset));
    }

    /// <summary>List and trailer of a packed folder.</summary>
    internal static byte[] Tail(IReadOnlyList<FolderEntry> entries, IReadOnlyList<IReadOnlyList<uint>> chunks)
    {
        var message = new V1.PackedFolder();
        for (var i = 0; i < entries.Count; i++)
        {
            var (path, kind, length, content) = entries[i];
            message.Entries.Add(new V1.PackedEntry
            {
                Path = path,
                Kind = (V1.PackedEntry.Types.Kind)kind,
                Length = (ulong)length,
                Content = Canonical.Bytes(content),
                Chunks = { chunks[i] },
                Executable = entries[i].Executable,
            });
        }

        var list = message.ToByteArray();
        var tail = new byte[list.Length + TrailerBytes];
        list.CopyTo(tail, 0);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(list.Length), list.Length);
        Magic.CopyTo(tail.AsSpan(list.Length + 4));
        return tail;
    }

    private static FolderEntry Entry(V1.PackedEntry message, string field)
    {
        FolderNames.Check(message.Path, field + ".path");
        var kind = (FolderEntryKind)Canonical.Within((ulong)message.Kind, 0, (ulong)FolderEntryKind.ReadOnlyFile, field + ".kind");
        var length = (long)Canonical.Within(message.Length, 0, (ulong)BytesMost, field + ".length");
        var content = Canonical.OptionalHash(message.Content, field + ".content");
        if (kind == FolderEntryKind.Folder && (length > 0 || !content.IsZero)) throw new WireException(field, "is a folder and has bytes: leave them out");
        if (kind == FolderEntryKind.Folder && message.Executable)
            throw new WireException(field + ".executable", "set for a folder: only files may be executed; leave it out");
        if (kind != FolderEntryKind.Folder && content.IsZero) throw new WireException(field + ".content", "missing: give the root of the file's pages");
        return new FolderEntry(message.Path, kind, length, content) { Executable = message.Executable };
    }

    private static ImmutableArray<uint> Chunks(V1.PackedEntry message, List<int> lengths, string field)
    {
        var count = ((long)message.Length + ChunkBytes - 1) / ChunkBytes;
        if (message.Chunks.Count != count) throw new WireException(field, $"{message.Chunks.Count} chunks for {message.Length} bytes, expected {count}");
        for (var i = 0; i < count; i++)
        {
            var (chunk, length) = (message.Chunks[i], (int)Math.Min(ChunkBytes, (long)message.Length - ((long)i * ChunkBytes)));
            if (chunk > lengths.Count)
                throw new WireException($"{field}[{i}]", $"is chunk {chunk} and {lengths.Count} stand before: number them as they first stand");
            if (chunk == lengths.Count) lengths.Add(length);
            else if (lengths[(int)chunk] != length) throw new WireException($"{field}[{i}]", $"is {length} bytes here and {lengths[(int)chunk]} before");
        }

        return [.. message.Chunks];
    }
}
