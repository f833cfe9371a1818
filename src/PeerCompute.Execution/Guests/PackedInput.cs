// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Guests;

/// <summary>A packed folder in a file, as what it holds: nothing is unpacked, so none of its names ever reaches the host's file system.</summary>
public sealed class PackedInput
{
    private readonly PackedFolder _folder;

    private PackedInput(string path, PackedFolder folder) => (Path, _folder) = (path, folder);

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>Files and folders.</summary>
    public IReadOnlyList<FolderEntry> Entries => _folder.Manifest.Entries;

    /// <summary>Reads what a packed folder holds.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="WireException">It is no packed folder, or breaks a limit.</exception>
    public static PackedInput Open(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        var trailer = new byte[PackedFolder.TrailerBytes];
        if (length < trailer.Length || RandomAccess.Read(file, trailer, length - trailer.Length) != trailer.Length)
            throw new WireException("folder", $"{length} bytes are no packed folder");
        var list = new byte[PackedFolder.ListLength(trailer, length)];
        var front = length - trailer.Length - list.Length;
        if (RandomAccess.Read(file, list, front) != list.Length) throw new WireException("folder", "cut short");
        return new PackedInput(path, PackedFolder.Decode(list, front));
    }

    /// <summary>Makes sure that each file is what the list says.</summary>
    /// <exception cref="WireException">One is not: names it.</exception>
    public void Check()
    {
        using var file = File.OpenHandle(Path);
        var buffer = new byte[PackedFolder.ChunkBytes];
        for (var i = 0; i < Entries.Count; i++)
        {
            if (Entries[i].Kind == FolderEntryKind.Folder) continue;
            var content = new PageRoot();
            for (var offset = 0L; offset < Entries[i].Length;)
            {
                var (at, count) = _folder.Locate(i, offset);
                if (RandomAccess.Read(file, buffer.AsSpan(0, count), at) != count) throw new WireException("folder", "cut short");
                content.Add(buffer.AsSpan(0, count));
                offset += count;
            }

            if (content.Finish() != Entries[i].Content)
                throw new WireException($"entries[{i}].content", $"'{Printable.Line(Entries[i].Path)}' holds other bytes than its root says: pack it again");
        }
    }

    /// <summary>Where bytes of an entry lie.</summary>
    internal (long At, int Count) Locate(int entry, long offset) => _folder.Locate(entry, offset);
}
