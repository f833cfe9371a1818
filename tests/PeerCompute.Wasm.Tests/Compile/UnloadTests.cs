// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Decode;

namespace PeerCompute.Wasm.Tests.Compile;

/// <summary>Compiled code goes with the module it belongs to.</summary>
[TestFixture]
public sealed class UnloadTests
{
    [Test]
    public void ModulesThatNothingRefersToGiveTheirCodeBack()
    {
        const int modules = 200;
        var seen = new List<WeakReference>();
        for (var i = 0; i < modules; i++) seen.Add(Load(i));

        // A dynamic assembly goes in several rounds: its finalizer lets the loader free it.
        for (var round = 0; round < 100 && seen.Exists(s => s.IsAlive); round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(seen.Count(s => s.IsAlive), Is.Zero);
        Assert.That(
            AppDomain.CurrentDomain.GetAssemblies().Count(a => a.IsDynamic && a.GetName().Name == "guest"),
            Is.LessThan(modules),
            "assemblies of other tests may be alive, those of this one are not");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Load(int number)
    {
        var module = WasmModule.Parse(ModuleBytes.Function(0, 1, 0, [0x41, .. ModuleBytes.Unsigned((ulong)number & 63)]), WasmLimits.Default);
        var store = new Store(new FuelMeter(1_000), 10, 1_000, WasmEngine.Compiler);
        var instance = new WasmInstance(store, module, _ => null);
        Assert.That(store.Invoke((FunctionInstance)instance.Find("f")!, []), Is.EqualTo(new[] { (ulong)number & 63 }));
        instance.Memory!.Dispose();
        return new WeakReference(module.CompiledFor(false).Assembly);
    }
}
