// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Runtime;

/// <summary>What the instances of one program share: functions, fuel, grants, the interpreter's stack.</summary>
internal sealed class Store
{
    private readonly SortedDictionary<string, int> _types = new(StringComparer.Ordinal);
    private readonly List<FunctionInstance> _functions = [];

    public Store(FuelMeter fuel, int maxPages, int maxFrameUnits)
    {
        Fuel = fuel;
        MaxPages = (uint)maxPages;
        Interpreter = new Interpreter(this, maxFrameUnits);
    }

    public FuelMeter Fuel { get; }

    public uint MaxPages { get; }

    public Interpreter Interpreter { get; }

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

    public unsafe FunctionInstance AddFunction(FuncType type, WasmInstance instance, FunctionEntry* entry)
    {
        var function = new FunctionInstance { Type = type, TypeId = TypeId(type), Handle = NextHandle, Instance = instance, Entry = entry };
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
