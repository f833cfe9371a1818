// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>Both engines and the plainest machine that follows docs/wasm.md agree on results, traps, fuel, frames, globals and memory.</summary>
[TestFixture]
public sealed class DifferentialTests
{
    private const int MaxPages = 2;

    [Test]
    public void RandomModulesRunTheSameToTheLastUnitOfFuel([Range(0, 19)] int part)
    {
        const int modules = 150;
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < modules; i++)
        {
            var seed = (ulong)((part * modules) + i);
            var module = WasmModule.Parse(new RandomModule(seed).Write(), WasmLimits.Default);
            foreach (var (fuel, units) in new[] { (20_000L, 4_000), (20_000L, 200), (61L, 4_000) })
            {
                var outcome = Compare(module, fuel, units, $"seed {seed}, fuel {fuel}, units {units}");
                var kind = char.IsAsciiDigit(outcome[0]) ? "result" : outcome;
                outcomes[kind] = outcomes.GetValueOrDefault(kind) + 1;
            }
        }

        TestContext.Out.WriteLine(string.Join(", ", outcomes));
        Assert.That(outcomes.Keys, Is.SupersetOf(new[] { "result", "fuel exhausted", "call stack exhausted" }), "the modules must do something");
    }

    private static string Compare(WasmModule module, long fuel, int units, string name)
    {
        var slow = new SlowMachine(module, fuel, units, MaxPages);
        var expected = Outcome(() => slow.Invoke(0, 5, 77));
        Compare(module, slow, expected, WasmEngine.Interpreter, fuel, units, name);
        Compare(module, slow, expected, WasmEngine.Compiler, fuel, units, name);
        return expected;
    }

    private static void Compare(WasmModule module, SlowMachine slow, string expected, WasmEngine engine, long fuel, int units, string seed)
    {
        var name = $"{engine}, {seed}";
        var meter = new FuelMeter(fuel);
        var store = new Store(meter, MaxPages, units, engine);
        var instance = new WasmInstance(store, module, _ => null);
        var actual = Outcome(() => store.Invoke((FunctionInstance)instance.Find("f")!, [5, 77]));
        Assert.That(actual, Is.EqualTo(expected), name);
        Assert.That(meter.Used, Is.EqualTo(slow.Used), name);
        Assert.That(instance.Globals.Select(g => g.Value), Is.EqualTo(slow.Globals), name);
        Assert.That(instance.Memory!.Pages * 65_536, Is.EqualTo(slow.Memory.Length), name);
        Assert.That(instance.Memory.Span(0, (uint)slow.Memory.Length).SequenceEqual(slow.Memory), Is.True, name);
    }

    private static string Outcome(Func<ulong[]> run)
    {
        try
        {
            return string.Join(' ', run());
        }
        catch (TrapException trap)
        {
            return trap.Message;
        }
    }
}
