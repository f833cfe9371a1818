// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <content>Loads and stores.</content>
internal sealed partial class FunctionCompiler
{
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

    /// <summary>Bytes that memory always has.</summary>
    private readonly ulong _leastBytes;

    private int _stamp = 1;

    private void MemoryAccess(byte opcode)
    {
        var start = _reader.Pos - 1;
        _reader.U32();
        ulong offset = _reader.U32();
        var (type, width) = Opcodes.MemoryAccess(opcode);
        if (opcode >= Opcodes.FirstStore)
        {
            var value = Pop();
            EmitPlace(opcode, offset, [Pop(), value], start);
            Emit(Clean(value));
            if (type == WasmType.I64 && width < 3)
            {
                _il.Emit(OpCodes.Conv_I4);
            }

            EmitUnaligned(width);
            _il.Emit(StoreCodes[opcode - Opcodes.FirstStore]);
            return;
        }

        EmitPlace(opcode, offset, [Pop()], start);
        EmitUnaligned(width);
        _il.Emit(LoadCodes[opcode - Opcodes.FirstLoad]);
        if (type == WasmType.I64 && width < 3)
        {
            _il.Emit(opcode is 0x31 or 0x33 or 0x35 ? OpCodes.Conv_U8 : OpCodes.Conv_I8);
        }

        PushStored(type);
    }

    /// <summary>
    /// Puts the address in the machine's memory onto the runtime's stack; traps where the access leaves the guest's. Takes the operands of the access, the
    /// first of which is the guest's address, and where the instruction stands.
    /// </summary>
    private void EmitPlace(byte opcode, ulong offset, Value[] operands, int start)
    {
        var address = operands[0];
        var width = Opcodes.MemoryAccess(opcode).Align;
        var end = offset + (1UL << width);
        if (address.Kind == ValueKind.Constant && (uint)address.Bits + end <= _leastBytes)
        {
            EmitAddress(address, offset);
            return;
        }

        var form = FormOf(address);
        if (Reaches(form, end, out var place))
        {
            if (place.Pointer is { } pointer)
            {
                Discard(address);
                EmitDistance(pointer, place.Distance + (long)offset);
            }
            else
            {
                EmitAddress(address, offset);
            }

            return;
        }

        if (form.Root > 0 && Grouped(opcode, form, offset, operands, start))
        {
            Reaches(form, end, out place);
            EmitDistance(place.Pointer!, place.Distance + (long)offset);
            return;
        }

        if (address.Kind == ValueKind.Operation)
        {
            Emit(address);
            _il.Emit(OpCodes.Conv_U8);
            var temp = NewTemp(WasmType.I64);
            _il.Emit(OpCodes.Stloc, temp);
            address = TempValue(WasmType.I64, temp);
        }

        PeekWide(address, offset);
        _il.Emit(OpCodes.Ldloc, _limits[width]!);
        _il.Emit(OpCodes.Bge_Un, Trap(TrapKind.OutOfBoundsMemoryAccess));
        if (form.Root > 0 && (!_reaches.TryGetValue(form.Root, out var known) || known.Pointer is null))
        {
            _reaches[form.Root] = (form.Add, end, null);
        }

        EmitAddress(address, offset);
    }

    /// <summary>An address, which stays, and a constant, as 64 bits.</summary>
    private void PeekWide(Value address, ulong add)
    {
        if (address.Kind == ValueKind.Constant)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)((uint)address.Bits + add));
            return;
        }

        Peek(address);
        if (address.Type == WasmType.I32)
        {
            _il.Emit(OpCodes.Conv_U8);
        }

        EmitAdd(add);
    }

    private void EmitAddress(Value address, ulong offset)
    {
        _il.Emit(OpCodes.Ldloc, _memory!);
        if (address.Kind == ValueKind.Operation)
        {
            Emit(address);
            _il.Emit(OpCodes.Conv_U8);
            EmitAdd(offset);
        }
        else
        {
            PeekWide(address, offset);
            Release(address);
        }

        _il.Emit(OpCodes.Conv_U);
        _il.Emit(OpCodes.Add);
    }

    private void EmitAdd(ulong add)
    {
        if (add != 0)
        {
            _il.Emit(OpCodes.Ldc_I8, (long)add);
            _il.Emit(OpCodes.Add);
        }
    }

    private void EmitDistance(LocalBuilder pointer, long distance)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        if (distance != 0)
        {
            _il.Emit(OpCodes.Ldc_I4, (int)distance);
            _il.Emit(OpCodes.Conv_I);
            _il.Emit(OpCodes.Add);
        }
    }

    /// <summary>Guests may read and write at any address.</summary>
    private void EmitUnaligned(int width)
    {
        if (width > 0)
        {
            _il.Emit(OpCodes.Unaligned, (byte)1);
        }
    }
}
