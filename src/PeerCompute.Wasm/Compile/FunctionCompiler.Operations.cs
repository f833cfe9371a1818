// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;

namespace PeerCompute.Wasm.Compile;

/// <content>The operators of trees: operands stand on the runtime's stack.</content>
internal sealed partial class FunctionCompiler
{
    /// <summary><c>trunc_sat</c> in trees: this plus the number behind the prefix.</summary>
    private const byte Saturating = 0xE0;

    /// <summary>In trees: a NaN of arithmetic made canonical.</summary>
    private const byte Canonical = Saturating + 8;

    private static readonly OpCode[] Arithmetic =
    [
        OpCodes.Add, OpCodes.Sub, OpCodes.Mul, OpCodes.Div, OpCodes.Div_Un, OpCodes.Rem, OpCodes.Rem_Un, OpCodes.And, OpCodes.Or, OpCodes.Xor,
        OpCodes.Shl, OpCodes.Shr, OpCodes.Shr_Un,
    ];

    private void EmitOperation(Value value)
    {
        var opcode = value.Opcode;
        switch (opcode)
        {
            case 0x45 or 0x50:
                EmitZero(value.First!.Type);
                _il.Emit(OpCodes.Ceq);
                break;
            case <= 0x4F:
                EmitIntegerComparison(opcode - 0x46, value);
                break;
            case <= 0x5A:
                EmitIntegerComparison(opcode - 0x51, value);
                break;
            case <= 0x60:
                EmitFloatComparison(opcode - 0x5B);
                break;
            case <= 0x66:
                EmitFloatComparison(opcode - 0x61);
                break;
            case <= 0x69:
                EmitBits(opcode - 0x67, false);
                break;
            case <= 0x78:
                EmitInteger(opcode - 0x6A, false);
                break;
            case <= 0x7B:
                EmitBits(opcode - 0x79, true);
                break;
            case <= 0x8A:
                EmitInteger(opcode - 0x7C, true);
                break;
            case <= 0x98:
                EmitFloat(opcode - 0x8B, false);
                break;
            case <= 0xA6:
                EmitFloat(opcode - 0x99, true);
                break;
            default:
                EmitConversion(opcode, value.Type);
                break;
        }
    }

    /// <summary>eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u.</summary>
    private void EmitIntegerComparison(int relation, Value value)
    {
        if (!IsFarFromZero(value.First!) && !IsFarFromZero(value.Second!))
        {
            Obscure(value.First!.Type);
        }

        _il.Emit(relation switch
        {
            0 or 1 => OpCodes.Ceq,
            2 or 8 => OpCodes.Clt,
            3 or 9 => OpCodes.Clt_Un,
            4 or 6 => OpCodes.Cgt,
            _ => OpCodes.Cgt_Un,
        });
        if (relation == 1 || relation >= 6)
        {
            EmitNot();
        }
    }

    /// <summary>eq ne lt gt le ge; the negation of an unordered comparison is false for NaN.</summary>
    private void EmitFloatComparison(int relation)
    {
        _il.Emit(relation switch
        {
            0 or 1 => OpCodes.Ceq,
            2 => OpCodes.Clt,
            3 => OpCodes.Cgt,
            4 => OpCodes.Cgt_Un,
            _ => OpCodes.Clt_Un,
        });
        if (relation is 1 or >= 4)
        {
            EmitNot();
        }
    }

    private void EmitNot()
    {
        _il.Emit(OpCodes.Ldc_I4_0);
        _il.Emit(OpCodes.Ceq);
    }

    private void EmitBits(int operation, bool wide)
    {
        Obscure(wide ? WasmType.I64 : WasmType.I32);
        _il.Emit(OpCodes.Call, operation switch
        {
            0 => Members.Bits(nameof(BitOperations.LeadingZeroCount), wide),
            1 => Members.Careful(nameof(Careful.TrailingZeros), wide ? typeof(ulong) : typeof(uint), 1),
            _ => Members.Bits(nameof(BitOperations.PopCount), wide),
        });
        if (wide)
        {
            _il.Emit(OpCodes.Conv_I8);
        }
    }

    private void EmitInteger(int operation, bool wide)
    {
        const int shl = 10;
        const int rotl = 13;
        if (operation >= rotl)
        {
            EmitRotation(operation == rotl, wide);
            return;
        }

        if (operation >= shl)
        {
            EmitShiftCount(wide);
        }

        _il.Emit(Arithmetic[operation]);
    }

    private void EmitShiftCount(bool wide)
    {
        if (wide)
        {
            _il.Emit(OpCodes.Conv_I4);
        }

        _il.Emit(OpCodes.Ldc_I4, wide ? 63 : 31);
        _il.Emit(OpCodes.And);
    }

    private void EmitRotation(bool left, bool wide)
    {
        if (wide)
        {
            _il.Emit(OpCodes.Conv_I4);
        }

        _il.Emit(OpCodes.Call, Members.Rotation(left, wide));
        _il.Emit(wide ? OpCodes.Conv_I8 : OpCodes.Conv_I4);
    }

