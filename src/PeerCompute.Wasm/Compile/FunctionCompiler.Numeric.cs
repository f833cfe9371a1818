// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>Numeric instructions: which become trees, and those that may trap.</content>
internal sealed partial class FunctionCompiler
{
    private void Numeric(byte opcode)
    {
        var (operand, operands, result) = Opcodes.Numeric(opcode);
        if (opcode is (>= 0x6D and <= 0x70) or (>= 0x7F and <= 0x82))
        {
            Divide(opcode, operand);
            return;
        }

        if (opcode is (>= 0xA8 and <= 0xAB) or (>= 0xAE and <= 0xB1))
        {
            Truncate(opcode, operand, result);
            return;
        }

        var second = operands == 2 ? Pop() : null;
        var first = Pop();
        if (SeesBits(opcode))
        {
            first = Clean(first);
            second = second is null ? null : Clean(second);
        }

        var raw = opcode is 0x8B or 0x99 ? first.Raw : FloatArithmetic.Computes(opcode);
        PushOperation(opcode, result, first, second, raw);
    }

    /// <summary><c>neg</c>, <c>copysign</c>, reinterpretations: a NaN's bits pass or are seen.</summary>
    private static bool SeesBits(byte opcode) => opcode is 0x8C or 0x9A or 0x98 or 0xA6 or 0xBC or 0xBD;

    /// <summary>Division and remainder: the divisor is checked for zero, then the quotient for its range.</summary>
    private void Divide(byte opcode, WasmType type)
    {
        var wide = type == WasmType.I64;
        var kind = (opcode - (wide ? 0x7F : 0x6D)) & 3;
        var second = Pop();
        var first = Pop();
        var minusOne = wide ? ulong.MaxValue : uint.MaxValue;
        if (second.Kind == ValueKind.Constant && second.Bits != 0 && ((kind & 1) != 0 || second.Bits != minusOne))
        {
            PushOperation(opcode, type, first, second, false);
            return;
        }

        first = Settled(first);
        second = Settled(second);
        Peek(second);
        EmitZero(type);
        _il.Emit(OpCodes.Beq, Trap(TrapKind.IntegerDivideByZero));
        if (kind == 0)
        {
            var fits = _il.DefineLabel();
            Peek(second);
            EmitConstant(type, minusOne);
            _il.Emit(OpCodes.Bne_Un, fits);
            Peek(first);
            EmitConstant(type, wide ? 1UL << 63 : 1UL << 31);
            _il.Emit(OpCodes.Beq, Trap(TrapKind.IntegerOverflow));
            _il.MarkLabel(fits);
        }

        if (kind != 2)
        {
            PushOperation(opcode, type, first, second, false);
            Settle(_operands.Count - 1);
            return;
        }

        // The remainder of a division by -1 is 0; the machine's instruction would fault.
        var rest = NewTemp(type);
        var ready = _il.DefineLabel();
        EmitConstant(type, 0);
        _il.Emit(OpCodes.Stloc, rest);
        Peek(second);
        EmitConstant(type, minusOne);
        _il.Emit(OpCodes.Beq, ready);
        Emit(first);
        Emit(second);
        _il.Emit(OpCodes.Rem);
        _il.Emit(OpCodes.Stloc, rest);
        _il.MarkLabel(ready);
        Push(TempValue(type, rest));
    }

    /// <summary>Truncations that trap; as a double every float is exact, and the bounds are.</summary>
    private void Truncate(byte opcode, WasmType operand, WasmType result)
    {
        var value = Pop();
        Emit(value);
        if (operand == WasmType.F32)
        {
            _il.Emit(OpCodes.Conv_R8);
        }

        var number = NewTemp(WasmType.F64);
        _il.Emit(OpCodes.Stloc, number);
        var signed = opcode is 0xA8 or 0xAA or 0xAE or 0xB0;
        var wide = result == WasmType.I64;
        var bad = _il.DefineLabel();
        var good = _il.DefineLabel();
        _il.Emit(OpCodes.Ldloc, number);
        _il.Emit(OpCodes.Ldc_R8, !signed ? -1.0 : wide ? double.BitDecrement(-9223372036854775808.0) : -2147483649.0);
        _il.Emit(OpCodes.Ble_Un, bad);
        _il.Emit(OpCodes.Ldloc, number);
        _il.Emit(OpCodes.Ldc_R8, (signed, wide) switch
        {
            (true, false) => 2147483648.0,
            (false, false) => 4294967296.0,
            (true, true) => 9223372036854775808.0,
            _ => 18446744073709551616.0,
        });
        _il.Emit(OpCodes.Blt, good);
        _il.MarkLabel(bad);
        var saved = _fuelSaved;
        SaveFuel();
        _fuelSaved = saved;
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldloc, number);
        _il.Emit(OpCodes.Call, Members.RaiseTruncation);
        _il.MarkLabel(good);
        _il.Emit(OpCodes.Ldloc, number);
        Free(WasmType.F64, number);
        if (wide && !signed)
        {
            _il.Emit(OpCodes.Call, Members.TruncateUnsigned);
        }
        else
        {
            _il.Emit(signed && !wide ? OpCodes.Conv_I4 : OpCodes.Conv_I8);
            if (!wide && !signed)
            {
                _il.Emit(OpCodes.Conv_I4);
            }
        }

        PushStored(result);
    }
}
