// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <summary>A block that is being compiled.</summary>
internal sealed class OpenBlock
{
    public required byte Opcode { get; init; }

    public required FuncType Type { get; init; }

    /// <summary>Operands below the block's parameters.</summary>
    public required int Height { get; init; }

    /// <summary>Where branches go: the start of a loop, the end of any other block.</summary>
    public required Label Target { get; init; }

    /// <summary>Where an <c>if</c> goes when its condition is false, until its <c>else</c>.</summary>
    public Label? Else { get; set; }

    /// <summary>What branches set: a loop's parameters, any other block's results.</summary>
    public required LocalBuilder[] Carried { get; init; }

    /// <summary>Results, set at the end of the block by falling out of it.</summary>
    public required LocalBuilder[] Results { get; init; }

    /// <summary>Parameters of an <c>if</c>, for its other arm.</summary>
    public LocalBuilder[] Saved { get; init; } = [];

    /// <summary>The block as a region within sees it: with its own place for branches, and for what they set.</summary>
    public OpenBlock Seen(Label target, LocalBuilder[] carried) =>
        new() { Opcode = Opcode, Type = Type, Height = Height, Target = target, Carried = carried, Results = [] };

    public WasmType[] CarriedTypes => Opcode == Opcodes.Loop ? Type.Params : Type.Results;
}
