// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Compile;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Functions that are too large for the runtime's optimiser become several methods.</summary>
[TestFixture]
public sealed class SplitTests
{
    private const int Arms = 60;
    private const int Steps = 40;

    [Test]
    public void ALargeInterpreterIsSplitIntoMethodsThatAreOptimised()
    {
        var bytes = ModuleBytes.Function(4, 1, 1, Interpreter());
        var whole = Parse(bytes, SplitSizes.Default with { MeasuredBytes = int.MaxValue });
        var module = Parse(bytes, SplitSizes.Default);
        Assert.That(whole.Compile(1).Bytes, Is.GreaterThan(200_000));
        using var listener = new JitListener();
        var expected = Run(module, WasmEngine.Interpreter, 20_000);
        Assert.That(Run(module, WasmEngine.Compiler, 20_000), Is.EqualTo(expected));
        var guests = listener.Guests();
        Assert.That(guests.Keys, Has.Member("f0").And.Some.StartsWith("f0r"));
        Assert.That(guests.Where(m => !m.Value), Is.Empty, "methods that are not optimised");
        Assert.That(Run(whole, WasmEngine.Compiler, 20_000), Is.EqualTo(expected));
        Assert.That(listener.Guests()["f0"], Is.False, "as a whole it is not optimised");
    }

    [Test]
    public void AFunctionIsMeasuredToTheByte()
    {
        var bytes = ModuleBytes.Function(4, 1, 1, Interpreter());
        var size = (int)Parse(bytes, SplitSizes.Default with { MeasuredBytes = int.MaxValue }).Compile(1).Bytes;
        int regions(int limit) =>
            Parse(bytes, SplitSizes.Default with { Whole = SmallParts.Of(limit).Part }).CompiledFor(false).Regions;
        Assert.That(regions(size), Is.Zero);
        Assert.That(regions(size - 1), Is.Positive);
    }

    [Test]
    public void FuelEndsTheSameInEveryPart()
    {
        var module = Parse(ModuleBytes.Function(4, 1, 1, Interpreter()), SplitSizes.Default);
        for (var fuel = 1; fuel < 40_000; fuel = (fuel * 5 / 4) + 1)
        {
            Assert.That(Run(module, WasmEngine.Compiler, 1_000, fuel), Is.EqualTo(Run(module, WasmEngine.Interpreter, 1_000, fuel)), $"fuel {fuel}");
        }
    }

    [Test]
    public void WhatHasNoPartsStaysWhole()
    {
        // ((x + 129) + 129) + ...: one expression of more than 60,000 bytes of intermediate language.
        var body = new List<byte> { 0x20, 0 };
        for (var i = 0; i < 15_000; i++) body.AddRange([0x41, 0x81, 1, 0x6A]);
        var module = Parse(ModuleBytes.Function(4, 1, 0, [.. body]), SplitSizes.Default);
        Assert.That(module.Compile(1).Bytes, Is.GreaterThan(SplitSizes.Optimised.Bytes));
        Assert.That((module.CompiledFor(false).Regions, module.CompiledFor(false).Interpreted), Is.EqualTo((0, 0)));
        Assert.That(Run(module, WasmEngine.Compiler, 5), Is.EqualTo(Run(module, WasmEngine.Interpreter, 5)));
    }

    [Test]
    public void WhatIsOptimisedAsAWholeStaysWhole()
    {
        // 5 kB of code, measured, and 47 kB of intermediate language.
        var body = Enumerable.Repeat<byte[]>([0x20, 0, 0x41, 1, 0x6A, 0x21, 0], 700).SelectMany(b => b);
        var module = Parse(ModuleBytes.Function(4, 1, 0, [.. body, 0x20, 0]), SplitSizes.Default);
        Assert.That(module.CompiledFor(false).Regions, Is.Zero);
    }

    /// <summary>
    /// (n, x, y, unused) with one i64: takes n steps, each an arm of one switch by x, and returns x ^ y. Arms go on with the next step, some by way of the end
    /// of the switch, and some return.
    /// </summary>
    private static byte[] Interpreter()
    {
        var code = new List<byte> { 0x03, 0x40, 0x20, 0, 0x45, 0x04, 0x40, 0x20, 1, 0x20, 2, 0x73, 0x0F, 0x0B, 0x20, 0, 0x41, 1, 0x6B, 0x21, 0, 0x02, 0x40 };
        for (var arm = 0; arm < Arms; arm++) code.AddRange([0x02, 0x40]);
        code.AddRange([0x20, 1, 0x41, .. ModuleBytes.Unsigned(Arms), 0x70, 0x0E, .. ModuleBytes.Unsigned(Arms - 1)]);
        for (var arm = 0; arm < Arms; arm++) code.AddRange(ModuleBytes.Unsigned((ulong)arm));
        for (var arm = 0; arm < Arms; arm++)
        {
            code.Add(0x0B);
            for (var step = 0; step < Steps; step++) code.AddRange(Step(arm, step));
            var way = arm % 7 == 3 ? Arms - 1 - arm : Arms - arm;
            code.AddRange([0x0C, .. ModuleBytes.Unsigned((ulong)way)]);
        }

        return [.. code, 0x0B, 0x20, 1, 0x41, 7, 0x6A, 0x21, 1, 0x0C, 0, 0x0B, 0];
    }

    /// <summary>memory[at] += x; l += x; y ^= l; if (x &amp; bit) x = x * 5 + at; every 97th returns y where x is 7 modulo 64.</summary>
    private static IEnumerable<byte> Step(int arm, int step)
    {
        var at = (byte)((arm + step) & 63);
        byte[] code =
        [
            0x41, at, 0x41, at, 0x28, 2, 0, 0x20, 1, 0x6A, 0x36, 2, 0, 0x20, 4, 0x20, 1, 0xAD, 0x7C, 0x21, 4, 0x20, 2, 0x20, 4, 0xA7, 0x73, 0x21, 2,
            0x20, 1, 0x41, (byte)(1 << (step % 6)), 0x71, 0x04, 0x40, 0x20, 1, 0x41, 5, 0x6C, 0x41, at, 0x6A, 0x21, 1, 0x0B,
        ];
        return ((arm * Steps) + step) % 97 == 96
            ? [.. code, 0x20, 1, 0x41, 63, 0x71, 0x41, 7, 0x46, 0x04, 0x40, 0x20, 2, 0x0F, 0x0B] : code;
    }

    private static WasmModule Parse(byte[] bytes, SplitSizes sizes)
    {
        var module = WasmModule.Parse(bytes, WasmLimits.Default);
        module.SplitSizes = sizes;
        return module;
    }

    private static string Run(WasmModule module, WasmEngine engine, ulong steps, long fuel = 100_000_000) => GuestThread.Run(() =>
    {
        var meter = new FuelMeter(fuel);
        var store = new Store(meter, 10, 100_000, engine, GuestThread.StackBytes);
        var instance = new WasmInstance(store, module, _ => null);
        var ends = new List<string>();
        for (uint seed = 1; seed <= 5; seed++)
        {
            try
            {
                ends.Add($"{store.Invoke((FunctionInstance)instance.Find("f")!, [steps, seed * 2654435761U, seed, 0])[0]}");
            }
            catch (TrapException trap)
            {
                ends.Add(trap.Message);
            }
        }

        return $"{string.Join(' ', ends)} {meter.Used} {Convert.ToHexString(instance.Memory!.Span(0, 128))}";
    });
}
