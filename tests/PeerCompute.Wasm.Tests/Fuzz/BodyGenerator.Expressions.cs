// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Nodes that leave values.</summary>
internal sealed partial class BodyGenerator
{
    /// <summary>Values one by one, or several from one node.</summary>
    private Node[] Values(WasmType[] types, int depth)
    {
        if (types.Length > 1 && !Full(depth) && Once(3)) return [Several(types, depth)];
        return [.. types.Select(type => Expression(type, depth))];
    }

    private Node Several(WasmType[] types, int depth)
    {
        if (Once(2) && Callee(i => ResultsOf(i).AsSpan().SequenceEqual(types)) is var several and >= 0) return CallOf(several, depth);
        return BranchesOf(types) is { Count: > 0 } labels && Once(3) ? BranchIf(Pick(labels), depth) : Block(types, depth + 1);
    }

    /// <summary>Labels that take such values, so that a <c>br_if</c> leaves them.</summary>
    private List<int> BranchesOf(WasmType[] types) =>
        [.. Enumerable.Range(0, _labels.Count).Where(l => _labels[^(1 + l)].Types.AsSpan().SequenceEqual(types))];

    private Node Expression(WasmType type, int depth)
    {
        _budget--;
        if (Full(depth)) return Leaf(type);
        switch (_chance.Below(28))
        {
            case < 5:
                return Leaf(type);
            case 5:
                // Something happens while an operand waits.
                return new Node([type], [], Expression(type, depth + 1), Statement(depth + 1));
            case 6 when Local(type) is { } local:
                return new Node([type], At(0x22, local), Expression(type, depth + 1));
            case 7:
                return Select(type, depth);
            case 8 or 9:
                return Block([type], depth + 1);
            case 10:
                return Transform(Call(depth), [type], depth + 1) is [var one] ? one : Leaf(type);
            case 11 or 12:
                return Callee(i => ResultsOf(i).AsSpan().SequenceEqual([type])) is var callee and >= 0 ? CallOf(callee, depth) : Leaf(type);
            case 13 when BranchesOf([type]) is { Count: > 0 } labels:
                return BranchIf(Pick(labels), depth);
            case 14 when Once(4):
                return WayOut([type], depth);
            case 15 when type == WasmType.I32:
                return Special(depth);
            case < 20 when _module.Memory is not null && MemoryOperator.Loads[type].Any():
                return Load(type, depth);
            default:
                return type is WasmType.FuncRef or WasmType.ExternRef ? Reference(type, depth) : Numeric(type, depth);
        }
    }

    private WasmType[] ResultsOf(int function) => function == 0 ? FuzzModule.Host.Results : _module.Functions[function - 1].Type.Results;

    private Node Leaf(WasmType type)
    {
        if (Once(2) && Local(type) is { } local) return new Node([type], At(0x20, local));
        if (Once(3) && GlobalOf(type, false) is { } global) return new Node([type], At(0x23, global));
        if (type == WasmType.FuncRef) return new Node([type], Constants.Of(type, (ulong)_chance.Below(_module.Functions.Count + 2)));
        return new Node([type], Constants.Of(type, Constants.Draw(type, _chance)));
    }

    private Node Select(WasmType type, int depth)
    {
        var typed = type is WasmType.FuncRef or WasmType.ExternRef || Once(3);
        Node[] operands = [Expression(type, depth + 1), Expression(type, depth + 1), Expression(WasmType.I32, depth + 1)];
        return new Node([type], typed ? [0x1C, 1, (byte)type] : [0x1B], operands);
    }

    /// <summary>A number shifted to the left and to the right, and both joined: often a rotation, which is zero where the number is.</summary>
    private Node TwoShifts(WasmType type, int local)
    {
        var (wide, bits) = (type == WasmType.I64, type == WasmType.I64 ? 64 : 32);
        var (one, left) = (wide ? (byte)0x42 : (byte)0x41, 1 + _chance.Below(bits - 1));
        var right = Once(6) ? _chance.Below(bits) : bits - left;
        byte op(byte narrow) => (byte)(narrow + (wide ? 0x12 : 0));
        byte[] first = Once(4) ? [one, .. Leb.Signed(wide ? 1L << left : 1 << left), op(0x6C)] : [one, .. Leb.Signed(left), op(0x74)];
        byte[] get = At(0x20, local);
        byte[] zero = Once(3) ? [one, 0, .. At(0x21, local)] : [];
        return new Node([type], [.. zero, .. get, .. first, .. get, one, .. Leb.Signed(right), op(0x76), op(Once(2) ? (byte)0x72 : (byte)0x73)]);
    }

    private Node Numeric(WasmType type, int depth)
    {
        if (type is WasmType.I32 or WasmType.I64 && Once(12) && Local(type) is { } rotated) return TwoShifts(type, rotated);
        var op = Pick(Operator.ByResult[type].ToList());
        if (op.MayTrap && !Once(3)) op = Pick(Operator.ByResult[type].ToList());
        if (!op.MayTrap || Once(6)) return Apply(op, [.. op.Params.Select(t => Expression(t, depth + 1))]);

        // Operands that seldom trap: a divisor other than zero, a number that fits.
        var last = op.Params.Length == 2
            ? new Node([type], Constants.Of(type, Constants.Draw(type, _chance) | 1))
            : new Node([op.Params[0]], [op.Params[0] == WasmType.F32 ? (byte)0xB2 : (byte)0xB7], Expression(WasmType.I32, depth + 1));
        return Apply(op, op.Params.Length == 2 ? [Expression(type, depth + 1), last] : [last]);
    }

    /// <summary>An operator on operands; its NaN made canonical by the module where that is asked for.</summary>
    private Node Apply(Operator op, Node[] operands)
    {
        var node = new Node([op.Result], op.Code, operands);
        if (!op.MayMakeNaN || !_options.OwnNaN) return node;
        var single = op.Result == WasmType.F32;
        var place = _scratch + (single ? 4 : 5);
        var get = At(0x20, place);
        var canonical = Constants.Of(op.Result, single ? 0x7FC00000UL : 0x7FF8000000000000UL);
        return new Node([op.Result], [.. At(0x21, place), .. canonical, .. get, .. get, .. get, single ? (byte)0x5C : (byte)0x62, 0x1B], node);
    }
}
