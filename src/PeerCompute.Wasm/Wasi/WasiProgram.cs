// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Wasi;

/// <summary>Runs command modules: those that export <c>_start</c> and a memory and import WASI preview 1 only.</summary>
public static class WasiProgram
{
    /// <summary>Runs a program to its end on the calling thread.</summary>
    /// <param name="module">The program.</param>
    /// <param name="options">What it is given.</param>
    /// <returns>How it ended, traps included.</returns>
    /// <exception cref="WasmInvalidException">It imports something else, or is no command.</exception>
    /// <exception cref="InsufficientExecutionStackException">The thread's stack is too small for a compiled program: no result, the host's fault.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static WasiExit Run(WasmModule module, WasiOptions options)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FuelLimit, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.MaxPages is >= 1 and <= 65_536, true, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.MaxFrameUnits is >= 1_000 and <= 16_777_216, true, nameof(options));
        CheckCommand(module);
        var fuel = new FuelMeter(options.FuelLimit, options.Cancellation, options.Progress);
        var store = new Store(fuel, options.MaxPages, options.MaxFrameUnits, options.Engine, options.StackBytes, options.Watch);
        using var host = new Preview1(store, options);
        WasmInstance? instance = null;
        try
        {
            instance = new WasmInstance(store, module, host.Resolve);
            store.Invoke((FunctionInstance)instance.Find("_start")!, []);
            return Ended(instance, fuel, 0, TrapKind.None);
        }
        catch (ProgramExit exit)
        {
            return Ended(instance, fuel, exit.Code, TrapKind.None);
        }
        catch (TrapException trap)
        {
            return Ended(instance, fuel, -1, trap.Kind);
        }
        finally
        {
            instance?.Memory?.Dispose();
        }
    }

    private static WasiExit Ended(WasmInstance? instance, FuelMeter fuel, int code, TrapKind trap) =>
        new(code, trap, fuel.Used, (int)(instance?.Memory?.Pages ?? 0)) { MemoryRefused = instance?.Memory?.GrantRefused == true };

    private static void CheckCommand(WasmModule module)
    {
        if (module.FindExport("_start") is not { Kind: ExternKind.Function } start
            || module.TypeOf(start.Index) is not { Params.Length: 0, Results.Length: 0 })
        {
            throw new WasmInvalidException(WasmFault.Unlinkable, -1, "no command: a function _start without parameters and results is not exported");
        }

        if (module.FindExport("memory") is not { Kind: ExternKind.Memory })
        {
            throw new WasmInvalidException(WasmFault.Unlinkable, -1, "no command: no memory is exported as memory");
        }
    }
}
