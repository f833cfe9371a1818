// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Comparing;

/// <summary>
/// A picture as it is compared: its samples row by row, each of one byte, or of two in big-endian order where they are deeper than eight bits.
/// </summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Samples of a pixel: 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha.</param>
/// <param name="Peak">Largest sample, 1 to 65535.</param>
/// <param name="Samples">The samples.</param>
internal sealed record Picture(int Width, int Height, int Channels, int Peak, byte[] Samples)
{
    /// <summary>Most bytes that a picture may unfold to: 8192 × 5461 pixels of three bytes. One that needs more is none that can be compared.</summary>
    public const long BytesMost = 128 << 20;

    /// <summary>What else changes how it looks, such as gamma: compared byte for byte.</summary>
    public byte[] Looks { get; init; } = [];

    /// <summary>Samples of a row.</summary>
    public int RowLength => Width * Channels;

    private bool IsDeep => Peak > byte.MaxValue;

    /// <summary>Bytes of a sample.</summary>
    public int SampleBytes => IsDeep ? 2 : 1;

    /// <summary>One sample.</summary>
    /// <param name="at">Its place.</param>
    public int this[int at] => IsDeep ? (Samples[2 * at] << 8) | Samples[(2 * at) + 1] : Samples[at];

    /// <summary>Reads a picture; null where it is none, or cut short, too large, or of a kind that is not known here.</summary>
    /// <param name="file">Any bytes.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    public static Picture? Read(ReadOnlySpan<byte> file, Action? checkpoint = null) => PngPicture.Read(file, checkpoint) ?? NetpbmPicture.Read(file);
}
