// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Compile;

/// <content>Variables, constants, selection, tables, references, bulk memory.</content>
internal sealed partial class FunctionCompiler
{
    private void Other(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Drop:
                Discard(Pop());
                break;
            case Opcodes.Select:
                Select();
                break;
            case Opcodes.SelectTyped:
                _reader.U32();
                _reader.U8();
                Select();
                break;
            case Opcodes.LocalGet:
                PushLocal((int)_reader.U32());
                break;
            case Opcodes.LocalSet:
                SetLocal((int)_reader.U32(), Pop());
                break;
            case Opcodes.LocalTee:
                var local = (int)_reader.U32();
                SetLocal(local, Pop());
                PushLocal(local);
                break;
            case Opcodes.GlobalGet:
                GetGlobal((int)_reader.U32());
                break;
            case Opcodes.GlobalSet:
                SetGlobal((int)_reader.U32());
                break;
            case Opcodes.I32Const:
                PushConstant(WasmType.I32, (uint)_reader.S32());
                break;
            case Opcodes.I64Const:
                PushConstant(WasmType.I64, (ulong)_reader.S64());
                break;
            case Opcodes.F32Const:
                PushConstant(WasmType.F32, _reader.Fixed32());
                break;
            case Opcodes.F64Const:
                PushConstant(WasmType.F64, _reader.Fixed64());
                break;
            default:
                Stateful(opcode);
                break;
        }
    }

    private void Stateful(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.TableGet:
                Rare(Op.TableGet, (int)_reader.U32(), 0, 1, 1, WasmType.I64);
                break;
            case Opcodes.TableSet:
                Rare(Op.TableSet, (int)_reader.U32(), 0, 1, 2, null);
                break;
            case Opcodes.MemorySize:
                _reader.U8();
                LoadMachine(Members.Limits[0]);
                _il.Emit(OpCodes.Ldc_I4, 16);
                _il.Emit(OpCodes.Shr_Un);
                _il.Emit(OpCodes.Conv_I4);
                PushStored(WasmType.I32);
                break;
            case Opcodes.MemoryGrow:
                _reader.U8();
                Rare(Op.MemoryGrow, 0, 0, 1, 1, WasmType.I32);
                break;
            case Opcodes.RefNull:
                PushConstant((WasmType)_reader.U8(), 0);
                break;
            case Opcodes.RefIsNull:
                PushOperation(0x50, WasmType.I32, Pop(), null, false);
                break;
            case Opcodes.RefFunc:
                Rare(Op.RefFunc, (int)_reader.U32(), 0, 0, 0, WasmType.FuncRef);
                break;
            default:
                Prefixed(_reader.U32());
                break;
        }
    }

    private void Prefixed(uint sub)
    {
        switch (sub)
        {
            case <= 7:
                PushOperation((byte)(Saturating + sub), Opcodes.TruncSat(sub).Result, Pop(), null, false);
                break;
            case 9 or 13:
                Rare(sub == 9 ? Op.DataDrop : Op.ElemDrop, (int)_reader.U32(), 0, 0, 0, null);
                break;
            case 15:
                Rare(Op.TableGrow, (int)_reader.U32(), 0, 1, 2, WasmType.I32);
                break;
            case 16:
                Rare(Op.TableSize, (int)_reader.U32(), 0, 0, 0, WasmType.I32);
                break;
            case 11 or 17:
                Rare(sub == 11 ? Op.MemoryFill : Op.TableFill, (int)_reader.U32(), 0, 0, 3, null);
                break;
            default:
                var lo = (int)_reader.U32();
                var hi = (int)_reader.U32();
                Rare(sub switch { 8 => Op.MemoryInit, 10 => Op.MemoryCopy, 12 => Op.TableInit, _ => Op.TableCopy }, lo, hi, 0, 3, null);
                break;
        }
    }

    /// <summary>An operation of the interpreter's on so many operands, the first at a place of three.</summary>
    private void Rare(Op op, int lo, int hi, int place, int count, WasmType? result)
    {
        var operands = new Value?[3];
        for (var i = place + count - 1; i >= place; i--)
        {
            operands[i] = PopClean();
        }

        SaveFuel();
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldc_I4, (int)op);
        _il.Emit(OpCodes.Ldc_I4, lo);
        _il.Emit(OpCodes.Ldc_I4, hi);
        foreach (var operand in operands)
        {
            if (operand is null)
            {
                _il.Emit(OpCodes.Ldc_I8, 0L);
                continue;
            }

            Emit(operand);
            if (operand.Type == WasmType.I32)
            {
                _il.Emit(OpCodes.Conv_U8);
            }
        }

        _il.Emit(OpCodes.Call, Members.Rare);
        if (result is { } type)
        {
            if (type == WasmType.I32)
            {
                _il.Emit(OpCodes.Conv_I4);
            }

            PushStored(type);
        }
        else
        {
            _il.Emit(OpCodes.Pop);
        }

        Reload();
    }

    private void Select()
    {
        var condition = Pop();
        var second = Pop();
        var first = Pop();
        var raw = first.Raw && second.Raw;
        if (!raw)
        {
            second = Clean(second);
            first = Clean(first);
        }

        first = Settled(first);
        var type = first.Type;
        if (!ClrTypes.IsFloat(type))
        {
            SelectInteger(type, first, Settled(second), condition);
            return;
        }

        Emit(second);
        var result = NewTemp(type);
        _il.Emit(OpCodes.Stloc, result);
        var done = _il.DefineLabel();
        EmitBranch(condition, false, done);
        Emit(first);
        _il.Emit(OpCodes.Stloc, result);
        _il.MarkLabel(done);
        Push(TempValue(type, result, raw));
    }

    /// <summary>
    /// Without a branch, which would often be predicted wrongly: second ^ ((first ^ second) &amp; -(condition != 0)), and less where one of them is zero.
    /// </summary>
    private void SelectInteger(WasmType type, Value first, Value second, Value condition)
    {
        if (IsZero(first))
        {
            EmitMask(type, condition, false);
            Emit(second);
            _il.Emit(OpCodes.And);
        }
        else if (IsZero(second))
        {
            EmitMask(type, condition, true);
            Emit(first);
            _il.Emit(OpCodes.And);
        }
        else
        {
            Peek(second);
            Emit(first);
            Emit(second);
            _il.Emit(OpCodes.Xor);
            EmitMask(type, condition, true);
            _il.Emit(OpCodes.And);
            _il.Emit(OpCodes.Xor);
        }

        PushStored(type);
    }

    /// <summary>All ones where a condition is as wished, else zero.</summary>
    private void EmitMask(WasmType type, Value condition, bool wish)
    {
        EmitTruth(condition);
        if (type != WasmType.I32)
        {
            _il.Emit(OpCodes.Conv_U8);
        }

        if (wish)
        {
            _il.Emit(OpCodes.Neg);
            return;
        }

        EmitConstant(type, 1);
        _il.Emit(OpCodes.Sub);
    }

    private static bool IsZero(Value value) => value is { Kind: ValueKind.Constant, Bits: 0 };

    private void GetGlobal(int index)
    {
        var type = _module.Globals[index].Type;
        EmitCell(index);
        _il.Emit(type switch
        {
            WasmType.I32 => OpCodes.Ldind_I4,
            WasmType.F32 => OpCodes.Ldind_R4,
            WasmType.F64 => OpCodes.Ldind_R8,
            _ => OpCodes.Ldind_I8,
        });
        PushStored(type);
    }

    private void SetGlobal(int index)
    {
        var value = PopClean();
        EmitCell(index);
        Emit(value);
        if (value.Type == WasmType.F32)
        {
            _il.Emit(OpCodes.Call, Members.SingleToBits);
        }

        if (value.Type is WasmType.F32 or WasmType.I32)
        {
            _il.Emit(OpCodes.Conv_U8);
        }

        _il.Emit(value.Type == WasmType.F64 ? OpCodes.Stind_R8 : OpCodes.Stind_I8);
    }

    private void EmitCell(int index)
    {
        LoadMachine(Members.Globals);
        _il.Emit(OpCodes.Ldc_I4, index * sizeof(ulong));
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Ldind_I);
    }
}
