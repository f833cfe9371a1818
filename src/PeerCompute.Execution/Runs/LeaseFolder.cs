// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Protocol;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Runs;

/// <summary>The folder of one lease: what its child may write in, and, out of its reach, the outputs that were taken over.</summary>
internal sealed class LeaseFolder
{
    /// <summary>What a file system in memory takes beside the bytes of files: of each entry, folders included, up to a page, and some of its own.</summary>
    public const long SlackBytes = (2L * FolderFiles.MostEntries * 4096) + (1L << 20);

    /// <summary>An engine makes numbered files in a folder per task; twice as many entries are somebody else's.</summary>
    private const int MostEntries = 2 * FolderFiles.MostEntries;

    /// <summary>An engine makes no folders in that of a task.</summary>
    private const int MostDepth = 8;

    private readonly string _root;
    private readonly string _results;
    private HeldFolder? _held;
    private int _runs;

    public LeaseFolder(string workRoot)
    {
        try
        {
            Directory.CreateDirectory(workRoot);
            _root = Path.Combine(Path.GetFullPath(workRoot), "run-" + Path.GetRandomFileName());
            Writable = Path.Combine(_root, "out");
            _results = Path.Combine(_root, "results");
            Directory.CreateDirectory(Writable);
            Directory.CreateDirectory(_results);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"cannot make a folder for a lease in {workRoot}: {refused.Message}", refused);
        }
    }

    /// <summary>The one folder on the disk that the child may write in, where it has none in memory.</summary>
    public string Writable { get; }

    /// <summary>Where tasks have their folders now.</summary>
    public string Place => _held?.Path ?? Writable;

    /// <summary>From now on the child writes in a folder in memory, which is gone when it is let go of and no child is left.</summary>
    public void Hold(HeldFolder folder)
    {
        LetGo();
        _held = folder;
    }

    /// <summary>Lets go of the folder in memory.</summary>
    public void LetGo()
    {
        _held?.Dispose();
        _held = null;
    }

    /// <summary>Makes the folder of the next task, and throws away what was taken over of the one before.</summary>
    /// <returns>Its name under <see cref="Place"/>.</returns>
    public string Begin()
    {
        foreach (string taken in Directory.EnumerateFiles(_results)) File.Delete(taken);
        string name = (_runs++).ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Path.Combine(Place, name));
        return name;
    }

    /// <summary>
    /// Bytes of all files that the child has written so far, wherever below its folder; links are not followed. What has no name any more is not seen.
    /// </summary>
    /// <returns>The bytes; the largest number there is where more lies there than an engine makes, or what cannot be read.</returns>
    public long Size() => (FolderSize.IsOffered ? FolderSize.Of(Place, MostEntries, MostDepth) : SizeByPaths()) ?? long.MaxValue;

    /// <summary>Takes a task's output out of the child's reach.</summary>
    /// <param name="run">The task's folder.</param>
    /// <param name="number">The number under which the file lies there.</param>
    /// <param name="name">Its name as the job knows it.</param>
    /// <param name="left">Bytes that the task may still give out; what it has is taken from them.</param>
    /// <returns>The file, or null if it is not there, no regular file, too large or taken already.</returns>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public OutputFile? Take(string run, int number, string name, ref long left)
    {
        string file = number.ToString(CultureInfo.InvariantCulture), to = Path.Combine(_results, $"{run}-{file}");
        if (number < 0 || File.Exists(to)) return null;
        if (_held is not null)
        {
            using var from = new SafeFileHandle(_held.OpenFile($"{run}/{file}"), ownsHandle: true);
            if (from.IsInvalid || Outputs.Copy(from, to, left) is not { } size || size > left) return null;
            left -= size;
            return new OutputFile(name, to, size);
        }

        string path = Path.Combine(Writable, run, file);
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null }) return null;
        File.Move(path, to);
        if (Length(to) is not { } length || length > left) return null;
        left -= length;
        return new OutputFile(name, to, length);
    }

    // A pipe, which keeps its reader waiting, has a length too.
    private static long? Length(string file)
    {
        if (!RegularFile.IsOffered) return new FileInfo(file) is { Exists: true, LinkTarget: null } plain ? plain.Length : null;
        using var opened = new SafeFileHandle(RegularFile.Open(file), ownsHandle: true);
        return opened.IsInvalid ? null : RandomAccess.GetLength(opened);
    }

    /// <summary>Packs a folder that a task wrote, out of the child's reach. What the child says of it is a stranger's word.</summary>
    /// <param name="run">The task's folder.</param>
    /// <param name="tree">What the child says that it holds.</param>
    /// <param name="name">Its name as the job knows it.</param>
    /// <param name="left">Bytes that the task may still give out; those of the files are taken from them.</param>
    /// <param name="refusal">Why it cannot be packed; empty where it is not there.</param>
    /// <returns>The packed folder, or null.</returns>
    public OutputFile? TakeFolder(string run, FolderTree tree, string name, ref long left, out string refusal)
    {
        refusal = tree.Refusal;
        if (tree.Entries is not { } entries) return null;
        var packer = new FolderPacker();
        string to = Path.Combine(_results, $"{run}-{FolderNames.Plain(name)}-folder");
        try
        {
            using var packed = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            byte[] chunk = new byte[PackedFolder.ChunkBytes];
            foreach ((string path, int number) in entries)
            {
                if (number < 0)
                {
                    packer.Folder(path);
                    continue;
                }

                if (Take(run, number, path, ref left) is not { } file) throw new WireException($"'{Printable.Line(path)}'", "is not there");
                packer.File(path);
                using (FileStream from = File.OpenRead(file.Path))
                {
                    for (int read; (read = from.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false)) > 0;)
                    {
                        if (packer.Chunk(chunk.AsSpan(0, read))) packed.Write(chunk, 0, read);
                    }
                }

                File.Delete(file.Path);
            }

            packed.Write(packer.Finish());
            return new OutputFile(name, to, packed.Length);
        }
        catch (WireException broken)
        {
            refusal = broken.Message;
            return null;
        }
    }

    /// <summary>Throws away what is left of a task, as far as it is what an honest child leaves: files that can be named and opened.</summary>
    /// <returns>False if something stays: its child must end before it can be removed.</returns>
    public bool TryEnd(string run)
    {
        try
        {
            string folder = Path.Combine(Place, run);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception odd) when (odd is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false; // .NET calls a path that is too long an argument that is empty
        }
    }

    /// <summary>Throws away what tasks have left, once the child is gone.</summary>
    public void Clear()
    {
        LetGo();
        Debris.Delete(Writable);
        Directory.CreateDirectory(Writable);
    }

    /// <summary>Throws away everything, once the child is gone; what the disk keeps goes at the next start of the node.</summary>
    public void Remove()
    {
        LetGo();
        Debris.Remove(_root);
    }

    private long? SizeByPaths()
    {
        long bytes = 0;
        int left = MostEntries;
        var everything = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MostDepth, AttributesToSkip = FileAttributes.None };
        var files = new FileSystemEnumerable<long>(
            Place, static (ref FileSystemEntry file) => IsLink(ref file) || file.IsDirectory ? 0 : file.Length, everything)
        {
            ShouldRecursePredicate = static (ref FileSystemEntry folder) => !IsLink(ref folder),
        };
        foreach (long file in files)
        {
            if (--left < 0) return null;
            bytes += file;
        }

        return bytes;

        static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
    }
}
