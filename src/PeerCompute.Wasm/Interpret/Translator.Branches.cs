// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <content>Branches, returns and calls.</content>
internal sealed partial class Translator
{
    private ref OpenBlock Target(uint depth) => ref _open[_depth - 1 - (int)depth];

    private static int Arity(in OpenBlock block) => block.Opcode == Decode.Opcodes.Loop ? block.Params : block.Results;

    private void Branch(uint depth)
    {
        ref var target = ref Target(depth);
        if (depth == (uint)_depth - 1)
        {
            EmitReturn(target.Results);
            return;
        }

        FlushResults(Arity(target));
        MoveTo(target);
        Jump(target.Label);
    }

    private void BranchIf(uint depth)
    {
        ref var target = ref Target(depth);
        var condition = Pop();
        FlushResults(Arity(target));
        if (!NeedsMove(target))
        {
            _fuel.LeadAfter(ConditionalBranch(condition, false, target.Label));
            return;
        }

        var over = _fuel.NewLabel();
        ConditionalBranch(condition, true, over);
        MoveTo(target);
        Jump(target.Label);
        _fuel.Bind(over);
    }

    private void BranchTable()
    {
        var count = (int)_reader.U32();
        var index = Pop();
        var first = _reader.Pos;
        for (var i = 0; i < count; i++)
        {
            _reader.U32();
        }

        FlushResults(Arity(Target(_reader.U32())));
        var after = _reader.Pos;
        var slot = Slot(index, _height);
        ref var table = ref code.Add(Op.BrTable);
        table.A = slot;
        table.Lo = count;
        var jumps = code.Count;
        for (var i = 0; i <= count; i++)
        {
            code.Add(Op.Jump);
        }

        _reader.Pos = first;
        for (var i = 0; i <= count; i++)
        {
            ref var target = ref Target(_reader.U32());
            if (NeedsMove(target))
            {
                code[jumps + i].Lo = code.Count - (jumps + i);
                MoveTo(target);
                Jump(target.Label);
            }
            else
            {
                _fuel.Branch(jumps + i, target.Label);
            }
        }

        _reader.Pos = after;
    }

    /// <summary>Several values are moved as a range, so they must be at home before any condition is tested.</summary>
    private void FlushResults(int arity)
    {
        if (arity > 1)
        {
            FlushTop(arity);
        }
    }

    private bool NeedsMove(in OpenBlock target)
    {
        var arity = Arity(target);
        return arity switch
        {
            0 => false,
            1 => _operands[_height - 1].Slot != Home(target.Height),
            _ => _height - arity != target.Height,
        };
    }

    private void MoveTo(in OpenBlock target)
    {
        var arity = Arity(target);
        if (!NeedsMove(target))
        {
            return;
        }

        if (arity == 1)
        {
            Place(Home(target.Height), _operands[_height - 1]);
            return;
        }

        ref var copy = ref code.Add(Op.CopyN);
        copy.A = Home(target.Height);
        copy.B = Home(_height - arity);
        copy.C = (ushort)arity;
    }

    private void Jump(int label)
    {
        _fuel.Branch(code.Count, label);
        code.Add(Op.Jump);
    }

    private void Return() => EmitReturn(_open[0].Results);

    private void EmitReturn(int results)
    {
        if (results > 1)
        {
            FlushTop(results);
            Emit(Op.ReturnN, Home(_height - results), (ushort)_returnSlot, (ushort)results);
        }
        else if (results == 1)
        {
            Emit(Op.Return1, Slot(_operands[_height - 1], _height - 1), (ushort)_returnSlot, 0);
        }
        else
        {
            Emit(Op.Return0, 0, (ushort)_returnSlot, 0);
        }
    }

    private ref Ins Emit(Op op, ushort a, ushort b, ushort c)
    {
        ref var ins = ref code.Add(op);
        ins.A = a;
        ins.B = b;
        ins.C = c;
        return ref ins;
    }

    /// <summary>Writes a branch on a popped condition, fused with the comparison that made it; returns its index.</summary>
    private int ConditionalBranch(Operand condition, bool negate, int label)
    {
        var slot = Slot(condition, _height);
        var home = Home(_height);
        while (LastMakes(slot, home) && code[code.Count - 1] is { Op: Op.I32EqI, Imm: 0 })
        {
            slot = code[code.Count - 1].B;
            negate = !negate;
            code.Truncate(code.Count - 1);
        }

        if (!LastMakes(slot, home) || !TryFuse(negate))
        {
            Emit(negate ? Op.BrIfZ : Op.BrIf, slot, 0, 0);
        }

        _fuel.Branch(code.Count - 1, label);
        return code.Count - 1;
    }

    private bool LastMakes(ushort slot, ushort home) =>
        slot == home && code.Count > _fuel.Barrier && code[code.Count - 1].A == home && code[code.Count - 1].Op is >= Op.Copy and < Op.LastResult;

    /// <summary>Replaces the comparison written last by a branch on it.</summary>
    private bool TryFuse(bool negate)
    {
        var compare = code[code.Count - 1];
        var flip = negate ? 1 : 0;
        Op op;
        switch (compare.Op)
        {
            case >= Op.I32Eq and <= Op.I64LeUI:
                op = Op.BrI32Eq.At((compare.Op - Op.I32Eq) ^ flip);
                break;
            case >= Op.F32Eq and <= Op.F32Le:
                op = Op.BrF32Eq.At(FloatRelation(compare.Op - Op.F32Eq) ^ flip);
                break;
            case >= Op.F64Eq and <= Op.F64Le:
                op = Op.BrF64Eq.At(FloatRelation(compare.Op - Op.F64Eq) ^ flip);
                break;
            default:
                return false;
        }

        var constant = op is (>= Op.BrI32EqI and <= Op.BrI32LeUI) or (>= Op.BrI64EqI and <= Op.BrI64LeUI);
        if (constant && op >= Op.BrI64EqI && (long)compare.Imm != (int)compare.Imm)
        {
            return false;
        }

        code.Truncate(code.Count - 1);
        ref var branch = ref Emit(op, compare.B, constant ? (ushort)0 : compare.C, 0);
        branch.Hi = constant ? (int)compare.Imm : 0;
        return true;
    }

    private static int FloatRelation(int compare) => compare switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };

    private void Call(int function)
    {
        var type = module.TypeOf(function);
        FlushTop(type.Params.Length);
        SetHeight(_height - type.Params.Length);
        var imported = function < module.ImportedFunctions;
        Emit(imported ? Op.CallImport : Op.Call, Home(_height), 0, 0).Lo = imported ? function : function - module.ImportedFunctions;
        SetHeight(_height + type.Results.Length);
    }

    private void CallIndirect()
    {
        var typeIndex = (int)_reader.U32();
        var table = (ushort)_reader.U32();
        var type = module.Types[typeIndex];
        var index = PopSlot();
        FlushTop(type.Params.Length);
        SetHeight(_height - type.Params.Length);
        Emit(Op.CallIndirect, Home(_height), index, table).Lo = typeIndex;
        SetHeight(_height + type.Results.Length);
    }
}
