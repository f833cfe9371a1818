// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Wasm.Runtime;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>
/// A step program at work (docs/step-abi.md): started from its module and terms, or restored from a state, then taken from state to state. A state
/// depends on module, terms and input files alone, not on the machine, the engine, or how often it was restored on the way.
/// </summary>
public sealed class StepMachine : IDisposable
{
    private readonly WasmModule _module;
    private readonly StepTerms _terms;
    private readonly MemoryGuestFiles _files;
    private readonly FuelMeter _fuel;
    private readonly Store _store;
    private readonly Preview1 _host;
    private WasmInstance? _instance;
    private StepState? _state;

    private StepMachine(WasmModule module, StepTerms terms, MemoryGuestFiles files, StepHost host)
    {
        StepModule.Check(module);
        _module = module;
        _terms = terms;
        _files = files;
        _fuel = new FuelMeter(terms.FuelLimit, host.Cancellation, host.Progress);
        _store = new Store(_fuel, terms.MaxPages, terms.MaxFrameUnits, host.Engine, host.StackBytes);
        _host = new Preview1(_store, terms.ToOptions(files, host));
    }

    /// <summary>The state after the last step.</summary>
    public StepState State
    {
        get
        {
            Invariant.Check(_state is not null);
            return _state;
        }
    }

    /// <summary>Starts a program: segments, start function, <c>_initialize</c> where it exports it, and <c>init</c>, all under one step's fuel.</summary>
    /// <param name="module">The program.</param>
    /// <param name="terms">What it is given.</param>
    /// <param name="files">Its work folder with the input files, made by <see cref="StepTerms.NewFolder"/>; it belongs to the machine from here on.</param>
    /// <param name="host">What the host does around it.</param>
    /// <returns>The machine after <c>init</c>, or after what ended the program before.</returns>
    /// <exception cref="WasmInvalidException">It is no step program.</exception>
    /// <exception cref="ArgumentException">A term is out of its range, or the folder has other bounds.</exception>
    /// <exception cref="OperationCanceledException">The host cancelled it.</exception>
    public static StepMachine Start(WasmModule module, StepTerms terms, MemoryGuestFiles files, StepHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(files);
        terms.Check();
        if (files.Capacity != terms.MaxFileBytes || files.MaxEntries != terms.MaxEntries)
        {
            throw new ArgumentException("the folder has other bounds than the terms", nameof(files));
        }

        var machine = new StepMachine(module, terms, files, host ?? new StepHost());
        return machine.Guarded(machine.Begin);
    }

    /// <summary>Puts a state into a fresh instance, on any machine.</summary>
    /// <param name="module">The program.</param>
    /// <param name="terms">The terms that the state was made under.</param>
    /// <param name="state">The state; compare its root with the one that was agreed on before.</param>
    /// <param name="host">What the host does around it.</param>
    /// <returns>The machine in that state.</returns>
    /// <exception cref="WireException">It is no state that this program can be in, or one of other terms.</exception>
    /// <exception cref="WasmInvalidException">It is no step program.</exception>
    /// <exception cref="ArgumentException">A term is out of its range.</exception>
    public static StepMachine Restore(WasmModule module, StepTerms terms, StepState state, StepHost? host = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(state);
        terms.Check();
        var machine = new StepMachine(module, terms, terms.NewFolder(), host ?? new StepHost());
        return machine.Guarded(() => machine.PutBack(state));
    }

    /// <summary>Calls <c>step</c> once. Only where <see cref="StepState.End"/> is <see cref="StepEnd.GoesOn"/>.</summary>
    /// <returns>The state afterwards.</returns>
    /// <exception cref="OperationCanceledException">The host cancelled it; the machine is of no use any more.</exception>
    /// <exception cref="InsufficientExecutionStackException">The thread's stack is too small for the compiler; no result either.</exception>
    public StepState Step()
    {
        var last = State;
        Invariant.Check(last.End == StepEnd.GoesOn, "a step program that has ended has no further step");
        Advance(last.Step + 1, () => (int)_store.Invoke((FunctionInstance)_instance!.Find(StepModule.Step)!, [])[0]);
        return State;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        Drop();
    }

