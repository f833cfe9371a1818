// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>Bounds on what a module may declare; each is checked before anything is allocated for it.</summary>
public sealed record WasmLimits
{
    /// <summary>The bounds used where none are given.</summary>
    public static WasmLimits Default { get; } = new();

    /// <summary>Bytes of the whole module.</summary>
    public int ModuleBytes { get; init; } = 16 << 20;

    /// <summary>Function types.</summary>
    public int Types { get; init; } = 10_000;

    /// <summary>Parameters of one type, and results of one type.</summary>
    public int Arity { get; init; } = 128;

    /// <summary>Functions, imported ones included.</summary>
    public int Functions { get; init; } = 100_000;

    /// <summary>Imports.</summary>
    public int Imports { get; init; } = 10_000;

    /// <summary>Exports.</summary>
    public int Exports { get; init; } = 10_000;

    /// <summary>Globals, imported ones included.</summary>
    public int Globals { get; init; } = 10_000;

    /// <summary>Tables, imported ones included.</summary>
    public int Tables { get; init; } = 100;

    /// <summary>Elements that one table may start with or grow to.</summary>
    public uint TableElements { get; init; } = 10_000_000;

    /// <summary>Element segments, and data segments.</summary>
    public int Segments { get; init; } = 100_000;

    /// <summary>Bytes of one function body.</summary>
    public int FunctionBytes { get; init; } = 4 << 20;

    /// <summary>Parameters and locals of one function.</summary>
    public int Locals { get; init; } = 50_000;

    /// <summary>Slots of one frame: parameters, locals and operands together.</summary>
    public int FrameSlots { get; init; } = 60_000;

    /// <summary>Blocks within blocks of one function.</summary>
    public int Nesting { get; init; } = 1_000;

    /// <summary>Targets of one <c>br_table</c>.</summary>
    public int BranchTargets { get; init; } = 65_520;

    /// <summary>Targets of all <c>br_table</c> of a module: each may cost a move of its own.</summary>
    public int AllBranchTargets { get; init; } = 1_000_000;

    /// <summary>References in all element segments.</summary>
    public int SegmentElements { get; init; } = 1_000_000;

    /// <summary>Bytes of one import, export or section name.</summary>
    public int NameBytes { get; init; } = 100_000;
}
