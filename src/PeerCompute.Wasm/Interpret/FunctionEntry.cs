// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// What a call needs of a function. A frame is: parameters, locals, the caller's instruction and frame (at <see cref="ReturnSlot"/>), operands.
/// </summary>
internal unsafe struct FunctionEntry
{
    public Ins* Code;
    public int ZeroFrom;
    public int ZeroCount;
    public int ReturnSlot;

    /// <summary>Frame units of docs/wasm.md.</summary>
    public int Units;

    /// <summary>Charge of the first block.</summary>
    public int EntryFuel;
}
