// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>Computing with groups of operations that keep an order.</summary>
internal static class OpGroups
{
    /// <summary>The operation at a place of the group that starts with <paramref name="first"/>.</summary>
    public static Op At(this Op first, int place) => (Op)((int)first + place);
}
