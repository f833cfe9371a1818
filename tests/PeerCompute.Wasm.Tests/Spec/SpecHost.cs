// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Tests.Spec;

/// <summary>The module <c>spectest</c> that the specification's tests import.</summary>
internal sealed class SpecHost
{
    private readonly SortedDictionary<string, object> _exports = new(StringComparer.Ordinal);

    public SpecHost(Store store)
    {
        _exports["global_i32"] = new Global(new GlobalType(WasmType.I32, false), 666);
        _exports["global_i64"] = new Global(new GlobalType(WasmType.I64, false), 666);
        _exports["global_f32"] = new Global(new GlobalType(WasmType.F32, false), BitConverter.SingleToUInt32Bits(666.6f));
        _exports["global_f64"] = new Global(new GlobalType(WasmType.F64, false), BitConverter.DoubleToUInt64Bits(666.6));
        _exports["table"] = new Table(new TableType(WasmType.FuncRef, new Limits(10, 20)), 100);
        _exports["memory"] = new LinearMemory(1, 2, 2);
        Print(store, "print");
        Print(store, "print_i32", WasmType.I32);
        Print(store, "print_i64", WasmType.I64);
        Print(store, "print_f32", WasmType.F32);
        Print(store, "print_f64", WasmType.F64);
        Print(store, "print_i32_f32", WasmType.I32, WasmType.F32);
        Print(store, "print_f64_f64", WasmType.F64, WasmType.F64);
    }

    public object? Find(string name) => _exports.GetValueOrDefault(name);

    private void Print(Store store, string name, params WasmType[] types) =>
        _exports[name] = store.AddHost(new FuncType(types, []), (_, _) => { });
}
