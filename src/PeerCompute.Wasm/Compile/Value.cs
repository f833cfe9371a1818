// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <summary>What kind of expression a <see cref="Value"/> is.</summary>
internal enum ValueKind : byte
{
    Constant,
    Local,
    Temp,
    Operation,
}

/// <summary>
/// An operand of the guest's stack that has not been computed yet: a tree without side effects. It is emitted once, where it is used.
/// </summary>
internal sealed class Value
{
    /// <summary>Deeper trees are computed into a temporary: the runtime's compiler walks them recursively.</summary>
    public const int MaxDepth = 24;

    public required ValueKind Kind { get; init; }

    public required WasmType Type { get; init; }

    /// <summary>A constant's bits.</summary>
    public ulong Bits { get; init; }

    /// <summary>A local's index.</summary>
    public int Local { get; init; }

    /// <summary>Where a temporary stands.</summary>
    public LocalBuilder? Temp { get; init; }

    public byte Opcode { get; init; }

    public Value? First { get; init; }

    public Value? Second { get; init; }

    public int Depth { get; init; }

    /// <summary>Whether it may be a NaN of arithmetic that is not yet canonical; it is nothing else's NaN then.</summary>
    public bool Raw { get; init; }
}
