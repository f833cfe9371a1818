// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Reality;

/// <summary>A WebAssembly program of a certain size that writes a certain number of zero bytes to its standard output and ends.</summary>
internal static class RealModule
{
    /// <summary>Most bytes that it writes: they are a part of its one page of memory.</summary>
    public const int OutputMost = Page - Buffer;

    private const int Page = 1 << 16;
    private const int Buffer = 16;

    // (module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))) (memory (export "memory") 1)
    //   (func (export "_start") (drop (call 0 (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))) (data (i32.const 0) BUFFER LENGTH))
    private const string BeforeData = "0061736d01000000" + "010c0260047f7f7f7f017f600000"
        + "02230116776173695f736e617073686f745f70726576696577310866645f77726974650000" + "03020101" + "0503010001"
        + "071302066d656d6f72790200065f73746172740001" + "0a0f010d004101410041014108" + "10001a0b" + "0b0e01" + "0041000b08";

    /// <summary>The module.</summary>
    /// <param name="size">Its bytes; one that is too small for the program is as small as can be.</param>
    /// <param name="output">What it writes, bytes, at most <see cref="OutputMost"/>.</param>
    /// <param name="number">Tells programs of one size apart.</param>
    public static byte[] Make(int size, int output, int number)
    {
        byte[] program = [.. Convert.FromHexString(BeforeData), .. BitConverter.GetBytes(Buffer), .. BitConverter.GetBytes(Math.Min(output, OutputMost))];
        // A custom section: its number 0, five bytes of length, its name of four bytes behind their own length, what nobody reads.
        var rest = Math.Max(9, size - program.Length - 6);
        byte[] section = [0, .. Leb(rest), 4, .. "size"u8, .. BitConverter.GetBytes(number), .. new byte[Math.Max(0, rest - 9)]];
        return [.. program, .. section];
    }

    // LEB128 in five bytes, however small the number is.
    private static byte[] Leb(int number) => [.. Enumerable.Range(0, 5).Select(i => (byte)((number >> (7 * i) & 0x7f) | (i < 4 ? 0x80 : 0)))];
}
