// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>What is rotated and compared with zero: .NET 10.0 miscompiles that for its own rotations by a constant.</summary>
[TestFixture]
public sealed class RotationTests
{
    [Test]
    public void ARotatedNumberComparesWithZeroAsItself(
        [Values(0, 1, 5, 31, 32, 33, 40, 63)] int count, [Values] bool left, [Values] bool wide, [Values] bool opaque)
    {
        // f(x, zero) = rot(x, count [+ zero]) != 0 as a branch; x is chosen so that a wrong flag shows.
        byte[] widen = wide ? [0xAD] : [];
        byte rotate = (byte)((wide ? 0x89 : 0x77) + (left ? 0 : 1));
        byte[] add = opaque ? [0x20, 1, 0x6A] : [];
        var module = WasmModule.Parse(
            ModuleBytes.Function(
                2, 1, 0,
                [
                    0x20, 0, .. widen, 0x41, .. Signed(count), .. add, .. widen, rotate, .. wide ? new byte[] { 0x42, 0, 0x52 } : [],
                    0x04, 0x7F, 0x41, 1, 0x05, 0x41, 2, 0x0B,
                ]),
            WasmLimits.Default);
        foreach (var x in new ulong[] { 0, 1, 5, 0x80000000, uint.MaxValue })
        {
            var store = new Store(new FuelMeter(1_000), 10, 1_000, WasmEngine.Compiler);
            var instance = new WasmInstance(store, module, _ => null);
            Assert.That(store.Invoke((FunctionInstance)instance.Find("f")!, [x, 0])[0], Is.EqualTo(x == 0 ? 2 : 1), $"x = {x}");
        }
    }

    private static byte[] Signed(int value) => value < 64 ? [(byte)value] : [(byte)(value | 0x80), 0];
}
