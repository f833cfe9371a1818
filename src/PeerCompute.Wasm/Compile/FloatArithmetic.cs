// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>Instructions whose NaN results are canonical (docs/wasm.md section 2).</summary>
internal static class FloatArithmetic
{
    public static bool Computes(byte opcode) => opcode is
        (>= 0x8D and <= 0x97) or (>= 0x9B and <= 0xA5) or 0xB6 or 0xBB // ceil to max of both types, demote, promote
        or (>= 0xB2 and <= 0xB5) or (>= 0xB7 and <= 0xBA); // conversions from integers: never NaN
}
