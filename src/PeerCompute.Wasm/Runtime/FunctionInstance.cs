// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Runtime;

/// <summary>A function of an instance or of the host.</summary>
internal sealed unsafe class FunctionInstance
{
    public required FuncType Type { get; init; }

    /// <summary>Equal for equal types of one store.</summary>
    public required int TypeId { get; init; }

    /// <summary>The value of references to it.</summary>
    public required ulong Handle { get; init; }

    public WasmInstance? Instance { get; init; }

    /// <summary>Its number in the module.</summary>
    public int Index { get; init; }

    public FunctionEntry* Entry { get; init; }

    public HostFunction? Host { get; init; }

    public int Slots => Math.Max(Type.Params.Length, Type.Results.Length);
}
