// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>What the runtime's compiler counts of a method before it decides whether to optimise it.</summary>
/// <param name="Bytes">Bytes of intermediate language.</param>
/// <param name="Instructions">Its instructions.</param>
/// <param name="Blocks">Its basic blocks.</param>
/// <param name="Locals">Its locals.</param>
/// <param name="References">Instructions that name a local or an argument.</param>
internal readonly record struct MethodSize(int Bytes, int Instructions, int Blocks, int Locals, int References)
{
    public static MethodSize operator +(MethodSize first, MethodSize second) => new(
        first.Bytes + second.Bytes,
        first.Instructions + second.Instructions,
        first.Blocks + second.Blocks,
        first.Locals + second.Locals,
        first.References + second.References);

    public static MethodSize operator -(MethodSize first, MethodSize second) => new(
        first.Bytes - second.Bytes,
        first.Instructions - second.Instructions,
        first.Blocks - second.Blocks,
        first.Locals - second.Locals,
        first.References - second.References);

    /// <summary>Whether none of the numbers is above that of another.</summary>
    public bool Within(MethodSize most) => Bytes <= most.Bytes && Instructions <= most.Instructions && Blocks <= most.Blocks
        && Locals <= most.Locals && References <= most.References;
}