    /// <summary>abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign.</summary>
    private void EmitFloat(int operation, bool wide)
    {
        switch (operation)
        {
            case 1:
                _il.Emit(OpCodes.Neg);
                break;
            case >= 7 and <= 10:
                _il.Emit(Arithmetic[operation - 7]);
                break;
            default:
                var name = operation switch
                {
                    0 => nameof(Math.Abs),
                    2 => nameof(Math.Ceiling),
                    3 => nameof(Math.Floor),
                    4 => nameof(Math.Truncate),
                    5 => nameof(Math.Round),
                    6 => nameof(Math.Sqrt),
                    11 => nameof(Careful.Min),
                    12 => nameof(Math.Max),
                    _ => nameof(Math.CopySign),
                };
                _il.Emit(OpCodes.Call, operation == 11
                    ? Members.Careful(name, wide ? typeof(double) : typeof(float), 2) : Members.Float(name, wide, operation >= 7 ? 2 : 1));
                break;
        }
    }

    private void EmitConversion(byte opcode, WasmType type)
    {
        switch (opcode)
        {
            case 0xA7: _il.Emit(OpCodes.Conv_I4); break;
            case 0xAC: _il.Emit(OpCodes.Conv_I8); break;
            case 0xAD: _il.Emit(OpCodes.Conv_U8); break;
            case 0xB2 or 0xB4 or 0xB6: _il.Emit(OpCodes.Conv_R4); break;
            case 0xB7 or 0xB9 or 0xBB: _il.Emit(OpCodes.Conv_R8); break;
            case 0xB3: _il.Emit(OpCodes.Conv_U8); _il.Emit(OpCodes.Conv_R4); break;
            case 0xB8: _il.Emit(OpCodes.Conv_U8); _il.Emit(OpCodes.Conv_R8); break;
            case 0xB5 or 0xBA: EmitRareNumber(Op.RareUnary.At(opcode), opcode == 0xB5); break;
            case 0xBC: _il.Emit(OpCodes.Call, Members.SingleToBits); break;
            case 0xBD: _il.Emit(OpCodes.Call, Members.DoubleToBits); break;
            case 0xBE: EmitSingle(); break;
            case 0xBF: _il.Emit(OpCodes.Call, Members.BitsToDouble); break;
            case 0xC0: _il.Emit(OpCodes.Conv_I1); break;
            case 0xC1: _il.Emit(OpCodes.Conv_I2); break;
            case 0xC2: _il.Emit(OpCodes.Conv_I1); _il.Emit(OpCodes.Conv_I8); break;
            case 0xC3: _il.Emit(OpCodes.Conv_I2); _il.Emit(OpCodes.Conv_I8); break;
            case 0xC4: _il.Emit(OpCodes.Conv_I4); _il.Emit(OpCodes.Conv_I8); break;
            case Canonical: _il.Emit(OpCodes.Call, Members.Canonical(type)); break;
            default: EmitSaturating(opcode - Saturating); break;
        }
    }

    /// <summary>
    /// Bits as a float. Of bits that the runtime's compiler knows it would make a constant, which goes through its doubles and loses a NaN's quiet bit: so
    /// they are joined with a zero that it does not know.
    /// </summary>
    private void EmitSingle()
    {
        LoadZero(WasmType.I32);
        _il.Emit(OpCodes.Xor);
        _il.Emit(OpCodes.Call, Members.BitsToSingle);
    }

    /// <summary>An unsigned integer of 64 bits as a float.</summary>
    private void EmitRareNumber(Op op, bool single)
    {
        var operand = Swap(WasmType.I64);
        _il.Emit(OpCodes.Ldc_I4, (int)op);
        _il.Emit(OpCodes.Ldloc, operand);
        _il.Emit(OpCodes.Call, Members.RareNumber);
        if (single)
        {
            _il.Emit(OpCodes.Conv_I4);
        }

        _il.Emit(OpCodes.Call, single ? Members.BitsToSingle : Members.BitsToDouble);
    }

    private void EmitSaturating(int number)
    {
        if ((number & 2) == 0)
        {
            _il.Emit(OpCodes.Conv_R8);
        }

        var operand = Swap(WasmType.F64);
        _il.Emit(OpCodes.Ldc_I4, number & 5);
        _il.Emit(OpCodes.Ldloc, operand);
        _il.Emit(OpCodes.Call, Members.Saturate);
        if (number < 4)
        {
            _il.Emit(OpCodes.Conv_I4);
        }
    }

    /// <summary>Takes the operand off the runtime's stack, to be put behind another at once.</summary>
    private LocalBuilder Swap(WasmType type)
    {
        var temp = NewTemp(type);
        _il.Emit(OpCodes.Stloc, temp);
        Free(type, temp);
        return temp;
    }
}
