// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Nodes that leave nothing, and the ways out of a block.</summary>
internal sealed partial class BodyGenerator
{
    private Node Statement(int depth)
    {
        _budget--;
        if (_module.Memory is not null && Once(14)) return Neighbours(depth);
        switch (_chance.Below(Full(depth) ? 14 : 34))
        {
            case < 4:
                return Set(AnyType(), depth);
            case < 6:
                return _module.Memory is null ? new Node([], [0x01]) : Store(Number(), depth);
            case 6:
                return new Node([], [0x01]);
            case 7:
                return new Node([], [0x1A], Expression(AnyType(), depth + 1));
            case 8 or 9:
                return SetGlobal(AnyType(), depth);
            case < 13:
                return Observe(MaxDepth + 1);
            case 13:
                return Observe(depth);
            case < 18:
                return Block([], depth + 1);
            case 18 or 19:
                return Counted(depth + 1);
            case < 24:
                return BranchIf(depth);
            case 24:
                return new Node([], [0x04, 0x40], Expression(WasmType.I32, depth + 1)) { Bodies = [Labelled([], () => WayOut([], depth + 1))] };
            case 25:
                return new Node([], [0x02, 0x40]) { Bodies = [Labelled([], () => Table(depth + 1))] };
            case < 29:
                return PutAway(Call(depth));
            case 29 or 30 when _module.Memory is not null:
                return MemoryWork(depth);
            default:
                return TableWork(depth);
        }
    }

    /// <summary>What is drawn within one more block.</summary>
    private List<Node> Labelled(WasmType[] types, Func<Node> draw)
    {
        _labels.Add((types, false));
        var node = draw();
        _labels.RemoveAt(_labels.Count - 1);
        return [node];
    }

    private Node Set(WasmType type, int depth) => Local(type) is { } local
        ? new Node([], At(0x21, local), Expression(type, depth + 1))
        : new Node([], [0x1A], Expression(type, depth + 1));

    private Node SetGlobal(WasmType type, int depth) => GlobalOf(type, true) is { } global
        ? new Node([], At(0x24, global), Expression(type, depth + 1))
        : Set(type, depth);

    /// <summary>One instruction on what is at hand, and what it makes shows in the end.</summary>
    private Node Observe(int depth)
    {
        var type = Number();
        return new Node([], Sink(type), _module.Memory is not null && Once(3) ? Load(type, depth) : Numeric(type, depth));
    }

    /// <summary>A label; more rarely that of the whole function, or one of a loop, which is left after some turns only.</summary>
    private int Label(bool loops)
    {
        var label = _chance.Below(_labels.Count);
        for (var tries = 0; tries < 4; tries++)
        {
            var (index, loop) = (_labels.Count - 1 - label, _labels[^(1 + label)].Loop);
            if ((index > 0 || Once(6)) && (!loop || loops || Once(_options.Bounded ? 8 : 3))) break;
            label = _chance.Below(_labels.Count);
        }

        return label;
    }

    /// <summary>An instruction that never goes on; it may stand where any values are wanted.</summary>
    private Node WayOut(WasmType[] results, int depth)
    {
        switch (_chance.Below(8))
        {
            case 0:
                return new Node(results, [0x00]);
            case 1 or 2:
                return new Node(results, [0x0F], Values(_function.Type.Results, depth + 1));
            case 3 or 4:
                var table = Table(depth);
                return new Node(results, table.Code, [.. table.Operands]);
            default:
                var label = Label(false);
                return new Node(results, At(0x0C, label), Values(_labels[^(1 + label)].Types, depth + 1));
        }
    }

    private Node BranchIf(int depth)
    {
        var branch = BranchIf(Label(true), depth);
        return branch.Results.Length == 0 ? branch : PutAway(branch);
    }

    private Node BranchIf(int label, int depth)
    {
        var (types, loop) = _labels[^(1 + label)];
        var condition = Expression(WasmType.I32, depth + 1);
        if (loop && _options.Bounded) condition = new Node([WasmType.I32], [.. TakeStep, 0x71], condition);
        return new Node(types, At(0x0D, label), [.. Values(types, depth + 1), condition]);
    }

    /// <summary>A <c>br_table</c> over labels of one type.</summary>
    private Node Table(int depth)
    {
        var label = Label(false);
        var types = _labels[^(1 + label)].Types;
        var fitting = Enumerable.Range(0, _labels.Count).Where(l => _labels[^(1 + l)].Types.AsSpan().SequenceEqual(types)
            && (!_options.Bounded || !_labels[^(1 + l)].Loop || l == label)).ToList();
        var targets = new int[_chance.Below(Once(20) ? 60 : 6)];
        for (var i = 0; i < targets.Length; i++) targets[i] = Pick(fitting);
        var index = Expression(WasmType.I32, depth + 1);
        if (!Once(4)) index = new Node([WasmType.I32], [0x41, .. Leb.Signed(7), 0x71], index);
        var labels = Leb.Vector(targets.Select(t => Leb.Unsigned((ulong)t)));
        return new Node([], [0x0E, .. labels, .. Leb.Unsigned((ulong)label)], [.. Values(types, depth + 1), index]);
    }

    /// <summary>A call, direct or not; in a bounded module only where a step is left, and zeros where none is.</summary>
    private Node Call(int depth)
    {
        _budget -= 3;
        if (!Once(3)) return CallOf(Callee(_ => true), depth);
        var (type, index) = Indirect(depth);
        return Guarded(type, () => new Node(
            type.Results, [0x11, .. Leb.Unsigned((ulong)_module.TypeIndex(type)), 0], [.. Values(type.Params, depth + 1), index()]));
    }

    private Node CallOf(int index, int depth)
    {
        var type = index == 0 ? FuzzModule.Host : _module.Functions[index - 1].Type;
        return Guarded(type, () => new Node(type.Results, At(0x10, index), Values(type.Params, depth + 1)));
    }

    private Node Guarded(FuncType type, Func<Node> call)
    {
        if (!_options.Bounded) return call();
        var block = Leb.Signed(_module.TypeIndex(new FuncType([], type.Results)));
        var called = Labelled(type.Results, call);
        return new Node(type.Results, [0x04, .. block], new Node([WasmType.I32], TakeStep)) { Bodies = [called, [.. type.Results.Select(Constants.Zero)]] };
    }

    /// <summary>Mostly a function that stands in the table, with its own type.</summary>
    private (FuncType Type, Func<Node> Index) Indirect(int depth)
    {
        var before = _module.Functions.IndexOf(_function);
        var placed = _module.Elements.Where(e => e.Mode == 0).SelectMany(e => e.Items.Select((f, i) => (Function: f, At: e.Start + i)))
            .Where(p => p.Function >= 0 && (p.Function <= before || Once(10))).ToList();
        var (function, at) = placed.Count > 0 && !Once(12) ? Pick(placed) : (_chance.Below(_module.Functions.Count + 1), _chance.Below(16));
        var type = function == 0 ? FuzzModule.Host : _module.Functions[function - 1].Type;
        return (type, () => Once(20) ? Expression(WasmType.I32, depth + 1) : new Node([WasmType.I32], [0x41, .. Leb.Signed(at)]));
    }
}
