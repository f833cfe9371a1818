// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Functions of sizes at which the runtime's compiler changes its ways, and those that are left to the interpreter.</summary>
[TestFixture]
public sealed class BigFunctionTests
{
    // 20 bytes a step: beyond 2,000 blocks, 20,000 instructions and 60,000 bytes of intermediate language, then beyond what is compiled.
    [TestCase(100, 0)]
    [TestCase(4_000, 0)]
    [TestCase(20_000, 1)]
    public void ABigFunctionDoesTheSameOnBothEngines(int steps, int interpreted)
    {
        // For each step: memory[k] += x; if (x & 1) x = x * 3 + k.
        var body = new List<byte>();
        for (var k = 0; k < steps; k++)
        {
            var at = (byte)(k & 63);
            body.AddRange([0x41, at, 0x41, at, 0x28, 2, 0, 0x20, 0, 0x6A, 0x36, 2, 0]);
            body.AddRange([0x20, 0, 0x41, 1, 0x71, 0x04, 0x40, 0x20, 0, 0x41, 3, 0x6C, 0x41, at, 0x6A, 0x21, 0, 0x0B]);
        }

        body.AddRange([0x20, 0]);
        var module = WasmModule.Parse(ModuleBytes.Function(1, 1, 0, [.. body]), WasmLimits.Default);
        Assert.That(Run(module, WasmEngine.Compiler), Is.EqualTo(Run(module, WasmEngine.Interpreter)));
        Assert.That(module.CompiledFor(false).Interpreted, Is.EqualTo(interpreted));
    }

    [Test]
    public void ADeepExpressionIsCutIntoPieces()
    {
        // x + (x + (x + ...)): as one tree it would end the runtime's compiler by its own recursion.
        const int depth = 3_900;
        var body = new List<byte>();
        for (var i = 0; i < depth; i++) body.AddRange([0x20, 0, 0x41, 1, 0x6A]);
        for (var i = 1; i < depth; i++) body.Add(0x6A);
        var module = WasmModule.Parse(ModuleBytes.Function(1, 1, 0, [.. body]), WasmLimits.Default);
        Assert.That(Run(module, WasmEngine.Compiler), Is.EqualTo(Run(module, WasmEngine.Interpreter)));
        Assert.That(module.CompiledFor(false).Interpreted, Is.Zero);
    }

    private static string Run(WasmModule module, WasmEngine engine) => GuestThread.Run(() =>
    {
        var fuel = new FuelMeter(100_000_000);
        var store = new Store(fuel, 10, 100_000, engine, GuestThread.StackBytes);
        var instance = new WasmInstance(store, module, _ => null);
        var result = store.Invoke((FunctionInstance)instance.Find("f")!, [7])[0];
        return $"{result} {fuel.Used} {Convert.ToHexString(instance.Memory!.Span(0, 128))}";
    });
}
