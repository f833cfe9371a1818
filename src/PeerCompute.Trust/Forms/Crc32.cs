// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Forms;

/// <summary>The check sum of PNG's chunks (W3C Portable Network Graphics, second edition, section 5.5): the reflected polynomial EDB88320.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The check sum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var b in bytes) sum = Table[(byte)sum ^ b] ^ (sum >> 8);
        return ~sum;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var sum = i;
            for (var bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ ((sum & 1) * 0xEDB88320);
            table[i] = sum;
        }

        return table;
    }
}
