// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Runtime;

/// <summary>Element and data segments of an instance; a dropped one is empty.</summary>
internal sealed class Segments(WasmInstance instance)
{
    private readonly ulong[]?[] _elements = new ulong[]?[instance.Module.Elements.Length];
    private readonly bool[] _droppedData = new bool[instance.Module.Data.Length];

    /// <summary>Copies the active segments, in order; what was copied before a trap stays.</summary>
    public void Initialise()
    {
        for (var i = 0; i < _elements.Length; i++)
        {
            var segment = instance.Module.Elements[i];
            if (segment.Mode == SegmentMode.Declarative)
            {
                continue;
            }

            TakeElements(i);
            if (segment.Mode == SegmentMode.Active)
            {
                InitTable(segment.Table, i, (uint)instance.Evaluate(segment.Start), 0, (uint)segment.Items.Length);
                DropElements(i);
            }
        }

        for (var i = 0; i < _droppedData.Length; i++)
        {
            var segment = instance.Module.Data[i];
            if (segment.Mode == SegmentMode.Active)
            {
                InitMemory(i, (uint)instance.Evaluate(segment.Start), 0, (uint)segment.Length);
                DropData(i);
            }
        }
    }

    /// <summary>Puts everything back as another instance of the module had it; nothing is copied.</summary>
    /// <param name="droppedElements">One for each element segment.</param>
    /// <param name="droppedData">One for each data segment.</param>
    public void Restore(ReadOnlySpan<bool> droppedElements, ReadOnlySpan<bool> droppedData)
    {
        for (var i = 0; i < _elements.Length; i++)
        {
            if (!droppedElements[i])
            {
                TakeElements(i);
            }
        }

        droppedData.CopyTo(_droppedData);
    }

    public bool AreElementsDropped(int segment) => _elements[segment] is null;

    public bool IsDataDropped(int segment) => _droppedData[segment];

    public void DropElements(int segment) => _elements[segment] = null;

    public void DropData(int segment) => _droppedData[segment] = true;

    public int ElementCount(int segment) => _elements[segment]?.Length ?? 0;

    public uint DataLength(int segment) => _droppedData[segment] ? 0 : (uint)instance.Module.Data[segment].Length;

    public void InitTable(int table, int segment, uint to, uint from, uint count)
    {
        var items = _elements[segment] ?? [];
        if ((ulong)from + count > (ulong)items.Length)
        {
            throw new TrapException(TrapKind.OutOfBoundsTableAccess);
        }

        items.AsSpan((int)from, (int)count).CopyTo(instance.Tables[table].Range(to, count));
    }

    public void InitMemory(int segment, uint to, uint from, uint count)
    {
        var data = instance.Module.Data[segment];
        if ((ulong)from + count > DataLength(segment))
        {
            throw new TrapException(TrapKind.OutOfBoundsMemoryAccess);
        }

        instance.Module.Bytes.AsSpan(data.Offset + (int)from, (int)count).CopyTo(instance.Memory!.Span(to, count));
    }

    private void TakeElements(int segment)
    {
        var constants = instance.Module.Elements[segment].Items;
        var items = new ulong[constants.Length];
        for (var k = 0; k < items.Length; k++)
        {
            items[k] = instance.Evaluate(constants[k]);
        }

        _elements[segment] = items;
    }
}
