// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Execution.Images.Zip;

/// <summary>
/// Reads a stranger's zip archive (APPNOTE.TXT 6.3.10) entry by entry: of its directory one header at a time is in memory, where the platform's reader takes
/// all of it. Archives in several files are not read.
/// </summary>
/// <param name="file">The archive; can seek.</param>
internal sealed class ZipReader(Stream file)
{
    private const uint End = 0x06054B50, WideLocator = 0x07064B50, WideEnd = 0x06064B50, Header = 0x02014B50, Local = 0x04034B50;
    private const int EndBytes = 22, LocatorBytes = 20, WideEndBytes = 56, LocalBytes = 30, CommentMost = ushort.MaxValue;

    /// <summary>The entries, in the order of the directory.</summary>
    /// <param name="most">How many at most.</param>
    public IEnumerable<ZipEntry> Entries(int most)
    {
        (long at, long end) = Directory();
        byte[] header = new byte[ZipEntry.HeaderBytes];
        for (int count = 0; at < end; count++)
        {
            if (count == most) throw ImageFault.Limit($"the zip archive has more than {most} entries: leave out what the program does not need");
            ReadAt(at, header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Header) throw Damaged();
            byte[] texts = new byte[ZipEntry.TextsOf(header)];
            ReadAt(at + header.Length, texts);
            at += header.Length + texts.Length;
            yield return ZipEntry.Read(header, texts);
        }

        if (at != end) throw Damaged();
    }

    /// <summary>Opens an entry's content.</summary>
    /// <param name="entry">The entry.</param>
    public ZipContent Open(ZipEntry entry)
    {
        byte[] local = new byte[LocalBytes];
        ReadAt(entry.Offset, local);
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != Local) throw Damaged();
        long from = entry.Offset + LocalBytes + ZipEntry.Short(local, 26) + ZipEntry.Short(local, 28);
        if (entry.Packed > file.Length - from) throw Damaged();
        file.Position = from;
        return new ZipContent(new StreamPart(file, entry.Packed), entry);
    }

    /// <summary>Where the directory lies.</summary>
    private (long From, long To) Directory()
    {
        byte[] tail = new byte[Math.Min(file.Length, EndBytes + CommentMost)];
        ReadAt(file.Length - tail.Length, tail);
        int found = tail.Length - EndBytes;
        while (found >= 0 && !(BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(found)) == End
            && ZipEntry.Short(tail, found + 20) == tail.Length - EndBytes - found)) found--;
        if (found < 0) throw Damaged();
        ReadOnlySpan<byte> end = tail.AsSpan(found);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), from = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (size == uint.MaxValue || from == uint.MaxValue) (size, from) = WideDirectory(file.Length - tail.Length + found - LocatorBytes);
        if (from < 0 || size < 0 || from > file.Length || size > file.Length - from) throw Damaged();
        return (from, from + size);
    }

    private (long Size, long From) WideDirectory(long locatorAt)
    {
        byte[] locator = new byte[LocatorBytes], end = new byte[WideEndBytes];
        ReadAt(locatorAt, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != WideLocator) throw Damaged();
        ReadAt(BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8)), end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != WideEnd) throw Damaged();
        return (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(40)), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)));
    }

    private void ReadAt(long at, byte[] bytes)
    {
        if (at < 0 || at > file.Length - bytes.Length) throw Damaged();
        file.Position = at;
        file.ReadExactly(bytes);
    }

    private static Base.Errors.PeerComputeException Damaged() => ImageFault.Bad("the zip archive is damaged, cut short, or in several files: pack it again");
}
