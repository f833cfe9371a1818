// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Size bounds of a table (elements) or memory (pages).</summary>
internal readonly record struct Limits(uint Min, uint? Max)
{
    /// <summary>Whether something of <paramref name="size"/> with the bound <paramref name="max"/> may be imported as this.</summary>
    public bool Admits(uint size, uint? max) => size >= Min && (Max is not { } mine || (max is { } theirs && theirs <= mine));
}
