// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Cli.Tests.Durability;

/// <summary>A WebAssembly program that counts down and ends.</summary>
internal static class CountingModule
{
    // (module (memory (export "memory") 1) (func (export "_start") (local i32) (local.set 0 (i32.const N))
    //   (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
    private const string BeforeCode = "0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f73746172740000";
    private const string BeforeNumber = "01017f41";
    private const string AfterNumber = "21000340200041016b22000d000b0b";

    /// <summary>The module that counts from a number to 0.</summary>
    public static byte[] To(int number)
    {
        byte[] body = [.. Convert.FromHexString(BeforeNumber), .. Signed(number), .. Convert.FromHexString(AfterNumber)];
        return [.. Convert.FromHexString(BeforeCode), 0x0a, (byte)(body.Length + 2), 0x01, (byte)body.Length, .. body];
    }

    // LEB128, as the binary format writes i32.const.
    private static IEnumerable<byte> Signed(int number)
    {
        for (; number is < -64 or > 63; number >>= 7) yield return (byte)(number & 0x7f | 0x80);
        yield return (byte)(number & 0x7f);
    }
}
