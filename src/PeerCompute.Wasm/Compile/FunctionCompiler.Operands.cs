// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>The guest's operands, the temporaries that hold them, and how they are emitted.</content>
internal sealed partial class FunctionCompiler
{
    private readonly List<Value> _operands = [];
    private readonly int[] _uses;
    private readonly Stack<LocalBuilder>[] _free = [new(), new(), new(), new()];

    /// <summary>Operands below this one are temporaries or constants.</summary>
    private int _flushed;

    private void Push(Value value)
    {
        _operands.Add(value);
        if (value.Depth > Value.MaxDepth)
        {
            Settle(_operands.Count - 1);
        }
    }

    private Value Pop()
    {
        var value = _operands[^1];
        _operands.RemoveAt(_operands.Count - 1);
        _flushed = Math.Min(_flushed, _operands.Count);
        return value;
    }

    private void PushConstant(WasmType type, ulong bits) => Push(new Value { Kind = ValueKind.Constant, Type = type, Bits = bits });

    private void PushLocal(int local)
    {
        var type = _localTypes[local];
        _uses[local]++;
        Push(new Value { Kind = ValueKind.Local, Type = type, Local = local, Raw = IsRaw(local) });
    }

    private bool IsRaw(int local) => ClrTypes.IsFloat(_localTypes[local]) && _facts.IsComputed(local);

    private void PushOperation(byte opcode, WasmType type, Value first, Value? second, bool raw) => Push(Operation(opcode, type, first, second, raw));

    private static Value Operation(byte opcode, WasmType type, Value first, Value? second, bool raw) => new()
    {
        Kind = ValueKind.Operation,
        Type = type,
        Opcode = opcode,
        First = first,
        Second = second,
        Depth = Math.Max(first.Depth, second?.Depth ?? 0) + 1,
        Raw = raw,
    };

    /// <summary>Stores what stands on the runtime's stack and pushes it.</summary>
    private void PushStored(WasmType type, bool raw = false)
    {
        var temp = NewTemp(type);
        _il.Emit(OpCodes.Stloc, temp);
        Push(TempValue(type, temp, raw));
    }

    private static Value TempValue(WasmType type, LocalBuilder temp, bool raw = false) =>
        new() { Kind = ValueKind.Temp, Type = type, Temp = temp, Raw = raw };

    private LocalBuilder NewTemp(WasmType type) =>
        _free[Pool(type)].TryPop(out var free) ? free : _il.DeclareLocal(ClrTypes.Of(type));

    private void Free(WasmType type, LocalBuilder temp) => _free[Pool(type)].Push(temp);

    private static int Pool(WasmType type) => type switch { WasmType.I32 => 0, WasmType.F32 => 1, WasmType.F64 => 2, _ => 3 };

    /// <summary>Computes an operand into a temporary.</summary>
    private void Settle(int index)
    {
        var value = _operands[index];
        if (value.Kind is ValueKind.Temp or ValueKind.Constant)
        {
            return;
        }

        Emit(value);
        var temp = NewTemp(value.Type);
        _il.Emit(OpCodes.Stloc, temp);
        _operands[index] = TempValue(value.Type, temp, value.Raw);
    }

    /// <summary>Before control flow: nothing that stays behind may depend on what happens there.</summary>
    private void Flush()
    {
        for (; _flushed < _operands.Count; _flushed++)
        {
            Settle(_flushed);
        }
    }

    private void DropTo(int height)
    {
        while (_operands.Count > height)
        {
            Discard(Pop());
        }
    }

    private void Discard(Value? value)
    {
        if (value is null)
        {
            return;
        }

        Release(value);
        Discard(value.First);
        Discard(value.Second);
    }

    private void Release(Value value)
    {
        if (value.Kind == ValueKind.Temp)
        {
            Free(value.Type, value.Temp!);
        }
        else if (value.Kind == ValueKind.Local)
        {
            _uses[value.Local]--;
        }
    }

    /// <summary>A value whose NaN is canonical: what is to be seen bit by bit.</summary>
    private static Value Clean(Value value) => value.Raw ? Operation(Canonical, value.Type, value, null, false) : value;

    private Value PopClean() => Clean(Pop());

