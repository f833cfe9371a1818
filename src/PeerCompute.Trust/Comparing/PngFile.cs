// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Trust.Forms;

namespace PeerCompute.Trust.Comparing;

/// <summary>
/// What of a PNG file (W3C Portable Network Graphics, second edition) makes the picture. A file that viewers refuse, or may show in different ways, is none:
/// who made it would be paid for a picture that the client cannot see, or sees otherwise.
/// </summary>
internal sealed class PngFile
{
    private const int ChunksBetween = 1024, LargeChunk = 64 << 10; // a few milliseconds

    private readonly List<byte> _packed = [], _looks = [];
    private bool _dataBegan, _dataEnded, _background, _histogram;

    private PngFile(PngHead head) => Head = head;

    /// <summary>Shape and kind.</summary>
    public PngHead Head { get; }

    /// <summary>Colours of a palette, three bytes each; of other kinds none.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Of a palette how opaque its first colours are, of other kinds the samples of the transparent colour (section 11.3.2.1); or empty.</summary>
    public byte[] Transparency { get; private set; } = [];

    /// <summary>The zlib stream of the rows.</summary>
    public byte[] Packed => _packed.ToArray();

    /// <summary>
    /// What else may change the picture's look, in its order: gamma, colour spaces, further pictures of an animation, whatever is not known here. Texts and
    /// times are left out.
    /// </summary>
    public byte[] Looks => _looks.ToArray();

    /// <summary>Reads a file; null where it is none that can be compared.</summary>
    /// <param name="file">The file.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    public static PngFile? Read(ReadOnlySpan<byte> file, Action? checkpoint)
    {
        if (!PngChunks.TryOpen(file, out var chunks) || !chunks.TryNext(out var first) || PngHead.Of(first) is not { } head) return null;
        var read = new PngFile(head);
        for (var walked = 0; chunks.TryNext(out var chunk); walked++)
        {
            if (walked % ChunksBetween == 0 || chunk.Data.Length >= LargeChunk) checkpoint?.Invoke();
            if (!chunk.IsSound) return null;
            if (chunk.Is("IEND"u8)) return chunk.Data.IsEmpty && read._dataBegan && (head.Kind == PngHead.Palette) == (read.Palette.Length > 0) ? read : null;
            if (!read.Take(chunk)) return null;
        }

        return null;
    }

    private bool Take(PngChunk chunk)
    {
        if (chunk.Is("IDAT"u8)) return TakeData(chunk);
        _dataEnded = _dataBegan;
        if (chunk.Is("PLTE"u8)) return TakePalette(chunk);
        if (chunk.Is("tRNS"u8)) return TakeTransparency(chunk);
        if (chunk.IsCritical) return false;
        if (chunk.Is("tEXt"u8) || chunk.Is("zTXt"u8) || chunk.Is("iTXt"u8) || chunk.Is("tIME"u8)) return true;
        if (chunk.Is("bKGD"u8) && !TakePlaces(ref _background)) return false;
        if (chunk.Is("hIST"u8) && !TakePlaces(ref _histogram)) return false;
        _looks.AddRange(chunk.Bytes);
        return true;
    }

    /// <summary>
    /// A background or histogram, one of each at most and behind the palette (section 5.6). They go by places in it, so its colours are part of the look then.
    /// </summary>
    private bool TakePlaces(ref bool taken)
    {
        if (taken || (Head.Kind == PngHead.Palette && Palette.Length == 0)) return false;
        taken = true;
        _looks.AddRange(Palette);
        return true;
    }

    private bool TakeData(PngChunk chunk)
    {
        if (_dataEnded) return false; // section 5.6: one behind the other
        if (!_dataBegan) _looks.AddRange("IDAT"u8);
        _dataBegan = true;
        _packed.AddRange(chunk.Data);
        return true;
    }

    /// <summary>One palette, before the data, and none of greys (section 11.2.3). To true colours it is a proposal only.</summary>
    private bool TakePalette(PngChunk chunk)
    {
        var most = 3 << (Head.Kind == PngHead.Palette ? Head.Depth : 8);
        if (_dataBegan || Palette.Length > 0 || chunk.Data.Length == 0 || chunk.Data.Length % 3 != 0 || chunk.Data.Length > most) return false;
        switch (Head.Kind)
        {
            case PngHead.Palette:
                Palette = chunk.Data.ToArray();
                _looks.AddRange("PLTE"u8);
                return true;
            case PngHead.Colour or PngHead.ColourAlpha:
                _looks.AddRange(chunk.Bytes);
                return true;
            default:
                return false;
        }
    }

    private bool TakeTransparency(PngChunk chunk)
    {
        var data = chunk.Data;
        if (_dataBegan || Transparency.Length > 0) return false;
        if (Head.Kind == PngHead.Palette)
        {
            if (data.Length == 0 || data.Length > Palette.Length / 3) return false;
            Transparency = data.ToArray();
        }
        else
        {
            if (Head.Kind is PngHead.GreyAlpha or PngHead.ColourAlpha || data.Length != 2 * Head.Channels) return false;
            Transparency = new byte[Head.Channels * Head.SampleBytes];
            for (var i = 0; i < Head.Channels; i++)
            {
                var sample = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
                if (sample > Head.Peak) return false;
                data.Slice((2 * i) + 2 - Head.SampleBytes, Head.SampleBytes).CopyTo(Transparency.AsSpan(i * Head.SampleBytes));
            }
        }

        _looks.AddRange("tRNS"u8);
        return true;
    }
}
