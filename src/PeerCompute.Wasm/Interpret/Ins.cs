// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// One instruction of the internal code: an operation, three slots of the frame, and 64 bits that hold a constant, an offset, or two halves.
/// Branches: Lo is the distance to the target, Hi (B where Hi is a constant) the charge of the target's block, C the charge of the block that follows.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Ins
{
    [FieldOffset(0)]
    public Op Op;

    [FieldOffset(2)]
    public ushort A;

    [FieldOffset(4)]
    public ushort B;

    [FieldOffset(6)]
    public ushort C;

    [FieldOffset(8)]
    public ulong Imm;

    [FieldOffset(8)]
    public float Single;

    [FieldOffset(8)]
    public double Double;

    [FieldOffset(8)]
    public int Lo;

    [FieldOffset(12)]
    public int Hi;
}
