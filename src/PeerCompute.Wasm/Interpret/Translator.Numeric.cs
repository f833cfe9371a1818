// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Interpret;

/// <content>Numbers and memory.</content>
internal sealed partial class Translator
{
    /// <summary>
    /// Place in a group of comparisons (eq ne lt_s ge_s lt_u ge_u gt_s le_s gt_u le_u) by opcode order (eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u).
    /// </summary>
    private static readonly byte[] Relations = [0, 1, 2, 4, 6, 8, 7, 9, 3, 5];

    /// <summary>The relation that holds with the operands swapped.</summary>
    private static readonly byte[] Swapped = [0, 1, 6, 7, 8, 9, 2, 3, 4, 5];

    private static readonly Op[] Loads =
    [
        Op.Load32, Op.Load64, Op.Load32, Op.Load64, Op.Load8S32, Op.Load8U, Op.Load16S32, Op.Load16U,
        Op.Load8S64, Op.Load8U, Op.Load16S64, Op.Load16U, Op.Load32S64, Op.Load32,
    ];

    private static readonly Op[] Stores =
        [Op.Store32, Op.Store64, Op.Store32, Op.Store64, Op.Store8, Op.Store16, Op.Store8, Op.Store16, Op.Store32];

    /// <summary>Offset of the form with a constant in I32AddI.. by operation in I32Add.. (sub, div and rem have none of their own).</summary>
    private static readonly sbyte[] ConstantForms = [0, -1, 1, -1, -1, -1, -1, 2, 3, 4, 5, 6, 7, 8, -1];

    private void MemoryAccess(byte opcode)
    {
        _reader.U32();
        var offset = _reader.U32();
        if (opcode >= Opcodes.FirstStore)
        {
            var value = Pop();
            var (address, addend) = Address(Pop());
            Access(Stores[opcode - Opcodes.FirstStore], 0, address, Slot(value, _height + 1), addend, offset);
            return;
        }

        var operand = Pop();
        var load = Loads[opcode - Opcodes.FirstLoad];
        if (operand.IsConstant && load is Op.Load32 or Op.Load64)
        {
            Emit(load == Op.Load32 ? Op.Load32At : Op.Load64At, PushResult(), 0, 0).Imm = operand.Value + offset;
        }
        else
        {
            var (address, addend) = Address(operand);
            Access(load, PushResult(), address, 0, addend, offset);
        }
    }

    private void Access(Op op, ushort a, ushort b, ushort c, int addend, uint offset)
    {
        ref var ins = ref Emit(op, a, b, c);
        ins.Lo = (int)offset;
        ins.Hi = addend;
    }

    /// <summary>Slot of a popped address, and what the addition written last adds to it if that made it.</summary>
    private (ushort Slot, int Addend) Address(Operand operand)
    {
        var slot = Slot(operand, _height);
        if (!LastMakes(slot, Home(_height)) || code[code.Count - 1].Op != Op.I32AddI)
        {
            return (slot, 0);
        }

        var add = code[code.Count - 1];
        code.Truncate(code.Count - 1);
        return (add.B, add.Lo);
    }

    private void Numeric(byte opcode)
    {
        switch (opcode)
        {
            case 0x45:
                ConstantCompare(Op.I32EqI, PopSlot(), 0);
                break;
            case 0x50:
                ConstantCompare(Op.I64EqI, PopSlot(), 0);
                break;
            case <= 0x4F:
                IntegerCompare(Op.I32Eq, Relations[opcode - 0x46]);
                break;
            case >= 0x51 and <= 0x5A:
                IntegerCompare(Op.I64Eq, Relations[opcode - 0x51]);
                break;
            case >= 0x5B and <= 0x60:
                FloatCompare(Op.F32Eq, opcode - 0x5B);
                break;
            case >= 0x61 and <= 0x66:
                FloatCompare(Op.F64Eq, opcode - 0x61);
                break;
            case >= 0x6A and <= 0x78:
                IntegerBinary(Op.I32Add, Op.I32AddI, opcode - 0x6A, 31);
                break;
            case >= 0x7C and <= 0x8A:
                IntegerBinary(Op.I64Add, Op.I64AddI, opcode - 0x7C, 63);
                break;
            case >= 0x92 and <= 0x98:
                FloatBinary(Op.F32Add, Op.F32AddI, opcode - 0x92);
                break;
            case >= 0xA0 and <= 0xA6:
                FloatBinary(Op.F64Add, Op.F64AddI, opcode - 0xA0);
                break;
            default:
                Unary(opcode);
                break;
        }
    }

