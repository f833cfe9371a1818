// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Integers of the binary format (WebAssembly 2.0, section 5.2.2).</summary>
internal static class Leb
{
    public static byte[] Unsigned(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    public static byte[] Signed(long value)
    {
        var bytes = new List<byte>();
        for (; value is < -64 or > 63; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)(value & 0x7F));
        return [.. bytes];
    }

    /// <summary>A vector: how many there are, then the items.</summary>
    public static byte[] Vector(IEnumerable<byte[]> items)
    {
        var all = items.ToList();
        return [.. Unsigned((ulong)all.Count), .. all.SelectMany(i => i)];
    }

    /// <summary>Bytes behind their length.</summary>
    public static byte[] Sized(byte[] bytes) => [.. Unsigned((ulong)bytes.Length), .. bytes];
}
