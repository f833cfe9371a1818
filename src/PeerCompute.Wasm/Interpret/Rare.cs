// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Interpret;

/// <summary>Operations on memory size, bulk memory, tables and references, and the way to the rarer numbers.</summary>
internal static unsafe class Rare
{
    /// <summary>Bytes of bulk work for one unit of fuel.</summary>
    private const int BytesPerFuel = 8;

    public static TrapKind Execute(WasmInstance instance, Ins* i, ulong* fp)
    {
        if (i->Op < Op.LastResult)
        {
            return RareNumbers.Execute(i->Op, fp[i->B], out fp[i->A]);
        }

        switch (i->Op)
        {
            case Op.MemorySize:
                fp[i->A] = instance.Memory!.Pages;
                return TrapKind.None;
            case Op.MemoryGrow:
                return GrowMemory(instance, (uint)fp[i->B], out fp[i->A]);
            case Op.DataDrop:
                instance.Segments.DropData(i->Lo);
                return TrapKind.None;
            case Op.ElemDrop:
                instance.Segments.DropElements(i->Lo);
                return TrapKind.None;
            case Op.RefFunc:
                fp[i->A] = instance.Functions[i->Lo].Handle;
                return TrapKind.None;
            case Op.TableSize:
                fp[i->A] = instance.Tables[i->Lo].Size;
                return TrapKind.None;
            case Op.MemoryInit or Op.MemoryCopy or Op.MemoryFill:
                return Bulk(instance, i, (uint)fp[i->A], fp[i->B], (uint)fp[i->C]);
            default:
                return OnTable(instance, i, fp);
        }
    }

    private static TrapKind GrowMemory(WasmInstance instance, uint pages, out ulong result)
    {
        var memory = instance.Memory!;
        result = uint.MaxValue;
        if (!memory.CanGrow(pages))
        {
            return TrapKind.None;
        }

        var trap = instance.Store.Fuel.Charge((long)pages * (LinearMemory.PageSize / BytesPerFuel));
        if (trap == TrapKind.None)
        {
            result = memory.Pages;
            memory.Grow(pages);
        }

        return trap;
    }

    private static TrapKind Bulk(WasmInstance instance, Ins* i, uint to, ulong from, uint count)
    {
        // Bounds first, then the charge, then the work.
        var memory = instance.Memory!;
        if ((ulong)to + count > memory.Length || (i->Op == Op.MemoryCopy && (uint)from + (ulong)count > memory.Length)
            || (i->Op == Op.MemoryInit && (uint)from + (ulong)count > instance.Segments.DataLength(i->Lo)))
        {
            return TrapKind.OutOfBoundsMemoryAccess;
        }

        var trap = instance.Store.Fuel.Charge(((long)count + BytesPerFuel - 1) / BytesPerFuel);
        if (trap != TrapKind.None)
        {
            return trap;
        }

        switch (i->Op)
        {
            case Op.MemoryCopy:
                Buffer.MemoryCopy(memory.Data + (uint)from, memory.Data + to, count, count);
                break;
            case Op.MemoryFill:
                NativeMemory.Fill(memory.Data + to, count, (byte)from);
                break;
            default:
                instance.Segments.InitMemory(i->Lo, to, (uint)from, count);
                break;
        }

        return TrapKind.None;
    }

    private static TrapKind OnTable(WasmInstance instance, Ins* i, ulong* fp)
    {
        var table = instance.Tables[i->Op == Op.TableInit ? i->Hi : i->Lo];
        switch (i->Op)
        {
            case Op.TableGet:
                var from = (uint)fp[i->B];
                if (from >= table.Size)
                {
                    return TrapKind.OutOfBoundsTableAccess;
                }

                fp[i->A] = table[from];
                return TrapKind.None;
            case Op.TableSet:
                var to = (uint)fp[i->B];
                if (to >= table.Size)
                {
                    return TrapKind.OutOfBoundsTableAccess;
                }

                table[to] = fp[i->C];
                return TrapKind.None;
            case Op.TableGrow:
                return GrowTable(instance, table, fp[i->B], (uint)fp[i->C], out fp[i->A]);
            default:
                return BulkOnTable(instance, i, table, (uint)fp[i->A], fp[i->B], (uint)fp[i->C]);
        }
    }

    private static TrapKind GrowTable(WasmInstance instance, Table table, ulong filler, uint count, out ulong result)
    {
        result = uint.MaxValue;
        if (!table.CanGrow(count))
        {
            return TrapKind.None;
        }

        var trap = instance.Store.Fuel.Charge(count);
        if (trap == TrapKind.None)
        {
            result = table.Size;
            table.Grow(count, filler);
        }

        return trap;
    }

    private static TrapKind BulkOnTable(WasmInstance instance, Ins* i, Table table, uint to, ulong from, uint count)
    {
        var available = i->Op switch
        {
            Op.TableInit => (ulong)instance.Segments.ElementCount(i->Lo),
            Op.TableCopy => instance.Tables[i->Hi].Size,
            _ => ulong.MaxValue,
        };
        if ((ulong)to + count > table.Size || (i->Op != Op.TableFill && (uint)from + (ulong)count > available))
        {
            return TrapKind.OutOfBoundsTableAccess;
        }

        var trap = instance.Store.Fuel.Charge(count);
        if (trap != TrapKind.None)
        {
            return trap;
        }

        switch (i->Op)
        {
            case Op.TableInit:
                instance.Segments.InitTable(i->Hi, i->Lo, to, (uint)from, count);
                break;
            case Op.TableCopy:
                instance.Tables[i->Hi].Range((uint)from, count).CopyTo(table.Range(to, count));
                break;
            default:
                table.Range(to, count).Fill(from);
                break;
        }

        return TrapKind.None;
    }
}
