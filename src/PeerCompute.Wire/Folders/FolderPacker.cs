// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;

namespace PeerCompute.Wire.Folders;

/// <summary>
/// Makes a <see cref="PackedFolder"/>, entry by entry in the order of <see cref="FolderManifest.Compare"/>. The same folder gives the same bytes.
/// </summary>
public sealed class FolderPacker
{
    private readonly List<FolderEntry> _entries = [];
    private readonly List<IReadOnlyList<uint>> _chunks = [];
    private readonly OrderedMap<Hash32, uint> _known = new();
    private PageRoot? _content;
    private long _total;

    /// <summary>Bytes of chunks so far.</summary>
    public long Length { get; private set; }

    /// <summary>The next entry is a folder.</summary>
    /// <param name="path">From the root of the packed folder.</param>
    /// <exception cref="WireException">The path breaks a rule, or there are too many.</exception>
    public void Folder(string path) => Begin(new FolderEntry(path, FolderEntryKind.Folder, 0, default));

    /// <summary>The next entry is a file; its chunks follow.</summary>
    /// <param name="path">From the root of the packed folder.</param>
    /// <param name="executable">Whether it may be executed.</param>
    /// <exception cref="WireException">The path breaks a rule, or there are too many.</exception>
    public void File(string path, bool executable = false)
    {
        Begin(new FolderEntry(path, FolderEntryKind.File, 0, default) { Executable = executable });
        _content = new PageRoot();
    }

    /// <summary>The next chunk of the file.</summary>
    /// <param name="bytes"><see cref="PackedFolder.ChunkBytes"/>, fewer at the file's end alone; never none.</param>
    /// <returns>True where it is to be written behind the others; false where it stands there already.</returns>
    /// <exception cref="WireException">The files together are too large.</exception>
    public bool Chunk(ReadOnlySpan<byte> bytes)
    {
        var at = _entries.Count - 1;
        _total += bytes.Length;
        if (_total > PackedFolder.BytesMost)
            throw new WireException(_entries[at].Path, $"{_total} bytes with the files before, limit {PackedFolder.BytesMost}: give several folders");
        _content!.Add(bytes);
        _entries[at] = _entries[at] with { Length = _entries[at].Length + bytes.Length };
        var hash = Hash32.Of(bytes);
        var isNew = !_known.TryGetValue(hash, out var number);
        if (isNew)
        {
            _known[hash] = number = (uint)_known.Count;
            Length += bytes.Length;
        }

        ((List<uint>)_chunks[at]).Add(number);
        return isNew;
    }

    /// <summary>Ends the folder.</summary>
    /// <returns>What stands behind the chunks.</returns>
    /// <exception cref="WireException">The paths break a rule, or the list is too long.</exception>
    public byte[] Finish()
    {
        EndFile();
        FolderNames.Check(_entries);
        var tail = PackedFolder.Tail(_entries, _chunks);
        PackedFolder.ListLength(tail.AsSpan(tail.Length - PackedFolder.TrailerBytes), Length + tail.Length);
        return tail;
    }

    private void Begin(FolderEntry entry)
    {
        EndFile();
        FolderNames.Check(entry.Path, $"'{Printable.Line(entry.Path)}'");
        if (_entries.Count == FolderNames.EntriesMost)
            throw new WireException("folder", $"more than {FolderNames.EntriesMost} files and folders: give several folders, or an archive");
        _entries.Add(entry);
        _chunks.Add(new List<uint>());
    }

    private void EndFile()
    {
        if (_content is null) return;
        _entries[^1] = _entries[^1] with { Content = _content.Finish() };
        _content = null;
    }
}
