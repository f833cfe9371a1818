// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Base.States;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Client.Folders;

/// <summary>Packs a folder of this machine.</summary>
public static class FolderSource
{
    /// <summary>Packs a folder. Links, devices, pipes and sockets in it are refused, and names that not every system takes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="packed">Where it goes.</param>
    /// <param name="only">The files that are packed, with the folders that they lie in; null: everything.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: names the entry, the limit and the remedy.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static void Pack(string folder, Stream packed, IReadOnlyList<string>? only = null)
    {
        ArgumentNullException.ThrowIfNull(packed);
        var packer = new FolderPacker();
        HashSet<string>? wanted = only is null ? null : [.. only.SelectMany(WithFolders)];
        try
        {
            foreach (var (path, info) in Entries(folder))
            {
                if (wanted?.Contains(path) == false) continue;
                if (info is DirectoryInfo) packer.Folder(path);
                else Add(packer, path, info, packed);
            }

            packed.Write(packer.Finish());
        }
        catch (WireException e)
        {
            throw Wrong(folder, e);
        }
    }

    /// <summary>The files of a folder, in the order of their paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Paths from the folder on.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: names the entry, the limit and the remedy.</exception>
    /// <exception cref="IOException">Something cannot be read.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        try
        {
            return [.. Entries(folder).Where(static entry => entry.Info is not DirectoryInfo).Select(static entry => entry.Path)];
        }
        catch (WireException e)
        {
            throw Wrong(folder, e);
        }
    }

    private static PeerComputeException Wrong(string folder, WireException e)
        => new(ErrorCode.BadInput, $"The folder {folder} cannot be an input: {e.Message}.", e);

    /// <summary>A path and the folders that it lies in.</summary>
    private static IEnumerable<string> WithFolders(string path)
    {
        for (var at = path.IndexOf('/'); at >= 0; at = path.IndexOf('/', at + 1)) yield return path[..at];
        yield return path;
    }

    private static List<(string Path, FileSystemInfo Info)> Entries(string folder)
    {
        var found = new List<FileSystemInfo>();
        Collect(new DirectoryInfo(folder), 1, found);
        var entries = found.ConvertAll(info => (Path: Path.GetRelativePath(folder, info.FullName).Replace(Path.DirectorySeparatorChar, '/'), Info: info));
        entries.Sort(static (a, b) => FolderManifest.Compare(a.Path, b.Path));
        return entries;
    }

    private static void Collect(DirectoryInfo folder, int depth, List<FileSystemInfo> found)
    {
        foreach (var info in folder.EnumerateFileSystemInfos())
        {
            if (info.LinkTarget is not null) throw new WireException($"'{info.FullName}'", "is a link: give the file itself, or leave it out");
            if (depth > FolderNames.DepthMost)
                throw new WireException($"'{info.FullName}'", $"lies more than {FolderNames.DepthMost} folders deep: move it up");
            if (found.Count == FolderNames.EntriesMost)
                throw new WireException("folder", $"more than {FolderNames.EntriesMost} files and folders: give several folders, or an archive");
            found.Add(info);
            if (info is DirectoryInfo below) Collect(below, depth + 1, found);
        }
    }

    private static void Add(FolderPacker packer, string path, FileSystemInfo info, Stream packed)
    {
        using var handle = RegularFile.IsOffered ? new SafeFileHandle(RegularFile.Open(info.FullName), ownsHandle: true) : File.OpenHandle(info.FullName);
        if (handle.IsInvalid)
            throw new WireException($"'{info.FullName}'", "is no file that can be read: devices, pipes and sockets are not taken; leave it out");
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        packer.File(path, !OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & UnixFileMode.UserExecute) != 0);
        var chunk = new byte[PackedFolder.ChunkBytes];
        for (int read; (read = file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false)) > 0;)
        {
            if (packer.Chunk(chunk.AsSpan(0, read))) packed.Write(chunk, 0, read);
        }
    }
}
