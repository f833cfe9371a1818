// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Compile;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Runtime;

/// <summary>What the instances of one program share: functions, fuel, grants, the engine.</summary>
internal sealed class Store
{
    private readonly SortedDictionary<string, int> _types = new(StringComparer.Ordinal);
    private readonly List<FunctionInstance> _functions = [];

    private readonly int _maxFrameUnits;
    private Interpreter? _interpreter;
    private readonly Machine? _machine;

    /// <param name="fuel">The program's fuel.</param>
    /// <param name="maxPages">Pages granted.</param>
    /// <param name="maxFrameUnits">Frame units granted.</param>
    /// <param name="engine">What runs the functions.</param>
    /// <param name="stackBytes">Stack that the calling thread has below here, for the compiler; 0 where that is not known.</param>
    /// <param name="watch">Where compiled programs tell how far they have come.</param>
    public Store(FuelMeter fuel, int maxPages, int maxFrameUnits, WasmEngine engine = WasmEngine.Interpreter, long stackBytes = 0, WasmProgress? watch = null)
    {
        Fuel = fuel;
        MaxPages = (uint)maxPages;
        _maxFrameUnits = maxFrameUnits;
        if (engine == WasmEngine.Compiler)
        {
            _machine = new Machine(this, maxFrameUnits, stackBytes);
            fuel.Attach(_machine, watch);
        }
    }

    public FuelMeter Fuel { get; }

    public uint MaxPages { get; }

    /// <summary>Calls a function from outside.</summary>
    /// <exception cref="TrapException">It trapped.</exception>
    public ulong[] Invoke(FunctionInstance function, ReadOnlySpan<ulong> arguments) =>
        _machine is not null ? _machine.Invoke(function, arguments) : Interpret(function, arguments, _maxFrameUnits);

    /// <summary>Has the interpreter run a function, within so many frame units.</summary>
    public ulong[] Interpret(FunctionInstance function, ReadOnlySpan<ulong> arguments, int frameUnits) =>
        (_interpreter ??= new Interpreter(this, _maxFrameUnits)).Invoke(function, arguments, frameUnits);

    public int TypeId(FuncType type)
    {
        var key = type.Key();
        if (!_types.TryGetValue(key, out var id))
        {
            id = _types.Count;
            _types.Add(key, id);
        }

        return id;
    }

    public unsafe FunctionInstance AddFunction(FuncType type, WasmInstance instance, int index, FunctionEntry* entry)
    {
        var function = new FunctionInstance { Type = type, TypeId = TypeId(type), Handle = NextHandle, Instance = instance, Index = index, Entry = entry };
        _functions.Add(function);
        return function;
    }

    public FunctionInstance AddHost(FuncType type, HostFunction host)
    {
        var function = new FunctionInstance { Type = type, TypeId = TypeId(type), Handle = NextHandle, Host = host };
        _functions.Add(function);
        return function;
    }

    public FunctionInstance Function(ulong handle) => _functions[(int)handle - 1];

    private ulong NextHandle => (ulong)_functions.Count + 1;
}
