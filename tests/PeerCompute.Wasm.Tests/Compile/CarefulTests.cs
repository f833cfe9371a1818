// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>What the runtime's own compiler gets wrong in some place; without hardware intrinsics: Fuzz/IntrinsicsTests.</summary>
[TestFixture]
public sealed class CarefulTests
{
    [TestCase(0x96, 0u, 0x80000000u)]
    [TestCase(0x96, 0x80000000u, 0x80000000u)]
    [TestCase(0x97, 0u, 0u)]
    [TestCase(0x97, 0x80000000u, 0x80000000u)]
    public void TheSmallerAndTheLargerOfAConstantMinusZeroAndAZero(byte opcode, uint value, uint expected)
    {
        // local.get 0, f32.reinterpret_i32, f32.const -0, f32.min or f32.max, i32.reinterpret_f32.
        Check(ModuleBytes.Function(1, 1, 0, 0x20, 0, 0xBE, 0x43, 0, 0, 0, 0x80, opcode, 0xBC), value, expected);
    }

    [TestCase(0x2C, 0xFFFFFFF1u)]
    [TestCase(0x2D, 0xF1u)]
    [TestCase(0x2E, 0xFFFFF2F1u)]
    [TestCase(0x2F, 0xF2F1u)]
    public void AFloatOfANarrowLoadHasItsBitsAlone(byte load, uint expected)
    {
        // Bytes F1 F2 F3 F4 at 0; then the narrow load, f32.reinterpret_i32, f32.abs, i32.reinterpret_f32: abs keeps the round trip from being folded away.
        byte[] store = [0x41, 0, 0x41, 0xF1, 0xE5, 0xCF, 0xA7, 0x7F, 0x36, 0, 0];
        Check(ModuleBytes.Function(1, 1, 0, [.. store, 0x41, 0, load, 0, 0, 0xBE, 0x8B, 0xBC]), 0, expected & int.MaxValue);
    }

    [TestCase(0x6C, 0xFFFFFFC1u)]
    [TestCase(0x6D, 0xFFFFFFC1u)]
    public void ARotatedConstantIsExtendedByItsSign(byte opcode, uint expected)
    {
        // local.get 0, i32.const -1, i32.const 3, i32.rotl, then i32.mul or i32.div_s; and the same of two shifts, of a number found to be -1.
        Check(ModuleBytes.Function(1, 1, 0, 0x20, 0, 0x41, 0x7F, 0x41, 3, 0x77, opcode), 63, expected);
        byte[] shifts = [0x20, 1, 0x41, 3, 0x74, 0x20, 1, 0x41, 29, 0x76, 0x72];
        byte[] body = [0x41, 0x3F, 0x20, 0, 0x20, 1, 0x6A, 0x21, 1, 0x20, 1, 0x41, 0x7F, 0x47, 0x04, 0x40, 0x00, 0x0B, .. shifts, opcode];
        Check(ModuleBytes.Function(2, 1, 0, body), uint.MaxValue, expected, 0);
    }

    [Test]
    public void AKnownSignallingNanKeepsItsBits()
    {
        // i32.const 0x7F90D4A5, f32.reinterpret_i32, i32.reinterpret_f32; and the same of a local that holds it.
        byte[] known = [0x41, 0xA5, 0xA9, 0xC3, 0xFC, 0x07];
        Check(ModuleBytes.Function(1, 1, 0, [.. known, 0xBE, 0xBC]), 0, 0x7F90D4A5);
        Check(ModuleBytes.Function(1, 1, 0, [.. known, 0x21, 0, 0x20, 0, 0xBE, 0xBC]), 0, 0x7F90D4A5);
    }

    private static void Check(byte[] bytes, uint value, uint expected, params ulong[] others)
    {
        var module = WasmModule.Parse(bytes, WasmLimits.Default);
        foreach (var engine in Enum.GetValues<WasmEngine>())
        {
            var store = new Store(new FuelMeter(100), 1, 1_000, engine);
            var instance = new WasmInstance(store, module, _ => null);
            Assert.That(store.Invoke((FunctionInstance)instance.Find("f")!, [value, .. others]), Is.EqualTo(new ulong[] { expected }), engine.ToString());
        }
    }
}
