// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Guests;

/// <summary>
/// A packed folder in a file, as what it holds. For a WebAssembly program nothing is unpacked, so none of its names ever reaches the host's file system.
/// </summary>
public sealed class PackedInput
{
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

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
    public static PackedInput Open(string path) => new(path, List(path, out _, out _));

    /// <summary>Reads the list of a packed folder.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="front">Bytes of the chunks; the list follows.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="WireException">It is no packed folder, or breaks a limit.</exception>
    public static PackedFolder List(string path, out long length, out long front)
    {
        using var file = File.OpenHandle(path);
        length = RandomAccess.GetLength(file);
        var trailer = new byte[PackedFolder.TrailerBytes];
        if (length < trailer.Length || RandomAccess.Read(file, trailer, length - trailer.Length) != trailer.Length)
            throw new WireException("folder", $"{length} bytes are no packed folder");
        var list = new byte[PackedFolder.ListLength(trailer, length)];
        front = length - trailer.Length - list.Length;
        if (RandomAccess.Read(file, list, front) != list.Length) throw new WireException("folder", "cut short");
        return PackedFolder.Decode(list, front);
    }

    /// <summary>Makes sure that each file is what the list says.</summary>
    /// <exception cref="WireException">One is not: names it.</exception>
    public void Check()
    {
        using var file = File.OpenHandle(Path);
        for (var i = 0; i < Entries.Count; i++)
        {
            if (Entries[i].Kind != FolderEntryKind.Folder) Copy(file, i, Stream.Null);
        }
    }

    /// <summary>
    /// Lays its files out, checked, for a native program, whose walls can show it a folder of the host only. Everything is made new in a new folder, so no
    /// link can lie in the way. Everybody who can reach it may read it, and execute what may be executed: the same on every machine.
    /// </summary>
    /// <param name="folder">Must not be there, and lie where nobody else gets. The caller's, who removes it, also after a failure.</param>
    /// <param name="bytesMost">Most bytes of its files together: equal chunks are packed once, and laid out each time.</param>
    /// <returns>Bytes of its files together.</returns>
    /// <exception cref="WireException">There are too many bytes, and nothing is laid out; or a file is not what the list says, and is named.</exception>
    /// <exception cref="IOException">The folder is there, or the disk fails.</exception>
    public long LayOut(string folder, long bytesMost = PackedFolder.BytesMost)
    {
        var bytes = Entries.Sum(static entry => entry.Length);
        if (bytes > bytesMost) throw new WireException("folder", $"{bytes} bytes when laid out, limit {bytesMost}: give fewer or smaller files");
        if (System.IO.Path.Exists(folder)) throw new IOException($"'{folder}' is there already");
        Directory.CreateDirectory(folder);
        Allow(folder, Read | Execute | UnixFileMode.UserWrite);
        using var file = File.OpenHandle(Path);
        for (var i = 0; i < Entries.Count; i++)
        {
            var path = System.IO.Path.Combine(folder, Entries[i].Path);
            if (Entries[i].Kind == FolderEntryKind.Folder)
            {
                Directory.CreateDirectory(path);
                Allow(path, Read | Execute | UnixFileMode.UserWrite);
                continue;
            }

            using (var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0)) Copy(file, i, to);
            Allow(path, Entries[i].Executable ? Read | Execute : Read);
        }

        return bytes;
    }

    private static void Allow(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }

    private void Copy(SafeFileHandle file, int entry, Stream to)
    {
        var (buffer, content) = (new byte[PackedFolder.ChunkBytes], new PageRoot());
        for (var offset = 0L; offset < Entries[entry].Length;)
        {
            var (at, count) = _folder.Locate(entry, offset);
            if (RandomAccess.Read(file, buffer.AsSpan(0, count), at) != count) throw new WireException("folder", "cut short");
            content.Add(buffer.AsSpan(0, count));
            to.Write(buffer, 0, count);
            offset += count;
        }

        if (content.Finish() != Entries[entry].Content)
        {
            var name = Printable.Line(Entries[entry].Path);
            throw new WireException($"entries[{entry}].content", $"'{name}' holds other bytes than its root says: pack it again");
        }
    }

    /// <summary>Where bytes of an entry lie.</summary>
    internal (long At, int Count) Locate(int entry, long offset) => _folder.Locate(entry, offset);
}
