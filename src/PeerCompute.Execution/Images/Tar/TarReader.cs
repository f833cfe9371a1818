// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Images.Tar;

/// <summary>
/// Reads a stranger's archive entry by entry, in the ustar, pax and GNU forms. Allocates no more than a header may say; the platform's own reader takes
/// extended headers of any length into memory.
/// </summary>
/// <param name="source">The archive; where it can seek, contents that nobody reads are passed over.</param>
internal sealed class TarReader(Stream source)
{
    // Headers that speak of the next entry: pax, GNU long name and long target, each at most twice in honest archives.
    private const int MostExtensions = 8;
    private const int SkipBytes = 64 << 10;
    private const long MostContent = 1L << 50;

    private readonly byte[] _block = new byte[TarHeader.Block];
    private long _left;
    private int _padding;

    /// <summary>Goes to the next entry; what is left of the content before it is passed over.</summary>
    /// <returns>The entry; null at the end.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: it is no archive, is damaged, or uses what is not offered.</exception>
    public TarEntry? Next()
    {
        var records = new PaxRecords();
        for (int extensions = 0; ; extensions++)
        {
            Skip();
            int got = source.ReadAtLeast(_block, TarHeader.Block, throwOnEndOfStream: false);
            if ((got == 0 && extensions == 0) || (got == TarHeader.Block && !_block.AsSpan().ContainsAnyExcept((byte)0))) return null;
            if (got < TarHeader.Block) throw Short();
            var header = new TarHeader(_block);
            if (header.Type is not ('x' or 'g' or 'L' or 'K')) return Entry(header, records);
            if (extensions == MostExtensions) throw ImageFault.Limit($"more than {MostExtensions} extended headers before one entry: pack it again");
            Extend(header, records);
        }
    }

    /// <summary>Reads of the current entry's content.</summary>
    /// <returns>Bytes read; 0 at its end.</returns>
    public int Read(Span<byte> buffer)
    {
        if (_left == 0 || buffer.IsEmpty) return 0;
        int got = source.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        if (got == 0) throw Short();
        _left -= got;
        return got;
    }

    /// <summary>Why a file with holes is refused.</summary>
    public static PeerComputeException Sparse() => ImageFault.Bad("a file with holes is packed as such: pack it without (tar without --sparse)");

    private void Extend(in TarHeader header, PaxRecords records)
    {
        if (header.Size > PaxRecords.MostBytes)
            throw ImageFault.Limit($"an extended header of {header.Size} bytes, limit {PaxRecords.MostBytes}: pack it without extended attributes");
        Content(header.Size);
        char type = header.Type;
        byte[] bytes = new byte[(int)_left];
        for (int at = 0; at < bytes.Length; at += Read(bytes.AsSpan(at)))
        {
        }

        if (type == 'x') records.Read(bytes);
        else if (type == 'L') records.Path = TarHeader.Text(bytes);
        else if (type == 'K') records.LinkPath = TarHeader.Text(bytes);
    }

    private TarEntry Entry(in TarHeader header, PaxRecords records)
    {
        string name = records.Path ?? header.Name, target = records.LinkPath ?? header.Target;
        TarKind kind = header.Type switch
        {
            '\0' when name.EndsWith('/') => TarKind.Folder, // as before ustar
            '0' or '\0' or '7' => TarKind.File,
            '1' => TarKind.HardLink,
            '2' => TarKind.SymbolicLink,
            '3' or '4' or '6' => TarKind.Special,
            '5' => TarKind.Folder,
            'S' => throw Sparse(),
            var other => throw ImageFault.Bad($"{EntryName.Quote(name)} is of the unknown kind {(int)other}: pack it with another tool"),
        };
        long size = records.Size ?? header.Size;
        if (kind == TarKind.File) Content(size);
        return new TarEntry(kind, name, target, kind == TarKind.File ? size : 0, header.Mode, records.Modified ?? header.Modified);
    }

    private void Content(long size)
    {
        if (size > MostContent) throw ImageFault.Limit($"an entry of {size} bytes, limit {MostContent}: the archive is damaged");
        _left = size;
        _padding = (int)(-size & (TarHeader.Block - 1));
    }

    private void Skip()
    {
        if (source.CanSeek)
        {
            if (_left + _padding > 0 && _left > source.Length - source.Position - _padding) throw Short();
            source.Position += _left + _padding;
        }
        else if (_left + _padding > 0)
        {
            byte[] rest = new byte[(int)Math.Min(SkipBytes, _left + TarHeader.Block)];
            while (_left > 0) _ = Read(rest);
            if (source.ReadAtLeast(rest.AsSpan(0, _padding), _padding, throwOnEndOfStream: false) < _padding) throw Short();
        }

        (_left, _padding) = (0, 0);
    }

    private static PeerComputeException Short() => ImageFault.Bad("the archive is cut short: copy it again");
}
