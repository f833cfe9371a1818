// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>An instruction of <see cref="SlowFunction"/>.</summary>
internal struct SlowInstruction
{
    public byte Opcode;
    public int Index;
    public ulong Constant;
    public uint[]? Targets;
    public FuncType? Block;
    public int Else;
    public int End;

    /// <summary>Charge of the block that starts here.</summary>
    public int Charge;
}