    private StepMachine Guarded(Action build)
    {
        try
        {
            build();
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Begin() => Advance(0, () =>
    {
        _instance = new WasmInstance(_store, _module, _host.Resolve);
        FunctionIndex.Check(_instance);
        if (_instance.Find(StepModule.Initialize) is FunctionInstance initialise)
        {
            _store.Invoke(initialise, []);
        }

        _store.Invoke((FunctionInstance)_instance.Find(StepModule.Init)!, []);
        return (int)StepEnd.GoesOn;
    });

    /// <summary>Runs a part of the program under one step's fuel, and takes the state that it leaves.</summary>
    private void Advance(long step, Func<int> run)
    {
        var used = _fuel.Used;
        _fuel.GoOn(used, used + Math.Min(_terms.StepFuel, _terms.FuelLimit - used));
        var (end, code) = Outcome(run);
        if (end == StepEnd.GoesOn && step == _terms.MaxSteps)
        {
            (end, code) = (StepEnd.OverLimit, (int)StepLimit.Steps);
        }

        Capture(step, end, code);
    }

    private static (StepEnd End, int Code) Outcome(Func<int> run)
    {
        try
        {
            var answer = run();
            return answer is (int)StepEnd.GoesOn or (int)StepEnd.Done ? ((StepEnd)answer, 0) : (StepEnd.BadAnswer, answer);
        }
        catch (ProgramExit exit)
        {
            return (StepEnd.Exited, exit.Code);
        }
        catch (TrapException trap) when (trap.Kind == TrapKind.Cancelled)
        {
            throw new OperationCanceledException("the step program was cancelled");
        }
        catch (TrapException trap)
        {
            return (StepEnd.Trapped, (int)trap.Kind);
        }
    }

    private void Capture(long step, StepEnd end, int code)
    {
        var control = new StepControl(
            _state?.Terms ?? _terms.Hash(_module), step, end, code, _fuel.Used, _host.Slept, _host.Chance, _host.Streamed);
        var state = StateCapture.Take(control, _instance, _host, _files, _state);
        _state = state;
        if (state.End != StepEnd.GoesOn)
        {
            Drop();
        }
    }

    private void PutBack(StepState state)
    {
        var control = state.Control;
        if (state.Terms != _terms.Hash(_module))
        {
            throw new WireException("control.terms", $"{state.Terms.Short()}, a state of another module or other terms");
        }

        if (control.Fuel > _terms.FuelLimit || control.Step > _terms.MaxSteps || control.Streamed > _terms.MaxStreamBytes)
        {
            throw new WireException("control", "more fuel, steps or bytes than the terms grant");
        }

        _instance = control.HoldsInstance ? Blank() : null;
        StateRestore.Put(state, _instance, _host, _files, _terms);
        _fuel.GoOn(control.Fuel, _terms.FuelLimit);
        _state = state;
        var again = StateCapture.Take(control, _instance, _host, _files, state);
        if (again.Root != state.Root)
        {
            throw new WireException("state", "another state than the one that follows from it");
        }

        if (state.End != StepEnd.GoesOn)
        {
            Drop();
        }
    }

    /// <summary>An instance that is about to be given its state.</summary>
    private WasmInstance Blank()
    {
        try
        {
            var instance = new WasmInstance(_store, _module, _host.Resolve, initialise: false);
            FunctionIndex.Check(instance);
            return instance;
        }
        catch (TrapException)
        {
            throw new WireException("memory", "the module starts with more pages than the terms grant, so it cannot have gone on");
        }
    }

    /// <summary>Gives the memory back as soon as nothing can run any more.</summary>
    private void Drop()
    {
        _instance?.Memory?.Dispose();
        _instance = null;
    }
}
