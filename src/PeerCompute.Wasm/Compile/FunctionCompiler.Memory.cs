// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>Loads and stores.</content>
internal sealed partial class FunctionCompiler
{
    /// <summary>Bytes that loads and stores touch, from the first load on.</summary>
    private static readonly byte[] Sizes = [4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4];

    private static readonly OpCode[] LoadCodes =
    [
        OpCodes.Ldind_I4, OpCodes.Ldind_I8, OpCodes.Ldind_R4, OpCodes.Ldind_R8, OpCodes.Ldind_I1, OpCodes.Ldind_U1, OpCodes.Ldind_I2, OpCodes.Ldind_U2,
        OpCodes.Ldind_I1, OpCodes.Ldind_U1, OpCodes.Ldind_I2, OpCodes.Ldind_U2, OpCodes.Ldind_I4, OpCodes.Ldind_U4,
    ];

    private static readonly OpCode[] StoreCodes =
    [
        OpCodes.Stind_I4, OpCodes.Stind_I8, OpCodes.Stind_R4, OpCodes.Stind_R8, OpCodes.Stind_I1, OpCodes.Stind_I2, OpCodes.Stind_I1, OpCodes.Stind_I2,
        OpCodes.Stind_I4,
    ];

    /// <summary>
    /// For each local how far above its value memory is known to reach, as long as the stamp is today's: what was checked once needs no second
    /// check, since memory never shrinks.
    /// </summary>
    private readonly (int Stamp, ulong End)[] _checked;

    private int _stamp = 1;

    private void MemoryAccess(byte opcode)
    {
        _reader.U32();
        ulong offset = _reader.U32();
        var size = Sizes[opcode - Opcodes.FirstLoad];
        var type = Opcodes.MemoryAccess(opcode).Type;
        if (opcode >= Opcodes.FirstStore)
        {
            var value = PopClean();
            var target = Check(Pop(), offset, size);
            EmitAddress(target, offset);
            Emit(value);
            if (type == WasmType.I64 && size < 8)
            {
                _il.Emit(OpCodes.Conv_I4);
            }

            EmitUnaligned(size);
            _il.Emit(StoreCodes[opcode - Opcodes.FirstStore]);
            Discard(target);
            return;
        }

        var source = Check(Pop(), offset, size);
        EmitAddress(source, offset);
        Discard(source);
        EmitUnaligned(size);
        _il.Emit(LoadCodes[opcode - Opcodes.FirstLoad]);
        if (type == WasmType.I64 && size < 8)
        {
            _il.Emit(opcode is 0x31 or 0x33 or 0x35 ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
        }

        PushStored(type);
    }

    /// <summary>Traps where an access leaves memory; returns the address as something that can be emitted again.</summary>
    private Value Check(Value address, ulong offset, ulong size)
    {
        if (address.Kind == ValueKind.Operation)
        {
            Emit(address);
            var temp = NewTemp(WasmType.I32);
            _il.Emit(OpCodes.Stloc, temp);
            address = TempValue(WasmType.I32, temp);
        }

        var end = offset + size;
        if (address.Kind == ValueKind.Local)
        {
            ref var known = ref _checked[address.Local];
            if (known.Stamp == _stamp && known.End >= end)
            {
                return address;
            }

            known = (_stamp, end);
        }

        EmitWide(address, end);
        _il.Emit(OpCodes.Ldloc, _length!);
        _il.Emit(OpCodes.Bgt_Un, Trap(TrapKind.OutOfBoundsMemoryAccess));
        return address;
    }

    /// <summary>An address of 32 bits and a constant, as 64 bits.</summary>
    private void EmitWide(Value address, ulong add)
    {
        if (address.Kind == ValueKind.Constant)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)((uint)address.Bits + add));
            return;
        }

        Peek(address);
        _il.Emit(OpCodes.Conv_U8);
        if (add != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)add);
            _il.Emit(OpCodes.Add);
        }
    }

    private void EmitAddress(Value address, ulong offset)
    {
        _il.Emit(OpCodes.Ldloc, _memory!);
        EmitWide(address, offset);
        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Add);
    }

    /// <summary>Guests may read and write at any address.</summary>
    private void EmitUnaligned(int size)
    {
        if (size > 1)
        {
            _il.Emit(OpCodes.Unaligned, (byte)1);
        }
    }
}
