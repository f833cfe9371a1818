// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;
using PeerCompute.Wasm.Tests.Fuzz;

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

    /// <summary>f(x, zero) = (x &lt;&lt; count | x &gt;&gt; rest) compared with zero; the shift to the left may be a product, the count a variable.</summary>
    [Test]
    public void ARotationInTwoShiftsComparesWithZeroAsItself(
        [Values(1, 5, 31)] int count, [Values] bool wide, [Values] bool product, [Values] bool opaque, [Values] bool xor,
        [Values("eqz", "eq", "lt_u", "if", "select", "br_if", "br_table", "clz", "local")] string use)
    {
        var (one, bits) = (wide ? (byte)0x42 : (byte)0x41, wide ? 64 : 32);
        byte op(byte narrow, byte broad) => wide ? broad : narrow;
        byte[] get = wide ? [0x20, 0, 0xAD] : [0x20, 0];
        byte[] add = !opaque ? [] : wide ? [0x20, 1, 0xAD, 0x7C] : [0x20, 1, 0x6A];
        byte[] constant = [one, .. Leb.Signed(!product ? count : wide ? 1L << count : 1 << count), .. add];
        byte[] left = [.. constant, product ? op(0x6C, 0x7E) : op(0x74, 0x86)];
        byte[] rotated = [.. get, .. left, .. get, one, .. Leb.Signed(bits - count), .. add, op(0x76, 0x88), xor ? op(0x73, 0x85) : op(0x72, 0x84)];
        byte[] choose = [0x04, 0x7F, 0x41, 1, 0x05, 0x41, 2, 0x0B];
        byte[] test = [.. wide ? new byte[] { 0x50, 0x45 } : []];
        byte[] body = use switch
        {
            "eqz" => [.. rotated, op(0x45, 0x50), 0x45, .. choose],
            "eq" => [.. rotated, one, 0, op(0x47, 0x52), .. choose],
            "lt_u" => [.. rotated, one, 1, op(0x49, 0x54), 0x45, .. choose],
            "if" => [.. rotated, .. test, .. choose],
            "select" => [0x41, 1, 0x41, 2, .. rotated, .. test, 0x1B],
            "br_if" => [0x02, 0x7F, 0x41, 1, .. rotated, .. test, 0x0D, 0, 0x1A, 0x41, 2, 0x0B],
            "br_table" => [0x02, 0x40, 0x02, 0x40, .. rotated, .. test, 0x0E, 1, 0, 1, 0x0B, 0x41, 2, 0x0F, 0x0B, 0x41, 1],
            "clz" => [0x41, 1, 0x41, 2, .. rotated, op(0x67, 0x79), .. wide ? new byte[] { 0xA7 } : [], 0x41, .. Leb.Signed(bits), 0x47, 0x1B],
            _ => wide ? [.. rotated, 0x21, 2, 0x20, 2, 0x50, 0x45, .. choose] : [.. rotated, 0x21, 0, 0x20, 0, .. choose],
        };
        var module = WasmModule.Parse(ModuleBytes.Function(2, 1, 1, body), WasmLimits.Default);
        foreach (var x in new ulong[] { 0, 1, 5, 0x80000000, uint.MaxValue })
        {
            ulong run(WasmEngine engine)
            {
                var store = new Store(new FuelMeter(1_000), 10, 1_000, engine);
                return store.Invoke((FunctionInstance)new WasmInstance(store, module, _ => null).Find("f")!, [x, 0])[0];
            }

            Assert.That(run(WasmEngine.Compiler), Is.EqualTo(run(WasmEngine.Interpreter)), $"x = {x}");
        }
    }

    private static byte[] Signed(int value) => value < 64 ? [(byte)value] : [(byte)(value | 0x80), 0];
}
