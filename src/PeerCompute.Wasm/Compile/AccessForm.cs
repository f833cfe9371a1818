// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>
/// What an operand of 32 bits is: some unknown number plus a constant, modulo 2^32. Two operands of one root are at a known distance from each other.
/// </summary>
/// <param name="Root">Which unknown number: above 0; 0 for none (the operand is the constant); below 0 where nothing is known.</param>
/// <param name="Add">The constant.</param>
internal readonly record struct AccessForm(int Root, uint Add)
{
    public static readonly AccessForm Unknown = new(-1, 0);

    public static AccessForm Constant(ulong bits) => new(0, (uint)bits);

    public static AccessForm operator +(AccessForm first, AccessForm second) => first.Root >= 0 && second.Root >= 0 && (first.Root == 0 || second.Root == 0)
        ? new AccessForm(first.Root + second.Root, first.Add + second.Add) : Unknown;

    public static AccessForm operator -(AccessForm first, AccessForm second) =>
        first.Root >= 0 && second.Root == 0 ? first with { Add = first.Add - second.Add } : Unknown;
}
