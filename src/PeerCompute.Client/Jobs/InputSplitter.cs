// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Client.Folders;

namespace PeerCompute.Client.Jobs;

/// <summary>A piece of a file.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct FilePart(long Offset, long Length);

/// <summary>Cuts an input into parts: a file behind line feeds or anywhere, a folder between files; of about equal size, or of so many items.</summary>
internal static class InputSplitter
{
    /// <summary>The parts, in order and without gaps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="split">Where it may be cut.</param>
    /// <param name="count">How many parts.</param>
    /// <exception cref="PeerComputeException">It has other items than were counted before.</exception>
    public static IReadOnlyList<FilePart> Split(string path, JobSplit split, uint count)
    {
        if (split.PerTask > 0) return Lines(path, split);
        using var file = File.OpenRead(path);
        var parts = new List<FilePart>();
        long start = 0;
        for (uint i = 1; i <= count; i++)
        {
            var end = (long)((Int128)file.Length * i / count);
            if (split.By == SplitBy.Lines) end = Math.Max(start, LineEnd(file, end));
            parts.Add(new FilePart(start, end - start));
            start = end;
        }

        return parts;
    }

    /// <summary>Parts of so many lines each.</summary>
    private static List<FilePart> Lines(string path, JobSplit split)
    {
        using var file = File.OpenRead(path);
        var parts = new List<FilePart>();
        var buffer = new byte[128 << 10];
        long start = 0, at = 0, lines = 0;
        var last = (byte)'\n';
        for (int read; (read = file.Read(buffer)) > 0; at += read, last = buffer[read - 1])
        {
            for (int i = 0, next; (next = buffer.AsSpan(i, read - i).IndexOf((byte)'\n')) >= 0;)
            {
                i += next + 1;
                if (++lines % split.PerTask != 0) continue;
                parts.Add(new FilePart(start, at + i - start));
                start = at + i;
            }
        }

        if (start < at) parts.Add(new FilePart(start, at - start));
        CheckCount(path, split, last == '\n' ? lines : lines + 1);
        return parts;
    }

    /// <summary>How many tasks there are was said before: a file that grew since would give parts that no task sees.</summary>
    private static void CheckCount(string path, JobSplit split, long items)
    {
        if (items == split.Items) return;
        throw new PeerComputeException(
            ErrorCode.BadInput, $"{path} had {split.Items} items when the job file was read and has {items} now; hand the job in when nothing writes it.");
    }

    /// <summary>Lines of a file; one without a line feed at the end of the file counts.</summary>
    public static long CountLines(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[128 << 10];
        long lines = 0;
        var last = (byte)'\n';
        for (int read; (read = file.Read(buffer)) > 0; last = buffer[read - 1]) lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return last == '\n' ? lines : lines + 1;
    }

    /// <summary>The files of a folder in parts, each in the order of paths.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Files of a part, or parts of about equal size.</param>
    /// <param name="count">How many parts.</param>
    /// <exception cref="PeerComputeException">It has other items than were counted before.</exception>
    public static IEnumerable<IReadOnlyList<string>> Files(string folder, JobSplit split, uint count)
    {
        var files = FolderSource.Files(folder);
        long perTask = split.PerTask;
        if (perTask > 0) CheckCount(folder, split, files.Count);
        for (uint i = 0; i < count; i++)
        {
            var (start, end) = perTask > 0 ? (i * perTask, (i + 1L) * perTask) : ((long)files.Count * i / count, files.Count * (i + 1L) / count);
            yield return [.. files.Skip((int)start).Take((int)(end - start))];
        }
    }

    // The end of the line that the byte before a position is in.
    private static long LineEnd(FileStream file, long position)
    {
        if (position == 0) return 0;
        file.Position = position - 1;
        int b;
        do b = file.ReadByte();
        while (b is not ('\n' or -1));
        return file.Position;
    }
}
