// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>Arguments of a host call.</summary>
internal readonly ref struct Arguments(Span<ulong> slots)
{
    private readonly Span<ulong> _slots = slots;

    /// <summary>A 32-bit argument.</summary>
    public uint this[int index] => (uint)_slots[index];

    /// <summary>A 64-bit argument.</summary>
    public ulong Long(int index) => _slots[index];
}
