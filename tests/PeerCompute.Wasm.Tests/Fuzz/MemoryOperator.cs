// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>A load or a store (WebAssembly 2.0, section 5.4.6).</summary>
/// <param name="Code">Its byte.</param>
/// <param name="Type">What is loaded or stored.</param>
/// <param name="Align">Logarithm of the bytes it touches: the highest alignment it may claim.</param>
internal sealed record MemoryOperator(byte Code, WasmType Type, int Align)
{
    private const WasmType I = WasmType.I32, L = WasmType.I64, F = WasmType.F32, D = WasmType.F64;

    public static ILookup<WasmType, MemoryOperator> Loads { get; } = new MemoryOperator[]
    {
        new(0x28, I, 2), new(0x29, L, 3), new(0x2A, F, 2), new(0x2B, D, 3), new(0x2C, I, 0), new(0x2D, I, 0), new(0x2E, I, 1), new(0x2F, I, 1),
        new(0x30, L, 0), new(0x31, L, 0), new(0x32, L, 1), new(0x33, L, 1), new(0x34, L, 2), new(0x35, L, 2),
    }.ToLookup(o => o.Type);

    public static ILookup<WasmType, MemoryOperator> Stores { get; } = new MemoryOperator[]
    {
        new(0x36, I, 2), new(0x37, L, 3), new(0x38, F, 2), new(0x39, D, 3), new(0x3A, I, 0), new(0x3B, I, 1), new(0x3C, L, 0), new(0x3D, L, 1), new(0x3E, L, 2),
    }.ToLookup(o => o.Type);
}
