// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.IO.Compression;

namespace PeerCompute.Client.Results;

/// <summary>Writes pictures of eight-bit red, green and blue as PNG (ISO/IEC 15948): one IDAT chunk, each row with the filter "sub".</summary>
internal sealed class PngWriter : IDisposable
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly Stream _target;
    private readonly int _rowBytes;
    private readonly MemoryStream _compressed = new();
    private readonly ZLibStream _zlib;

    /// <summary>Begins a picture.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows that will be written.</param>
    public PngWriter(Stream target, int width, int height)
    {
        _target = target;
        _rowBytes = width * 3;
        _zlib = new ZLibStream(_compressed, CompressionLevel.Optimal, leaveOpen: true);
        target.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8; // bits of a sample
        header[9] = 2; // red, green, blue
        Chunk("IHDR"u8, header);
    }

    /// <summary>Writes one row.</summary>
    /// <param name="row">Three bytes a pixel.</param>
    public void Row(ReadOnlySpan<byte> row)
    {
        var filtered = new byte[_rowBytes + 1];
        filtered[0] = 1; // sub: difference to the pixel on the left
        for (var i = 0; i < _rowBytes; i++) filtered[i + 1] = (byte)(row[i] - (i < 3 ? 0 : row[i - 3]));
        _zlib.Write(filtered);
    }

    /// <summary>Ends the picture.</summary>
    public void Complete()
    {
        _zlib.Dispose();
        Chunk("IDAT"u8, _compressed.GetBuffer().AsSpan(0, (int)_compressed.Length));
        Chunk("IEND"u8, []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zlib.Dispose();
        _compressed.Dispose();
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private void Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        _target.Write(number);
        _target.Write(type);
        _target.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(Crc(uint.MaxValue, type), data) ^ uint.MaxValue);
        _target.Write(number);
    }
}
