// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>Runs step programs to their end.</summary>
public static class StepProgram
{
    /// <summary>Starts a program and takes all its steps, on the calling thread.</summary>
    /// <param name="module">The program.</param>
    /// <param name="terms">What it is given.</param>
    /// <param name="files">Its work folder with the input files.</param>
    /// <param name="host">What the host does around it.</param>
    /// <param name="taken">Hears of every state, the one after <c>init</c> first: to keep snapshots.</param>
    /// <returns>The roots of all states, and the last one.</returns>
    /// <exception cref="WasmInvalidException">It is no step program.</exception>
    /// <exception cref="ArgumentException">A term is out of its range, or the folder has other bounds.</exception>
    /// <exception cref="OperationCanceledException">The host cancelled it.</exception>
    public static StepRun Run(WasmModule module, StepTerms terms, MemoryGuestFiles files, StepHost? host = null, Action<StepState>? taken = null)
    {
        using var machine = StepMachine.Start(module, terms, files, host);
        return Finish(machine, taken);
    }

    /// <summary>Takes all steps that are left.</summary>
    /// <param name="machine">A machine in any state.</param>
    /// <param name="taken">Hears of every state, the one at hand first.</param>
    /// <returns>The roots from the state at hand on, and the last state.</returns>
    /// <exception cref="OperationCanceledException">The host cancelled it.</exception>
    public static StepRun Finish(StepMachine machine, Action<StepState>? taken = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var roots = new List<Hash32> { machine.State.Root };
        taken?.Invoke(machine.State);
        while (machine.State.End == StepEnd.GoesOn)
        {
            var state = machine.Step();
            roots.Add(state.Root);
            taken?.Invoke(state);
        }

        return new StepRun(roots, machine.State);
    }
}
