// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Interpret;

/// <content>The operand stack as known at translation time.</content>
internal sealed partial class Translator
{
    private Operand[] _operands = new Operand[64];
    private int[] _uses = [];
    private int _height;
    private int _maxHeight;

    /// <summary>Operands below this one are at home.</summary>
    private int _flushed;

    private void ResetOperands()
    {
        _maxHeight = 0;
        if (_uses.Length < _returnSlot)
        {
            _uses = new int[_returnSlot];
        }
    }

    /// <summary>The slot of the operand at a height; two slots before the first hold the caller's place.</summary>
    private ushort Home(int height) => (ushort)(_returnSlot + 2 + height);

    private void Push(Operand operand)
    {
        if (_returnSlot + 3 + _height > module.Limits.FrameSlots)
        {
            throw new WasmInvalidException(
                WasmFault.OverLimit, _reader.Pos, FormattableString.Invariant($"frame of more than {module.Limits.FrameSlots} slots"));
        }

        if (_height == _operands.Length)
        {
            Array.Resize(ref _operands, _height * 2);
        }

        _operands[_height++] = operand;
        _maxHeight = Math.Max(_maxHeight, _height);
        if (IsLocal(operand))
        {
            _uses[operand.Slot]++;
        }
    }

    private bool IsLocal(Operand operand) => (uint)operand.Slot < (uint)_returnSlot;

    private ushort PushResult()
    {
        var slot = Home(_height);
        Push(Operand.At(slot));
        return slot;
    }

    private Operand Pop()
    {
        var operand = _operands[--_height];
        _flushed = Math.Min(_flushed, _height);
        if (IsLocal(operand))
        {
            _uses[operand.Slot]--;
        }

        return operand;
    }

    /// <summary>Pops an operand into a slot: its home if it was a constant.</summary>
    private ushort PopSlot()
    {
        var operand = Pop();
        return Slot(operand, _height);
    }

    private ushort Slot(Operand operand, int height)
    {
        if (!operand.IsConstant)
        {
            return (ushort)operand.Slot;
        }

        Place(Home(height), operand);
        return Home(height);
    }

    /// <summary>Writes an operand into a slot.</summary>
    private void Place(ushort slot, Operand operand)
    {
        if (operand.IsConstant)
        {
            ref var constant = ref code.Add(Op.Const);
            constant.A = slot;
            constant.Imm = operand.Value;
        }
        else if (operand.Slot != slot)
        {
            ref var copy = ref code.Add(Op.Copy);
            copy.A = slot;
            copy.B = (ushort)operand.Slot;
        }
    }

    private void BringHome(int index)
    {
        ref var operand = ref _operands[index];
        var home = Home(index);
        if (operand.Slot != home)
        {
            Place(home, operand);
            if (IsLocal(operand))
            {
                _uses[operand.Slot]--;
            }

            operand = Operand.At(home);
        }
    }

    private void Flush()
    {
        for (; _flushed < _height; _flushed++)
        {
            BringHome(_flushed);
        }
    }

    private void FlushTop(int count)
    {
        for (var i = _height - count; i < _height; i++)
        {
            BringHome(i);
        }
    }

    /// <summary>Before a local changes: operands that stand for its old value get a copy of it.</summary>
    private void SaveUsesOf(int local)
    {
        for (var i = _height - 1; _uses[local] > 0; i--)
        {
            if (_operands[i].Slot == local)
            {
                BringHome(i);
            }
        }
    }

    /// <summary>Drops or adds operands at home, as after a branch or an end.</summary>
    private void SetHeight(int height)
    {
        while (_height > height)
        {
            Pop();
        }

        while (_height < height)
        {
            PushResult();
        }
    }

    private void LocalSet(int local, bool keep)
    {
        var value = Pop();
        SaveUsesOf(local);
        var last = code.Count - 1;
        var home = Home(_height);
        var producer = last >= _fuel.Barrier && value.Slot == home && code[last].A == home && code[last].Op is >= Op.Copy and < Op.LastResult;
        if (producer)
        {
            code[last].A = (ushort)local;
            value = Operand.At(local);
        }
        else
        {
            Place((ushort)local, value);
        }

        if (keep)
        {
            Push(value);
        }
    }

    private void Other(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Drop:
                Pop();
                break;
            case Opcodes.SelectTyped:
                _reader.U32();
                _reader.U8();
                Select();
                break;
            case Opcodes.Select:
                Select();
                break;
            case Opcodes.LocalGet:
                Push(Operand.At((int)_reader.U32()));
                break;
            case Opcodes.LocalSet:
                LocalSet((int)_reader.U32(), false);
                break;
            case Opcodes.LocalTee:
                LocalSet((int)_reader.U32(), true);
                break;
            case Opcodes.I32Const:
                Push(Operand.Constant((uint)_reader.S32()));
                break;
            case Opcodes.I64Const:
                Push(Operand.Constant((ulong)_reader.S64()));
                break;
            case Opcodes.F32Const:
                Push(Operand.Constant(_reader.Fixed32()));
                break;
            case Opcodes.F64Const:
                Push(Operand.Constant(_reader.Fixed64()));
                break;
            default:
                Stateful(opcode);
                break;
        }
    }

    private void Select()
    {
        var condition = PopSlot();
        var second = PopSlot();
        var first = PopSlot();
        ref var select = ref code.Add(Op.Select);
        select.A = PushResult();
        select.B = first;
        select.C = second;
        select.Lo = condition;
    }
}
