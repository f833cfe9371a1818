// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Steps;

/// <summary>Takes the parts of a state from an instance, and puts them back into a fresh one.</summary>
internal static unsafe class InstanceParts
{
    private const int GlobalBytes = sizeof(ulong);
    private const int WordBytes = sizeof(uint);

    public static PagedBytes Memory(WasmInstance instance, PagedBytes before) =>
        before.Next(new MemoryPages(instance.Memory!), (long)instance.Memory!.Length);

    public static PagedBytes Tables(WasmInstance instance, PagedBytes before)
    {
        var source = new TablePages(instance.Tables);
        return before.Next(source, source.Length);
    }

    /// <summary>Immutable globals are the module's, which the terms name.</summary>
    public static PagedBytes Globals(WasmInstance instance, PagedBytes before)
    {
        var globals = Mutable(instance);
        var bytes = new byte[globals.Count * GlobalBytes];
        for (var i = 0; i < globals.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * GlobalBytes), globals[i].Value);
        }

        return before.Next(bytes);
    }

    public static PagedBytes Segments(WasmInstance instance, PagedBytes before)
    {
        var (elements, data) = (instance.Module.Elements.Length, instance.Module.Data.Length);
        var bytes = new byte[Bits(elements) + Bits(data)];
        for (var i = 0; i < elements; i++)
        {
            bytes[i / 8] |= (byte)(instance.Segments.AreElementsDropped(i) ? 1 << (i % 8) : 0);
        }

        for (var i = 0; i < data; i++)
        {
            bytes[Bits(elements) + (i / 8)] |= (byte)(instance.Segments.IsDataDropped(i) ? 1 << (i % 8) : 0);
        }

        return before.Next(bytes);
    }

    public static void PutMemory(WasmInstance instance, PagedBytes part)
    {
        var memory = instance.Memory!;
        var more = (part.Length / LinearMemory.PageSize) - memory.Pages;
        if (part.Length % LinearMemory.PageSize != 0 || more < 0 || !memory.CanGrow((uint)more))
        {
            throw new WireException("memory.length", $"{part.Length} bytes, no size that this memory can have");
        }

        memory.Grow((uint)more);
        foreach (var page in part.Pages.Differences(PageTree.Empty))
        {
            part.Pages.Page(page).CopyTo(new Span<byte>(memory.Data + ((long)page * PageTree.PageBytes), PageTree.PageBytes));
        }
    }

    public static void PutGlobals(WasmInstance instance, PagedBytes part)
    {
        var globals = Mutable(instance);
        Expect("globals.length", part.Length, globals.Count * GlobalBytes);
        var bytes = part.ToArray();
        for (var i = 0; i < globals.Count; i++)
        {
            var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * GlobalBytes));
            var type = globals[i].Type.Type;
            if (type is WasmType.I32 or WasmType.F32 && value > uint.MaxValue)
            {
                throw new WireException("globals.value", $"mutable global {i} has 32 bits, not {value}");
            }

            globals[i].Value = type == WasmType.FuncRef ? FunctionIndex.Reference(instance, value, "globals.value") : value;
        }
    }

    public static void PutTables(WasmInstance instance, PagedBytes part)
    {
        var tables = instance.Tables;
        var words = new WordReader(part);
        long length = tables.Length * WordBytes;
        for (var i = 0; i < tables.Length; i++)
        {
            var size = words.Next("tables.size");
            if (size < tables[i].Size || !tables[i].CanGrow(size - tables[i].Size))
            {
                throw new WireException("tables.size", $"{size}, no size that table {i} can have");
            }

            tables[i].Grow(size - tables[i].Size, 0);
            length += (long)size * WordBytes;
            if (length > part.Length)
            {
                break;
            }
        }

        Expect("tables.length", part.Length, length);
        foreach (var table in tables)
        {
            for (uint i = 0; i < table.Size; i++)
            {
                table[i] = FunctionIndex.Reference(instance, words.Next("tables.element"), "tables.element");
            }
        }
    }

    public static void PutSegments(WasmInstance instance, PagedBytes part)
    {
        var (elements, data) = (instance.Module.Elements.Length, instance.Module.Data.Length);
        Expect("segments.length", part.Length, Bits(elements) + Bits(data));
        var bytes = part.ToArray();
        var droppedElements = new bool[elements];
        for (var i = 0; i < elements; i++)
        {
            droppedElements[i] = (bytes[i / 8] >> (i % 8) & 1) != 0;
            if (!droppedElements[i] && instance.Module.Elements[i].Mode != SegmentMode.Passive)
            {
                throw new WireException("segments.elements", $"segment {i} is not passive and not dropped");
            }
        }

        var droppedData = new bool[data];
        for (var i = 0; i < data; i++)
        {
            droppedData[i] = (bytes[Bits(elements) + (i / 8)] >> (i % 8) & 1) != 0;
        }

        instance.Segments.Restore(droppedElements, droppedData);
    }

    private static int Bits(int count) => (count + 7) / 8;

    private static void Expect(string field, long length, long expected)
    {
        if (length != expected)
        {
            throw new WireException(field, $"{length} bytes, expected {expected}");
        }
    }

    private static List<Global> Mutable(WasmInstance instance)
    {
        var found = new List<Global>();
        foreach (var global in instance.Globals)
        {
            if (global.Type.Mutable)
            {
                found.Add(global);
            }
        }

        return found;
    }
}
