// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>An operand that the translator tracks: a constant, or the slot that holds it (its own, or a local's as long as that is unchanged).</summary>
internal readonly record struct Operand(int Slot, ulong Value)
{
    public bool IsConstant => Slot < 0;

    public static Operand Constant(ulong value) => new(-1, value);

    public static Operand At(int slot) => new(slot, 0);
}
