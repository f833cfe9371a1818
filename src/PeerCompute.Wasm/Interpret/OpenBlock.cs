// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>A block of the source that is being translated.</summary>
internal struct OpenBlock
{
    public byte Opcode;

    /// <summary>Operands below the block's parameters.</summary>
    public int Height;
    public int Params;
    public int Results;

    /// <summary>Where branches to the block go: its start for a loop, else its end.</summary>
    public int Label;
    public int ElseLabel;
}
