// SPDX-License-Identifier: Apache-2.0
using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Base.States;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Native;

/// <summary>
/// Packs a folder that a program left in its work folder, in which nobody writes any more. All that lies there is a stranger's: no link is followed, and
/// what is neither file nor folder is refused.
/// </summary>
internal static class OutputFolder
{
    /// <summary>Files and folders, as of an output of a WebAssembly program.</summary>
    public const int EntriesMost = FolderFiles.MostEntries;

    /// <summary>Packs it.</summary>
    /// <param name="work">The work folder, held.</param>
    /// <param name="name">The folder's name as the job knows it.</param>
    /// <param name="to">A file that is not there yet.</param>
    /// <param name="most">Bytes that its files may have together; holes count.</param>
    /// <param name="room">Bytes that it may have when it is packed: a file may be linked into many folders, each of which is a copy on the disk.</param>
    /// <param name="refusal">Why it cannot be packed; empty where there is no such folder.</param>
    /// <returns>The packed folder, or null.</returns>
    public static OutputFile? Pack(HeldFolder work, string name, string to, long most, long room, out string refusal)
    {
        refusal = "";
        using HeldFolder? folder = HeldFolder.Open($"{work.Path}/{FolderNames.Plain(name)}");
        if (folder is null) return null;
        try
        {
            var packer = new FolderPacker();
            using var packed = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            foreach ((string path, bool isFolder) in Entries(folder.Path))
            {
                if (isFolder) packer.Folder(path);
                else most -= Add(packer, packed, folder, path, most);
                if (packed.Length > room)
                    throw new WireException($"'{Printable.Line(path)}'", "all folders have too many bytes together: raise limits.output, or write less");
            }

            packed.Write(packer.Finish());
            return new OutputFile(name, to, packed.Length);
        }
        catch (WireException broken)
        {
            refusal = broken.Message;
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or NotSupportedException)
        {
            refusal = "a file or folder in it cannot be read";
        }

        return null;
    }

    /// <summary>All that lies in it, sorted as a packed folder is.</summary>
    private static List<(string Path, bool IsFolder)> Entries(string folder)
    {
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = FolderNames.DepthMost, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false,
        };
        var found = new List<(string, bool)>();
        var entries = new FileSystemEnumerable<(string Path, bool IsFolder, bool IsLink)>(
            folder, (ref FileSystemEntry entry) => (entry.ToFullPath()[(folder.Length + 1)..], entry.IsDirectory, IsLink(ref entry)), everything)
        {
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !IsLink(ref entry),
        };
        foreach ((string path, bool isFolder, bool isLink) in entries)
        {
            if (isLink) throw new WireException($"'{Printable.Line(path)}'", "is a link: copy what it leads to");
            if (found.Count == EntriesMost) throw new WireException("folder", $"more than {EntriesMost} files and folders: write an archive");
            found.Add((path, isFolder));
        }

        found.Sort(static (a, b) => FolderManifest.Compare(a.Item1, b.Item1));
        return found;

        static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
    }

    /// <summary>Adds a file.</summary>
    /// <returns>Its bytes.</returns>
    private static long Add(FolderPacker packer, FileStream packed, HeldFolder folder, string path, long most)
    {
        string field = $"'{Printable.Line(path)}'";
        using var file = new SafeFileHandle(folder.OpenFile(path), ownsHandle: true);
        if (file.IsInvalid) throw new WireException(field, "cannot be read, or is no file");
        long size = RandomAccess.GetLength(file); // of a pipe or device it throws
        if (size > most) throw new WireException(field, $"its {size} bytes are too many with the files before: raise limits.output, or write less");
        packer.File(path, (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0);
        return FileChunks.Pack(packer, packed, file, size, CancellationToken.None) ? size : throw new WireException(field, "became shorter");
    }
}
