// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Security.Cryptography;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Tests.Compile;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>An engine of ours as it is; compiled functions are split into parts of some size that depends on the case, where that is asked for.</summary>
internal sealed class FuzzEngine(WasmEngine engine, bool split = false) : IFuzzEngine
{
    public Func<FuzzGrant, FuzzOutcome> Prepare(FuzzCase fuzz)
    {
        var module = WasmModule.Parse(fuzz.Module.Encode(), WasmLimits.Default);
        if (split) module.SplitSizes = SmallParts.Of(20 << (int)(fuzz.Seed % 8));
        return grant => Run(fuzz, module, grant);
    }

    /// <summary>Runs all calls of a case in one instance; a trap ends its call only, exhausted fuel ends the case.</summary>
    private FuzzOutcome Run(FuzzCase fuzz, WasmModule module, FuzzGrant grant)
    {
        var outcome = new FuzzOutcome();
        var meter = new FuelMeter(grant.Fuel);
        var store = new Store(meter, grant.MaxPages, grant.FrameUnits, engine, FuzzStack.Bytes);
        var host = store.AddHost(FuzzModule.Host, (_, slots) => slots[0] = Mix((uint)slots[0], slots[1]));
        WasmInstance instance;
        try
        {
            instance = new WasmInstance(store, module, _ => host);
        }
        catch (TrapException trap)
        {
            outcome.Calls.Add(trap.Message);
            outcome.Fuel.Add(meter.Used);
            return outcome;
        }

        foreach (var call in fuzz.Calls)
        {
            instance.Globals[0].Value = FuzzOptions.Steps;
            outcome.Calls.Add(Call(store, (FunctionInstance)instance.Find(call.Name)!, call.Arguments));
            outcome.Fuel.Add(meter.Used);
            if (outcome.Calls[^1] == Traps.NameOf(TrapKind.FuelExhausted)) break;
        }

        Describe(instance, outcome);
        instance.Memory?.Dispose();
        return outcome;
    }

    /// <summary>The function of the host: anything whose result depends on every bit of its arguments.</summary>
    private static ulong Mix(uint a, ulong b) => BitOperations.RotateLeft(b ^ (a * 0x9E3779B97F4A7C15UL), 23);

    private static string Call(Store store, FunctionInstance function, ulong[] arguments)
    {
        try
        {
            return FuzzOutcome.Results(store.Invoke(function, arguments));
        }
        catch (TrapException trap)
        {
            return trap.Message;
        }
    }

    private static void Describe(WasmInstance instance, FuzzOutcome outcome)
    {
        outcome.Globals = [.. instance.Globals.Select(g => FuzzOutcome.Results([g.Value]))];
        if (instance.Memory is { } memory) outcome.Memory = Convert.ToHexStringLower(SHA256.HashData(memory.Span(0, (uint)memory.Length)));
        foreach (var table in instance.Tables) outcome.Tables.Add(FuzzOutcome.Results(table.Range(0, table.Size).ToArray()));
    }
}