    private void Unary(byte opcode)
    {
        // Values of 32 bits stand in their slots with zeros above: these change nothing.
        if (opcode is 0xAD or (>= 0xBC and <= 0xBF))
        {
            Push(Pop());
            return;
        }

        var op = opcode switch
        {
            0x8B => Op.F32Abs,
            0x8C => Op.F32Neg,
            0x91 => Op.F32Sqrt,
            0x99 => Op.F64Abs,
            0x9A => Op.F64Neg,
            0x9F => Op.F64Sqrt,
            0xA7 => Op.I32WrapI64,
            0xAC => Op.I64ExtendI32S,
            0xAA => Op.I32TruncF64S,
            0xB2 => Op.F32ConvertI32S,
            0xB7 => Op.F64ConvertI32S,
            0xB8 => Op.F64ConvertI32U,
            0xBB => Op.F64PromoteF32,
            0xB6 => Op.F32DemoteF64,
            0xC0 => Op.I32Extend8S,
            0xC1 => Op.I32Extend16S,
            _ => Op.RareUnary.At(opcode),
        };
        var operand = PopSlot();
        Emit(op, PushResult(), operand, 0);
    }

    private void ConstantCompare(Op op, ushort operand, ulong constant) => Emit(op, PushResult(), operand, 0).Imm = constant;

    private void IntegerCompare(Op group, int relation)
    {
        const int constantForms = Op.I32EqI - Op.I32Eq;
        var second = Pop();
        var first = Pop();
        if (second.IsConstant)
        {
            ConstantCompare(group.At(constantForms + relation), Slot(first, _height), second.Value);
        }
        else if (first.IsConstant)
        {
            ConstantCompare(group.At(constantForms + Swapped[relation]), (ushort)second.Slot, first.Value);
        }
        else if (relation >= constantForms)
        {
            Emit(group.At(Swapped[relation]), PushResult(), (ushort)second.Slot, (ushort)first.Slot);
        }
        else
        {
            Emit(group.At(relation), PushResult(), (ushort)first.Slot, (ushort)second.Slot);
        }
    }

    /// <summary>Relations in opcode order: eq ne lt gt le ge; the last two of each pair swap their operands.</summary>
    private void FloatCompare(Op group, int relation)
    {
        var second = PopSlot();
        var first = PopSlot();
        var op = group.At(relation switch { 0 => 0, 1 => 1, 2 or 3 => 2, _ => 3 });
        var swap = relation is 3 or 5;
        Emit(op, PushResult(), swap ? second : first, swap ? first : second);
    }

    private void IntegerBinary(Op group, Op constants, int operation, uint shiftMask)
    {
        const int sub = Op.I32Sub - Op.I32Add;
        const int rotr = Op.I32Rotr - Op.I32Add;
        var second = Pop();
        var first = Pop();
        var commutes = operation is 0 or 2 or 7 or 8 or 9;
        if (first.IsConstant && !second.IsConstant && commutes)
        {
            (first, second) = (second, first);
        }

        if (second.IsConstant && operation is sub)
        {
            ConstantBinary(constants, first, shiftMask == 31 ? (uint)-(int)second.Value : 0 - second.Value);
        }
        else if (second.IsConstant && operation is rotr)
        {
            ConstantBinary(constants.At(ConstantForms[rotr - 1]), first, (0 - second.Value) & shiftMask);
        }
        else if (second.IsConstant && ConstantForms[operation] >= 0)
        {
            ConstantBinary(constants.At(ConstantForms[operation]), first, operation >= 10 ? second.Value & shiftMask : second.Value);
        }
        else
        {
            var b = Slot(first, _height);
            var c = Slot(second, _height + 1);
            Emit(group.At(operation), PushResult(), b, c);
        }
    }

    private void ConstantBinary(Op op, Operand operand, ulong constant)
    {
        var slot = Slot(operand, _height);
        Emit(op, PushResult(), slot, 0).Imm = constant;
    }

    private void FloatBinary(Op group, Op constants, int operation)
    {
        var second = Pop();
        var first = Pop();
        var commutes = operation is 0 or 2 or 4 or 5;
        if (first.IsConstant && !second.IsConstant && commutes)
        {
            (first, second) = (second, first);
        }

        if (second.IsConstant && operation <= 5)
        {
            ConstantBinary(constants.At(operation), first, second.Value);
        }
        else if (first.IsConstant || !TryFuse(group.At(operation), (ushort)first.Slot, (ushort)second.Slot))
        {
            var b = Slot(first, _height);
            var c = Slot(second, _height + 1);
            Emit(group.At(operation), PushResult(), b, c);
        }
    }

    /// <summary>Fuses a product with the difference before it, or a sum with the product; the last instruction may have made either operand.</summary>
    private bool TryFuse(Op op, ushort first, ushort second)
    {
        var (inner, fused) = op switch
        {
            Op.F64Mul => (Op.F64Sub, Op.F64SubMul),
            Op.F64Add => (Op.F64Mul, Op.F64MulAdd),
            _ => (Op.Exit, Op.Exit),
        };
        var madeSecond = LastMakes(second, Home(_height + 1));
        if ((!madeSecond && !LastMakes(first, Home(_height))) || code[code.Count - 1].Op != inner)
        {
            return false;
        }

        var last = code[code.Count - 1];
        code.Truncate(code.Count - 1);
        Emit(fused, PushResult(), last.B, last.C).Lo = madeSecond ? first : second;
        return true;
    }
}
