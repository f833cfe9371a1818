// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Memory, tables and references.</summary>
internal sealed partial class BodyGenerator
{
    /// <summary>Mostly an address within the first page, now and then one at the end of memory or anywhere; with it the alignment and the offset.</summary>
    private (Node Address, byte[] Arguments) Place(int align, int depth)
    {
        var claimed = (byte)_chance.Below(align + 1);
        var (end, offset) = (Once(40), Once(100) ? (uint)Constants.Draw(WasmType.I32, _chance) : (uint)_chance.Below(Once(3) ? 300 : 9));
        if (end) offset = (uint)_chance.Below(Once(2) ? 1 : 9);
        var before = _chance.Below(Once(4) ? 12 : 24) + (Once(4) ? 0 : 8 + (int)offset);
        var address = _chance.Below(24) switch
        {
            _ when end && Once(3) => new Node([WasmType.I32], [0x41, .. Leb.Signed(65_536 - before)]),
            _ when end => new Node([WasmType.I32], [0x3F, 0, 0x41, 16, 0x74, 0x41, .. Leb.Signed(before), 0x6B]),
            1 when Once(20) => Expression(WasmType.I32, depth + 1),
            < 8 => new Node([WasmType.I32], [0x41, .. Leb.Signed(_chance.Below(256))]),
            _ => new Node([WasmType.I32], [0x41, .. Leb.Signed(Once(4) ? 0xFFF8 : 0x3F), 0x71], Expression(WasmType.I32, depth + 1)),
        };
        return (address, [claimed, .. Leb.Unsigned(offset)]);
    }

    private Node Load(WasmType type, int depth)
    {
        var op = Pick(MemoryOperator.Loads[type].ToList());
        var (address, arguments) = Place(op.Align, depth);
        return new Node([type], [op.Code, .. arguments], address);
    }

    private Node Store(WasmType type, int depth)
    {
        var op = Pick(MemoryOperator.Stores[type].ToList());
        var (address, arguments) = Place(op.Align, depth);
        return new Node([], [op.Code, .. arguments], address, Expression(type, depth + 1));
    }

    /// <summary>
    /// Loads and stores at small distances from one address, in any order; now and then some of them leave memory, or wrap around the address space, and the
    /// address moves on between them.
    /// </summary>
    private Node Neighbours(int depth)
    {
        if (Local(WasmType.I32) is not { } local) return new Node([], [0x01]);
        byte[] start = _chance.Below(6) switch
        {
            0 or 1 => [0x3F, 0, 0x41, 16, 0x74, 0x41, .. Leb.Signed(_chance.Below(40)), 0x6B],
            2 => [0x41, .. Leb.Signed(_chance.Below(40) - 20)],
            _ => [0x41, .. Leb.Signed(64 + _chance.Below(2_000))],
        };
        var first = new Node([], [.. start, .. At(0x21, local)]);
        if (Once(2)) return new Node([], [], [first, .. Accesses(local, depth)]);
        _labels.Add(([], true));
        var body = Accesses(local, depth);
        if (_options.Bounded) body.Insert(0, new Node([], NeedStep));
        _labels.RemoveAt(_labels.Count - 1);
        return new Node([], [], first, new Node([], [0x03, 0x40]) { Bodies = [body] });
    }

    private List<Node> Accesses(int local, int depth)
    {
        var nodes = new List<Node>();
        for (var n = 2 + _chance.Below(6); n > 0; n--)
        {
            var step = new Node([], [.. At(0x20, local), 0x41, .. Leb.Signed(_chance.Below(24) - 8), 0x6A, .. At(0x21, local)]);
            if (Once(8)) nodes.Add(Once(2) ? step : SetGlobal(AnyType(), depth + 1));
            nodes.Add(Neighbour(local, depth));
        }

        return nodes;
    }

    private Node Neighbour(int local, int depth)
    {
        var type = Number();
        byte[] move = Once(2) ? [] : [0x41, .. Leb.Signed(_chance.Below(40) - 16), Once(4) ? (byte)0x6B : (byte)0x6A];
        var address = new Node([WasmType.I32], [.. At(0x20, local), .. move]);
        byte[] arguments(MemoryOperator op) => [(byte)_chance.Below(op.Align + 1), .. Leb.Unsigned((ulong)_chance.Below(Once(3) ? 24 : 1))];
        if (Once(2))
        {
            var store = Pick(MemoryOperator.Stores[type].ToList());
            return new Node([], [store.Code, .. arguments(store)], address, Once(3) ? Expression(type, depth + 1) : Leaf(type));
        }

        var load = Pick(MemoryOperator.Loads[type].ToList());
        return new Node([], Sink(type), new Node([type], [load.Code, .. arguments(load)], address));
    }