    /// <summary>Makes the topmost operands temporaries, constants or locals, clean: they may be emitted more than once.</summary>
    private void SettleTop(int count)
    {
        for (var i = _operands.Count - count; i < _operands.Count; i++)
        {
            _operands[i] = Clean(_operands[i]);
            if (_operands[i].Kind == ValueKind.Operation)
            {
                Settle(i);
            }
        }
    }

    /// <summary>Puts a value onto the runtime's stack; no control flow.</summary>
    private void Emit(Value value)
    {
        if (value.Kind == ValueKind.Operation)
        {
            Emit(value.First!);
            if (value.Opcode is 0x77 or 0x78 || (value.Opcode == 0x76 && _rotations.Joined))
            {
                _il.Emit(OpCodes.Ldloc, _zero!);
                _il.Emit(OpCodes.Xor);
            }

            if (value.Second is not null)
            {
                Emit(value.Second);
            }

            EmitOperation(value);
        }
        else
        {
            Peek(value);
            Release(value);
        }
    }

    private void Peek(Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Constant:
                EmitConstant(value.Type, value.Bits);
                break;
            case ValueKind.Local:
                LoadLocal(value.Local);
                break;
            default:
                _il.Emit(OpCodes.Ldloc, value.Temp!);
                break;
        }
    }

    private void EmitConstant(WasmType type, ulong bits)
    {
        switch (type)
        {
            case WasmType.I32:
                _il.Emit(OpCodes.Ldc_I4, (int)bits);
                break;
            case WasmType.F32 when float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits)):
                _il.Emit(OpCodes.Ldc_I4, (int)bits);
                _il.Emit(OpCodes.Call, Members.Nan);
                break;
            case WasmType.F32:
                _il.Emit(OpCodes.Ldc_R4, BitConverter.UInt32BitsToSingle((uint)bits));
                break;
            case WasmType.F64:
                _il.Emit(OpCodes.Ldc_R8, BitConverter.UInt64BitsToDouble(bits));
                break;
            default:
                _il.Emit(OpCodes.Ldc_I8, (long)bits);
                break;
        }
    }

    private void LoadLocal(int local)
    {
        if (_locals[local] is { } copy)
        {
            _il.Emit(OpCodes.Ldloc, copy);
        }
        else if (_plan?.Shared(local) is { } shared)
        {
            _il.Emit(OpCodes.Ldloca, _frame!);
            _il.Emit(OpCodes.Ldfld, shared);
        }
        else
        {
            _il.Emit(OpCodes.Ldarg, (short)(local + 2));
        }
    }

    /// <summary>Before a local's new value is put onto the runtime's stack: the address of the shared locals, where it is to be stored there.</summary>
    private void BeginStore(int local)
    {
        if (_region is not null)
        {
            if (!_region.Locals[local])
            {
                _il.Emit(OpCodes.Ldarg_2);
            }
        }
        else if (_plan?.Shared(local) is not null)
        {
            _il.Emit(OpCodes.Ldloca, _frame!);
        }
    }

    private void EndStore(int local)
    {
        var through = _region?.Locals[local] == false;
        if (through)
        {
            _il.Emit(OpCodes.Dup);
        }

        if (_locals[local] is { } copy)
        {
            _il.Emit(OpCodes.Stloc, copy);
        }
        else if (_plan?.Shared(local) is { } shared)
        {
            _il.Emit(OpCodes.Stfld, shared);
        }
        else
        {
            _il.Emit(OpCodes.Starg, (short)(local + 2));
        }

        if (through)
        {
            _il.Emit(OpCodes.Stfld, _plan!.Shared(local)!);
        }
    }

    /// <summary>Sets a local to an operand; other operands that stand for its old value are saved first.</summary>
    private void SetLocal(int local, Value value)
    {
        var form = FormOf(value);
        BeginStore(local);
        Emit(ClrTypes.IsFloat(_localTypes[local]) && !_facts.IsComputed(local) ? Clean(value) : value);
        for (var i = _operands.Count - 1; i >= 0 && _uses[local] > 0; i--)
        {
            if (Uses(_operands[i], local))
            {
                Settle(i);
            }
        }

        EndStore(local);
        SetForm(local, form);
    }

    private static bool Uses(Value? value, int local) =>
        value is not null && ((value.Kind == ValueKind.Local && value.Local == local) || Uses(value.First, local) || Uses(value.Second, local));
}
