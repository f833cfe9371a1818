// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;

namespace PeerCompute.Execution.Images.Zip;

/// <summary>The content of an entry, which must have the length and the check sum that its header says.</summary>
/// <param name="packed">Its packed bytes.</param>
/// <param name="entry">The entry.</param>
internal sealed class ZipContent(Stream packed, ZipEntry entry) : Stream
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static n => Enumerable.Range(0, 8)
        .Aggregate((uint)n, static (c, _) => (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1))]; // CRC-32 of ISO 3309, as 4.4.7 of APPNOTE.TXT names it

    private readonly Stream _plain = entry.Method == 0 ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    private long _count;
    private uint _check = uint.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        int got;
        try
        {
            got = _plain.Read(buffer);
        }
        catch (InvalidDataException damaged)
        {
            throw ImageFault.Bad($"{EntryName.Quote(entry.Name)} is damaged: pack it again", damaged);
        }

        foreach (byte one in buffer[..got]) _check = Table[(byte)(_check ^ one)] ^ (_check >> 8);
        _count += got;
        if (_count > entry.Size || (got == 0 && (_count != entry.Size || ~_check != entry.Check)))
            throw ImageFault.Bad($"{EntryName.Quote(entry.Name)} is not what the directory of the zip archive says: pack it again");
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _plain.Dispose();
        base.Dispose(disposing);
    }
}