    /// <summary>A small number, or rarely any.</summary>
    private Node Small(int below, int depth) =>
        Once(40) ? Expression(WasmType.I32, depth + 1) : new Node([WasmType.I32], [0x41, .. Leb.Signed(_chance.Below(below))]);

    /// <summary>A number below a bound, rarely the bound itself or any.</summary>
    private Node Index(int bound, int depth) => Small(Once(20) ? bound + 1 : Math.Max(1, bound), depth);

    private Node MemoryWork(int depth)
    {
        var data = _chance.Below(Math.Max(1, _module.Data.Count));
        switch (_chance.Below(_module.Data.Count > 0 ? 6 : 3))
        {
            case 0 or 1:
                return new Node([], [0xFC, 10, 0, 0], Place(0, depth).Address, Place(0, depth).Address, Small(200, depth));
            case 2:
                return new Node([], [0xFC, 11, 0], Place(0, depth).Address, Expression(WasmType.I32, depth + 1), Small(200, depth));
            case 3 or 4:
                var length = _module.Data[data].Bytes.Length;
                Node[] range = [Small((length / 2) + 1, depth), Small((length / 2) + (Once(8) ? 9 : 1), depth)];
                return new Node([], [0xFC, 8, .. Leb.Unsigned((ulong)data), 0], [Place(0, depth).Address, .. range]);
            default:
                return new Node([], [0xFC, 9, .. Leb.Unsigned((ulong)data)]);
        }
    }

    private Node TableWork(int depth)
    {
        var table = _chance.Below(_module.Tables.Count);
        var type = _module.Tables[table].Element;
        var size = (int)_module.Tables[table].Limits.Min;
        var number = Leb.Unsigned((ulong)table);
        switch (_chance.Below(8))
        {
            case 0:
                var segment = _chance.Below(_module.Elements.Count);
                if (type != WasmType.FuncRef) goto default;
                var items = _module.Elements[segment].Items.Length;
                Node[] range = [Small((items / 2) + 1, depth), Small((items / 2) + (Once(8) ? 3 : 1), depth)];
                return new Node([], [0xFC, 12, .. Leb.Unsigned((ulong)segment), .. number], [Small((size / 2) + 1, depth), .. range]);
            case 1:
                return new Node([], [0xFC, 13, .. Leb.Unsigned((ulong)_chance.Below(_module.Elements.Count))]);
            case 2 or 3:
                var other = Pick(Enumerable.Range(0, _module.Tables.Count).Where(t => _module.Tables[t].Element == type).ToList());
                Node[] copied = [Small((size / 2) + 1, depth), Small((size / 2) + 1, depth), Small(3, depth)];
                return new Node([], [0xFC, 14, .. number, .. Leb.Unsigned((ulong)other)], copied);
            case 4:
                return new Node([], [0xFC, 17, .. number], Small((size / 2) + 1, depth), Expression(type, depth + 1), Small(3, depth));
            default:
                return new Node([], [0x26, .. number], Index(size, depth), Expression(type, depth + 1));
        }
    }

    private Node Reference(WasmType type, int depth)
    {
        var tables = Enumerable.Range(0, _module.Tables.Count).Where(t => _module.Tables[t].Element == type).ToList();
        if (tables.Count == 0 || Once(3)) return Leaf(type);
        var table = Pick(tables);
        return new Node([type], At(0x25, table), Index((int)_module.Tables[table].Limits.Min, depth));
    }

    /// <summary>What leaves an i32 and is no arithmetic.</summary>
    private Node Special(int depth)
    {
        var table = _chance.Below(_module.Tables.Count);
        var type = Once(2) ? WasmType.FuncRef : WasmType.ExternRef;
        return _chance.Below(6) switch
        {
            0 when _module.Memory is not null => new Node([WasmType.I32], [0x3F, 0]),
            1 when _module.Memory is not null => new Node([WasmType.I32], [0x40, 0], Small(3, depth)),
            2 => new Node([WasmType.I32], [0xFC, 15, .. Leb.Unsigned((ulong)table)], Expression(_module.Tables[table].Element, depth + 1), Small(4, depth)),
            3 => new Node([WasmType.I32], [0xFC, 16, .. Leb.Unsigned((ulong)table)]),
            _ => new Node([WasmType.I32], [0xD1], Expression(type, depth + 1)),
        };
    }
}
