// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Runtime;

/// <summary>A table of references: 0 is null, a function is its handle in the store, anything else belongs to the host.</summary>
internal sealed class Table
{
    private readonly uint _cap;
    private ulong[] _elements;

    public Table(TableType type, uint granted)
    {
        Type = type;
        Size = type.Limits.Min;
        _cap = Math.Min(type.Limits.Max ?? uint.MaxValue, granted);
        _elements = new ulong[Size];
    }

    public TableType Type { get; }

    public uint Size { get; private set; }

    public ref ulong this[uint index] => ref _elements[index];

    public bool CanGrow(uint count) => (ulong)Size + count <= _cap;

    public void Grow(uint count, ulong filler)
    {
        var size = Size + count;
        if (size > (uint)_elements.Length)
        {
            Array.Resize(ref _elements, (int)Math.Min(_cap, Math.Max(size, (uint)_elements.Length * 2)));
        }

        _elements.AsSpan((int)Size, (int)count).Fill(filler);
        Size = size;
    }

    /// <summary>Elements as a span, or a trap where the range is not within the table.</summary>
    public Span<ulong> Range(uint start, uint count) => (ulong)start + count <= Size
        ? _elements.AsSpan((int)start, (int)count)
        : throw new TrapException(TrapKind.OutOfBoundsTableAccess);
}
