// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using PeerCompute.Base.Checks;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Runtime;
using Operations = PeerCompute.Wasm.Interpret.Rare;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// What compiled code calls. Fuel stands in the machine when any of these is called. Methods that only throw let the runtime's compiler move their calls
/// out of the way.
/// </summary>
internal static unsafe class Support
{
    /// <summary>A trap, unless the fuel was exhausted before.</summary>
    public static void Raise(Machine machine, int kind) => throw Trap(machine, (TrapKind)kind);

    public static void RaiseFuel(Machine machine) => throw FuelTrap(machine);

    public static void RaiseStray() => throw new InvariantException("accesses that were refused as a group were granted one by one");

    public static void RaiseStack() => throw new InsufficientExecutionStackException(
        "the thread's stack is smaller than the program's frame units need: the host's fault, run it on a thread of WasmStack.BytesFor bytes");

    /// <summary>The trap of a float that has no place in its integer type.</summary>
    public static void RaiseTruncation(Machine machine, double value) =>
        throw Trap(machine, double.IsNaN(value) ? TrapKind.InvalidConversionToInteger : TrapKind.IntegerOverflow);

    /// <summary>A NaN with given bits: a constant would go through the compiler's doubles, which lose the quiet bit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static float Nan(int bits) => BitConverter.Int32BitsToSingle(bits);

    /// <summary>Operations on tables and on memory as a whole; the operands as <see cref="Operations"/> takes them.</summary>
    public static ulong Rare(Machine machine, int op, int lo, int hi, ulong a, ulong b, ulong c)
    {
        var slots = stackalloc ulong[] { a, b, c };
        var instruction = new Ins { Op = (Op)op, A = 0, B = 1, C = 2 };
        instruction.Lo = lo;
        instruction.Hi = hi;
        Check(Operations.Execute(machine.Instance, &instruction, slots));
        machine.Measure();
        return slots[0];
    }

    /// <summary>The rarer numeric instructions of one operand that cannot trap.</summary>
    public static ulong RareNumber(int op, ulong value)
    {
        RareNumbers.Execute((Op)op, value, out var result);
        return result;
    }

    /// <summary>Address of the function for an indirect call, or 0 where it is not of the running instance.</summary>
    public static nint Lookup(Machine machine, uint index, int table, int typeIndex)
    {
        var instance = machine.Instance;
        var elements = instance.Tables[table];
        if (index >= elements.Size)
        {
            throw new TrapException(TrapKind.UndefinedElement);
        }

        var handle = elements[index];
        if (handle == 0)
        {
            throw new TrapException(TrapKind.UninitializedElement);
        }

        var callee = machine.Store.Function(handle);
        if (callee.TypeId != instance.TypeIds[typeIndex])
        {
            throw new TrapException(TrapKind.IndirectCallTypeMismatch);
        }

        if (callee.Instance == instance && callee.Host is null)
        {
            return machine.CodeOf(instance).CodeOf(callee.Index);
        }

        machine.Callee = callee;
        return 0;
    }

    public static void CallForeign(Machine machine, int depth) => Call(machine, depth, machine.Callee);

    public static void CallImport(Machine machine, int depth, int function) => Call(machine, depth, machine.Instance.Functions[function]);

    /// <summary>Runs a function that was not compiled, and all it calls.</summary>
    public static void Interpret(Machine machine, int depth, int function)
    {
        if (machine.Left < 0)
        {
            throw FuelTrap(machine);
        }

        var callee = machine.Instance.Functions[function];
        var fuel = machine.Store.Fuel;
        fuel.Divide();
        try
        {
            var results = machine.Store.Interpret(callee, new ReadOnlySpan<ulong>(machine.Slots, callee.Type.Params.Length), depth);
            results.CopyTo(new Span<ulong>(machine.Slots, results.Length));
        }
        finally
        {
            fuel.Unite();
        }

        machine.Measure();
    }

    private static void Call(Machine machine, int depth, FunctionInstance callee)
    {
        var caller = machine.Instance;
        if (callee.Host is { } host)
        {
            host(caller, new Span<ulong>(machine.Slots, callee.Slots));
        }
        else
        {
            machine.Switch(callee.Instance!);
            machine.Enter(callee, depth);
        }

        machine.Switch(caller);
    }

    private static TrapException Trap(Machine machine, TrapKind kind) => machine.Left < 0 ? FuelTrap(machine) : new TrapException(kind);

    private static TrapException FuelTrap(Machine machine)
    {
        if (machine.Left >= 0)
        {
            return new TrapException(TrapKind.Cancelled);
        }

        machine.Left = 0;
        return new TrapException(TrapKind.FuelExhausted);
    }

    private static void Check(TrapKind trap)
    {
        if (trap != TrapKind.None)
        {
            throw new TrapException(trap);
        }
    }
}
