// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Folders;

/// <summary>Unpacks what a stranger packed.</summary>
public static class FolderTarget
{
    /// <summary>
    /// Unpacks a folder. Everything is made new in a folder that nobody else has, so no link can lie in the way; it takes the place of what was there when
    /// all of it is good.
    /// </summary>
    /// <param name="packed">The packed folder; is read anywhere.</param>
    /// <param name="folder">Where it goes; what is there is replaced.</param>
    /// <param name="bytesMost">Most bytes of all files together.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotAuthentic"/>: it breaks a rule; nothing was unpacked.</exception>
    /// <exception cref="IOException">The disk fails.</exception>
    public static void Unpack(Stream packed, string folder, long bytesMost)
    {
        ArgumentNullException.ThrowIfNull(packed);
        var fresh = $"{folder}.{Path.GetRandomFileName()}.new";
        try
        {
            var found = Read(packed);
            var bytes = found.Manifest.Entries.Sum(static entry => entry.Length);
            if (bytes > bytesMost) throw new WireException("folder", $"{bytes} bytes when unpacked, limit {bytesMost}: raise limits.output in the job file");
            Directory.CreateDirectory(fresh);
            for (var i = 0; i < found.Manifest.Entries.Length; i++) Make(found, i, packed, fresh);
        }
        catch (Exception e)
        {
            if (Directory.Exists(fresh)) Directory.Delete(fresh, recursive: true);
            if (e is not WireException broken) throw;
            throw new PeerComputeException(ErrorCode.NotAuthentic, $"The folder {Path.GetFileName(folder)} is not unpacked: {broken.Message}.", e);
        }

        var old = new DirectoryInfo(folder);
        if (old.LinkTarget is not null || File.Exists(folder)) File.Delete(folder);
        else if (old.Exists) old.Delete(recursive: true);
        Directory.Move(fresh, folder);
    }

    private static PackedFolder Read(Stream packed)
    {
        if (packed.Length < PackedFolder.TrailerBytes) throw new WireException("folder", $"{packed.Length} bytes are no packed folder");
        var trailer = new byte[PackedFolder.TrailerBytes];
        packed.Position = packed.Length - trailer.Length;
        packed.ReadExactly(trailer);
        var list = new byte[PackedFolder.ListLength(trailer, packed.Length)];
        var front = packed.Length - trailer.Length - list.Length;
        packed.Position = front;
        packed.ReadExactly(list);
        return PackedFolder.Decode(list, front);
    }

    private static void Make(PackedFolder found, int index, Stream packed, string fresh)
    {
        var entry = found.Manifest.Entries[index];
        var path = Path.Combine(fresh, entry.Path.Replace('/', Path.DirectorySeparatorChar));
        if (entry.Kind == FolderEntryKind.Folder)
        {
            Directory.CreateDirectory(path);
            return;
        }

        var content = new PageRoot();
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var buffer = new byte[PackedFolder.ChunkBytes];
            for (var offset = 0L; offset < entry.Length;)
            {
                var (at, count) = found.Locate(index, offset);
                packed.Position = at;
                packed.ReadExactly(buffer, 0, count);
                content.Add(buffer.AsSpan(0, count));
                file.Write(buffer, 0, count);
                offset += count;
            }
        }

        if (content.Finish() != entry.Content)
            throw new WireException($"entries[{index}].content", $"'{Printable.Line(entry.Path)}' holds other bytes than its root says");
        if (entry.Executable && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Executable(File.GetUnixFileMode(path)));
        if (entry.Kind == FolderEntryKind.ReadOnlyFile) File.SetAttributes(path, FileAttributes.ReadOnly);
    }

    /// <summary>Who may read a file may execute it too; nothing else changes, so no list ever sets another user's or group's rights.</summary>
    private static UnixFileMode Executable(UnixFileMode mode)
        => mode | (UnixFileMode)((int)(mode & (UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead)) >> 2);
}
