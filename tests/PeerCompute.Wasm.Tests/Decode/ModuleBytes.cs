// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Decode;

/// <summary>Puts modules together by hand.</summary>
internal sealed class ModuleBytes
{
    private readonly List<byte> _bytes = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0];

    public static byte[] Unsigned(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    public ModuleBytes Section(byte id, params byte[] content)
    {
        _bytes.Add(id);
        _bytes.AddRange(Unsigned((ulong)content.Length));
        _bytes.AddRange(content);
        return this;
    }

    /// <summary>One exported function <c>f</c>: parameters and results all i32, locals all i64.</summary>
    public static byte[] Function(int parameters, int results, int locals, params byte[] instructions)
    {
        byte[] i32(int count) => [.. Unsigned((ulong)count), .. Enumerable.Repeat((byte)0x7F, count)];
        byte[] groups = locals == 0 ? [0] : [1, .. Unsigned((ulong)locals), 0x7E];
        byte[] body = [.. groups, .. instructions, 0x0B];
        return new ModuleBytes()
            .Section(1, [1, 0x60, .. i32(parameters), .. i32(results)])
            .Section(3, 1, 0)
            .Section(4, 1, 0x70, 1, 1, 20)
            .Section(5, 1, 1, 1, 3)
            .Section(7, 1, 1, (byte)'f', 0, 0)
            .Section(10, [1, .. Unsigned((ulong)body.Length), .. body])
            .ToArray();
    }

    public byte[] ToArray() => [.. _bytes];
}
