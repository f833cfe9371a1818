// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Forms;

/// <summary>The header of a raw picture of Netpbm.</summary>
/// <param name="Kind">The digit behind its P: 4 black and white, 5 greys, 6 colours.</param>
/// <param name="Width">Pixels of a row, at most 2^24.</param>
/// <param name="Height">Rows, at most 2^24.</param>
/// <param name="Peak">Largest sample, 1 to 65535; of kind 4, whose header has none, 1.</param>
internal readonly record struct NetpbmHead(char Kind, ulong Width, ulong Height, ulong Peak)
{
    /// <summary>Bytes of the samples.</summary>
    public ulong Length => Height * (Kind == '4' ? (Width + 7) / 8 : Width * (Kind == '6' ? 3UL : 1) * (Peak > 255 ? 2UL : 1));
}
