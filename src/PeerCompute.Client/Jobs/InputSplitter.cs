// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Jobs;

/// <summary>A piece of a file.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct FilePart(long Offset, long Length);

/// <summary>Cuts a file into parts of about equal size, behind line feeds or anywhere; a part may be empty.</summary>
internal static class InputSplitter
{
    /// <summary>The parts, in order and without gaps.</summary>
    /// <param name="path">The file.</param>
    /// <param name="by">Where it may be cut.</param>
    /// <param name="count">How many parts.</param>
    public static IReadOnlyList<FilePart> Split(string path, SplitBy by, uint count)
    {
        using var file = File.OpenRead(path);
        var parts = new List<FilePart>();
        long start = 0;
        for (uint i = 1; i <= count; i++)
        {
            var end = (long)((Int128)file.Length * i / count);
            if (by == SplitBy.Lines) end = Math.Max(start, LineEnd(file, end));
            parts.Add(new FilePart(start, end - start));
            start = end;
        }

        return parts;
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
