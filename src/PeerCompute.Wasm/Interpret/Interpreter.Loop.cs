// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Interpret;

/// <content>The loop itself: one method by nature, a case for a line, kept below the size at which the JIT stops optimising.</content>
internal sealed unsafe partial class Interpreter
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Canonical(float value) => !float.IsNaN(value) ? value : BitConverter.UInt32BitsToSingle(0x7FC00000);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Canonical(double value) => !double.IsNaN(value) ? value : BitConverter.UInt64BitsToDouble(0x7FF8000000000000);

    private TrapKind Run(WasmInstance instance, Ins* ip, ulong* fp, long depth)
    {
        var fuel = _store.Fuel.Left;
        var entries = instance.Entries;
        var memory = instance.MemoryData;
        var length = instance.MemoryLength;
        Ins* i;
        ulong ea;
        FunctionEntry* entry;
        ulong* frame;
        FunctionInstance callee;
        TrapKind trap;
        while (true)
        {
            i = ip++;
            switch (i->Op)
            {
                case Op.Charge: fuel -= i->Lo; if (fuel < 0) { goto refuel; } continue;
                case Op.Jump: break;
                case Op.BrIf: if ((uint)fp[i->A] != 0) { break; } goto notTaken;
                case Op.BrIfZ: if ((uint)fp[i->A] == 0) { break; } goto notTaken;
                case Op.BrTable: i += 1 + Math.Min((uint)fp[i->A], (uint)i->Lo); break;
                case Op.Return0: ip = (Ins*)fp[i->B]; fp = (ulong*)fp[i->B + 1]; depth += i->Lo; continue;
                case Op.Return1: ip = (Ins*)fp[i->B]; frame = (ulong*)fp[i->B + 1]; fp[0] = fp[i->A]; fp = frame; depth += i->Lo; continue;
                case Op.ReturnN: ip = (Ins*)fp[i->B]; frame = (ulong*)fp[i->B + 1]; Move(fp, fp + i->A, i->C); fp = frame; depth += i->Lo; continue;
                case Op.Unreachable: trap = TrapKind.Unreachable; goto raise;
                case Op.Call: entry = entries + i->Lo; frame = fp + i->A; goto enter;
                case Op.CallImport: callee = instance.Functions[i->Lo]; goto callAny;
                case Op.CallIndirect:
                    trap = Lookup(instance, i, (uint)fp[i->B], out callee);
                    if (trap != TrapKind.None)
                    {
                        goto raise;
                    }

                    goto callAny;
                case Op.ContextReturn:
                    ip = PopContext(out instance);
                    entries = instance.Entries;
                    memory = instance.MemoryData;
                    length = instance.MemoryLength;
                    continue;
                case Op.Exit:
                    _store.Fuel.Left = fuel;
                    return TrapKind.None;
                case Op.CopyN: Move(fp + i->A, fp + i->B, i->C); continue;
                case Op.Copy: fp[i->A] = fp[i->B]; continue;
                case Op.Const: fp[i->A] = i->Imm; continue;
                case Op.Select: fp[i->A] = (uint)fp[i->Lo] != 0 ? fp[i->B] : fp[i->C]; continue;
                case Op.GlobalGet: fp[i->A] = *instance.GlobalCells[i->Lo]; continue;
                case Op.GlobalSet: *instance.GlobalCells[i->Lo] = fp[i->B]; continue;

                case Op.BrI32Eq: if ((uint)fp[i->A] == (uint)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32Ne: if ((uint)fp[i->A] != (uint)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32LtS: if ((int)fp[i->A] < (int)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32GeS: if ((int)fp[i->A] >= (int)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32LtU: if ((uint)fp[i->A] < (uint)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32GeU: if ((uint)fp[i->A] >= (uint)fp[i->B]) { break; } goto notTaken;
                case Op.BrI32EqI: if ((uint)fp[i->A] == (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32NeI: if ((uint)fp[i->A] != (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32LtSI: if ((int)fp[i->A] < i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32GeSI: if ((int)fp[i->A] >= i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32LtUI: if ((uint)fp[i->A] < (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32GeUI: if ((uint)fp[i->A] >= (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32GtSI: if ((int)fp[i->A] > i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32LeSI: if ((int)fp[i->A] <= i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32GtUI: if ((uint)fp[i->A] > (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI32LeUI: if ((uint)fp[i->A] <= (uint)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64Eq: if (fp[i->A] == fp[i->B]) { break; } goto notTaken;
                case Op.BrI64Ne: if (fp[i->A] != fp[i->B]) { break; } goto notTaken;
                case Op.BrI64LtS: if ((long)fp[i->A] < (long)fp[i->B]) { break; } goto notTaken;
                case Op.BrI64GeS: if ((long)fp[i->A] >= (long)fp[i->B]) { break; } goto notTaken;
                case Op.BrI64LtU: if (fp[i->A] < fp[i->B]) { break; } goto notTaken;
                case Op.BrI64GeU: if (fp[i->A] >= fp[i->B]) { break; } goto notTaken;
                case Op.BrI64EqI: if (fp[i->A] == (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64NeI: if (fp[i->A] != (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64LtSI: if ((long)fp[i->A] < i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64GeSI: if ((long)fp[i->A] >= i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64LtUI: if (fp[i->A] < (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64GeUI: if (fp[i->A] >= (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64GtSI: if ((long)fp[i->A] > i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64LeSI: if ((long)fp[i->A] <= i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64GtUI: if (fp[i->A] > (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrI64LeUI: if (fp[i->A] <= (ulong)i->Hi) { goto takenConstant; } goto notTaken;
                case Op.BrF32Eq: if (*(float*)(fp + i->A) == *(float*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF32Ne: if (*(float*)(fp + i->A) != *(float*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF32Lt: if (*(float*)(fp + i->A) < *(float*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF32NotLt: if (!(*(float*)(fp + i->A) < *(float*)(fp + i->B))) { break; } goto notTaken;
                case Op.BrF32Le: if (*(float*)(fp + i->A) <= *(float*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF32NotLe: if (!(*(float*)(fp + i->A) <= *(float*)(fp + i->B))) { break; } goto notTaken;
                case Op.BrF64Eq: if (*(double*)(fp + i->A) == *(double*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF64Ne: if (*(double*)(fp + i->A) != *(double*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF64Lt: if (*(double*)(fp + i->A) < *(double*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF64NotLt: if (!(*(double*)(fp + i->A) < *(double*)(fp + i->B))) { break; } goto notTaken;
                case Op.BrF64Le: if (*(double*)(fp + i->A) <= *(double*)(fp + i->B)) { break; } goto notTaken;
                case Op.BrF64NotLe: if (!(*(double*)(fp + i->A) <= *(double*)(fp + i->B))) { break; } goto notTaken;

                case Op.Load32At: if (i->Imm + 4 > length) { goto outOfBounds; } fp[i->A] = *(uint*)(memory + i->Imm); continue;
                case Op.Load64At: if (i->Imm + 8 > length) { goto outOfBounds; } fp[i->A] = *(ulong*)(memory + i->Imm); continue;
                case Op.Load32:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 4 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (*(uint*)(memory + ea));
                    continue;
                case Op.Load64:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 8 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (*(ulong*)(memory + ea));
                    continue;
                case Op.Load8U:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 1 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (*(byte*)(memory + ea));
                    continue;
                case Op.Load16U:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 2 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (*(ushort*)(memory + ea));
                    continue;
                case Op.Load8S32:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 1 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (uint)(*(sbyte*)(memory + ea));
                    continue;
                case Op.Load16S32:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 2 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (uint)(*(short*)(memory + ea));
                    continue;
                case Op.Load8S64:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 1 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (ulong)(*(sbyte*)(memory + ea));
                    continue;
                case Op.Load16S64:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 2 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (ulong)(*(short*)(memory + ea));
                    continue;
                case Op.Load32S64:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 4 > length)
                    {
                        goto outOfBounds;
                    }

                    fp[i->A] = (ulong)(*(int*)(memory + ea));
                    continue;
                case Op.Store32:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 4 > length)
                    {
                        goto outOfBounds;
                    }

                    *(uint*)(memory + ea) = (uint)fp[i->C];
                    continue;
                case Op.Store64:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 8 > length)
                    {
                        goto outOfBounds;
                    }

                    *(ulong*)(memory + ea) = (ulong)fp[i->C];
                    continue;
                case Op.Store8:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 1 > length)
                    {
                        goto outOfBounds;
                    }

                    *(byte*)(memory + ea) = (byte)fp[i->C];
                    continue;
                case Op.Store16:
                    ea = (ulong)((uint)fp[i->B] + (uint)i->Hi) + (uint)i->Lo;
                    if (ea + 2 > length)
                    {
                        goto outOfBounds;
                    }

                    *(ushort*)(memory + ea) = (ushort)fp[i->C];
                    continue;

                case Op.I32Eq: fp[i->A] = (uint)fp[i->B] == (uint)fp[i->C] ? 1UL : 0; continue;
                case Op.I32Ne: fp[i->A] = (uint)fp[i->B] != (uint)fp[i->C] ? 1UL : 0; continue;
                case Op.I32LtS: fp[i->A] = (int)fp[i->B] < (int)fp[i->C] ? 1UL : 0; continue;
                case Op.I32GeS: fp[i->A] = (int)fp[i->B] >= (int)fp[i->C] ? 1UL : 0; continue;
                case Op.I32LtU: fp[i->A] = (uint)fp[i->B] < (uint)fp[i->C] ? 1UL : 0; continue;
                case Op.I32GeU: fp[i->A] = (uint)fp[i->B] >= (uint)fp[i->C] ? 1UL : 0; continue;
                case Op.I32EqI: fp[i->A] = (uint)fp[i->B] == (uint)i->Imm ? 1UL : 0; continue;
                case Op.I32NeI: fp[i->A] = (uint)fp[i->B] != (uint)i->Imm ? 1UL : 0; continue;
                case Op.I32LtSI: fp[i->A] = (int)fp[i->B] < (int)i->Imm ? 1UL : 0; continue;
                case Op.I32GeSI: fp[i->A] = (int)fp[i->B] >= (int)i->Imm ? 1UL : 0; continue;
                case Op.I32LtUI: fp[i->A] = (uint)fp[i->B] < (uint)i->Imm ? 1UL : 0; continue;
                case Op.I32GeUI: fp[i->A] = (uint)fp[i->B] >= (uint)i->Imm ? 1UL : 0; continue;
                case Op.I32GtSI: fp[i->A] = (int)fp[i->B] > (int)i->Imm ? 1UL : 0; continue;
                case Op.I32LeSI: fp[i->A] = (int)fp[i->B] <= (int)i->Imm ? 1UL : 0; continue;
                case Op.I32GtUI: fp[i->A] = (uint)fp[i->B] > (uint)i->Imm ? 1UL : 0; continue;
                case Op.I32LeUI: fp[i->A] = (uint)fp[i->B] <= (uint)i->Imm ? 1UL : 0; continue;
                case Op.I64Eq: fp[i->A] = fp[i->B] == fp[i->C] ? 1UL : 0; continue;
                case Op.I64Ne: fp[i->A] = fp[i->B] != fp[i->C] ? 1UL : 0; continue;
                case Op.I64LtS: fp[i->A] = (long)fp[i->B] < (long)fp[i->C] ? 1UL : 0; continue;
                case Op.I64GeS: fp[i->A] = (long)fp[i->B] >= (long)fp[i->C] ? 1UL : 0; continue;
                case Op.I64LtU: fp[i->A] = fp[i->B] < fp[i->C] ? 1UL : 0; continue;
                case Op.I64GeU: fp[i->A] = fp[i->B] >= fp[i->C] ? 1UL : 0; continue;
                case Op.I64EqI: fp[i->A] = fp[i->B] == i->Imm ? 1UL : 0; continue;
                case Op.I64NeI: fp[i->A] = fp[i->B] != i->Imm ? 1UL : 0; continue;
                case Op.I64LtSI: fp[i->A] = (long)fp[i->B] < (long)i->Imm ? 1UL : 0; continue;
                case Op.I64GeSI: fp[i->A] = (long)fp[i->B] >= (long)i->Imm ? 1UL : 0; continue;
                case Op.I64LtUI: fp[i->A] = fp[i->B] < i->Imm ? 1UL : 0; continue;
                case Op.I64GeUI: fp[i->A] = fp[i->B] >= i->Imm ? 1UL : 0; continue;
                case Op.I64GtSI: fp[i->A] = (long)fp[i->B] > (long)i->Imm ? 1UL : 0; continue;
                case Op.I64LeSI: fp[i->A] = (long)fp[i->B] <= (long)i->Imm ? 1UL : 0; continue;
                case Op.I64GtUI: fp[i->A] = fp[i->B] > i->Imm ? 1UL : 0; continue;
                case Op.I64LeUI: fp[i->A] = fp[i->B] <= i->Imm ? 1UL : 0; continue;
                case Op.F32Eq: fp[i->A] = *(float*)(fp + i->B) == *(float*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F32Ne: fp[i->A] = *(float*)(fp + i->B) != *(float*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F32Lt: fp[i->A] = *(float*)(fp + i->B) < *(float*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F32Le: fp[i->A] = *(float*)(fp + i->B) <= *(float*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F64Eq: fp[i->A] = *(double*)(fp + i->B) == *(double*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F64Ne: fp[i->A] = *(double*)(fp + i->B) != *(double*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F64Lt: fp[i->A] = *(double*)(fp + i->B) < *(double*)(fp + i->C) ? 1UL : 0; continue;
                case Op.F64Le: fp[i->A] = *(double*)(fp + i->B) <= *(double*)(fp + i->C) ? 1UL : 0; continue;

                case Op.I32Add: fp[i->A] = (uint)fp[i->B] + (uint)fp[i->C]; continue;
                case Op.I32Sub: fp[i->A] = (uint)fp[i->B] - (uint)fp[i->C]; continue;
                case Op.I32Mul: fp[i->A] = (uint)fp[i->B] * (uint)fp[i->C]; continue;
                case Op.I32DivS:
                    if ((uint)fp[i->C] == 0)
                    {
                        goto divideByZero;
                    }

                    if ((int)fp[i->B] == int.MinValue && (int)fp[i->C] == -1)
                    {
                        goto overflow;
                    }

                    fp[i->A] = (uint)((int)fp[i->B] / (int)fp[i->C]);
                    continue;
                case Op.I32DivU: if ((uint)fp[i->C] == 0) { goto divideByZero; } fp[i->A] = (uint)fp[i->B] / (uint)fp[i->C]; continue;
                case Op.I32RemS:
                    if ((uint)fp[i->C] == 0)
                    {
                        goto divideByZero;
                    }

                    fp[i->A] = (int)fp[i->C] == -1 ? 0 : (uint)((int)fp[i->B] % (int)fp[i->C]);
                    continue;
                case Op.I32RemU: if ((uint)fp[i->C] == 0) { goto divideByZero; } fp[i->A] = (uint)fp[i->B] % (uint)fp[i->C]; continue;
                case Op.I32And: fp[i->A] = fp[i->B] & fp[i->C]; continue;
                case Op.I32Or: fp[i->A] = fp[i->B] | fp[i->C]; continue;
                case Op.I32Xor: fp[i->A] = fp[i->B] ^ fp[i->C]; continue;
                case Op.I32Shl: fp[i->A] = (uint)fp[i->B] << (int)fp[i->C]; continue;
                case Op.I32ShrS: fp[i->A] = (uint)((int)fp[i->B] >> (int)fp[i->C]); continue;
                case Op.I32ShrU: fp[i->A] = (uint)fp[i->B] >> (int)fp[i->C]; continue;
                case Op.I32Rotl: fp[i->A] = BitOperations.RotateLeft((uint)fp[i->B], (int)fp[i->C]); continue;
                case Op.I32Rotr: fp[i->A] = BitOperations.RotateRight((uint)fp[i->B], (int)fp[i->C]); continue;
                case Op.I64Add: fp[i->A] = fp[i->B] + fp[i->C]; continue;
                case Op.I64Sub: fp[i->A] = fp[i->B] - fp[i->C]; continue;
                case Op.I64Mul: fp[i->A] = fp[i->B] * fp[i->C]; continue;
                case Op.I64DivS:
                    if ((ulong)fp[i->C] == 0)
                    {
                        goto divideByZero;
                    }

                    if ((long)fp[i->B] == long.MinValue && (long)fp[i->C] == -1)
                    {
                        goto overflow;
                    }

                    fp[i->A] = (ulong)((long)fp[i->B] / (long)fp[i->C]);
                    continue;
                case Op.I64DivU: if ((ulong)fp[i->C] == 0) { goto divideByZero; } fp[i->A] = (ulong)fp[i->B] / (ulong)fp[i->C]; continue;
                case Op.I64RemS:
                    if ((ulong)fp[i->C] == 0)
                    {
                        goto divideByZero;
                    }

                    fp[i->A] = (long)fp[i->C] == -1 ? 0 : (ulong)((long)fp[i->B] % (long)fp[i->C]);
                    continue;
                case Op.I64RemU: if ((ulong)fp[i->C] == 0) { goto divideByZero; } fp[i->A] = (ulong)fp[i->B] % (ulong)fp[i->C]; continue;
                case Op.I64And: fp[i->A] = fp[i->B] & fp[i->C]; continue;
                case Op.I64Or: fp[i->A] = fp[i->B] | fp[i->C]; continue;
                case Op.I64Xor: fp[i->A] = fp[i->B] ^ fp[i->C]; continue;
                case Op.I64Shl: fp[i->A] = fp[i->B] << (int)fp[i->C]; continue;
                case Op.I64ShrS: fp[i->A] = (ulong)((long)fp[i->B] >> (int)fp[i->C]); continue;
                case Op.I64ShrU: fp[i->A] = fp[i->B] >> (int)fp[i->C]; continue;
                case Op.I64Rotl: fp[i->A] = BitOperations.RotateLeft((ulong)fp[i->B], (int)fp[i->C]); continue;
                case Op.I64Rotr: fp[i->A] = BitOperations.RotateRight((ulong)fp[i->B], (int)fp[i->C]); continue;
                case Op.I32AddI: fp[i->A] = (uint)fp[i->B] + (uint)i->Imm; continue;
                case Op.I32MulI: fp[i->A] = (uint)fp[i->B] * (uint)i->Imm; continue;
                case Op.I32AndI: fp[i->A] = fp[i->B] & i->Imm; continue;
                case Op.I32OrI: fp[i->A] = fp[i->B] | i->Imm; continue;
                case Op.I32XorI: fp[i->A] = fp[i->B] ^ i->Imm; continue;
                case Op.I32ShlI: fp[i->A] = (uint)fp[i->B] << i->Lo; continue;
                case Op.I32ShrSI: fp[i->A] = (uint)((int)fp[i->B] >> i->Lo); continue;
                case Op.I32ShrUI: fp[i->A] = (uint)fp[i->B] >> i->Lo; continue;
                case Op.I32RotlI: fp[i->A] = BitOperations.RotateLeft((uint)fp[i->B], i->Lo); continue;
                case Op.I64AddI: fp[i->A] = fp[i->B] + i->Imm; continue;
                case Op.I64MulI: fp[i->A] = fp[i->B] * i->Imm; continue;
                case Op.I64AndI: fp[i->A] = fp[i->B] & i->Imm; continue;
                case Op.I64OrI: fp[i->A] = fp[i->B] | i->Imm; continue;
                case Op.I64XorI: fp[i->A] = fp[i->B] ^ i->Imm; continue;
                case Op.I64ShlI: fp[i->A] = fp[i->B] << i->Lo; continue;
                case Op.I64ShrSI: fp[i->A] = (ulong)((long)fp[i->B] >> i->Lo); continue;
                case Op.I64ShrUI: fp[i->A] = fp[i->B] >> i->Lo; continue;
                case Op.I64RotlI: fp[i->A] = BitOperations.RotateLeft((ulong)fp[i->B], i->Lo); continue;

                case Op.F32Add: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) + *(float*)(fp + i->C))); continue;
                case Op.F32Sub: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) - *(float*)(fp + i->C))); continue;
                case Op.F32Mul: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) * *(float*)(fp + i->C))); continue;
                case Op.F32Div: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) / *(float*)(fp + i->C))); continue;
                case Op.F32Min: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(MathF.Min(*(float*)(fp + i->B), *(float*)(fp + i->C)))); continue;
                case Op.F32Max: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(MathF.Max(*(float*)(fp + i->B), *(float*)(fp + i->C)))); continue;
                case Op.F32Copysign: fp[i->A] = (fp[i->B] & 0x7FFFFFFFu) | (fp[i->C] & 0x80000000u); continue;
                case Op.F64Add: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) + *(double*)(fp + i->C)); continue;
                case Op.F64Sub: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) - *(double*)(fp + i->C)); continue;
                case Op.F64Mul: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) * *(double*)(fp + i->C)); continue;
                case Op.F64Div: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) / *(double*)(fp + i->C)); continue;
                case Op.F64Min: *(double*)(fp + i->A) = Canonical(Math.Min(*(double*)(fp + i->B), *(double*)(fp + i->C))); continue;
                case Op.F64Max: *(double*)(fp + i->A) = Canonical(Math.Max(*(double*)(fp + i->B), *(double*)(fp + i->C))); continue;
                case Op.F64Copysign: fp[i->A] = (fp[i->B] & 0x7FFFFFFFFFFFFFFFUL) | (fp[i->C] & 0x8000000000000000UL); continue;
                case Op.F32AddI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) + i->Single)); continue;
                case Op.F32SubI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) - i->Single)); continue;
                case Op.F32MulI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) * i->Single)); continue;
                case Op.F32DivI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(*(float*)(fp + i->B) / i->Single)); continue;
                case Op.F32MinI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(MathF.Min(*(float*)(fp + i->B), i->Single))); continue;
                case Op.F32MaxI: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(MathF.Max(*(float*)(fp + i->B), i->Single))); continue;
                case Op.F64AddI: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) + i->Double); continue;
                case Op.F64SubI: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) - i->Double); continue;
                case Op.F64MulI: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) * i->Double); continue;
                case Op.F64DivI: *(double*)(fp + i->A) = Canonical(*(double*)(fp + i->B) / i->Double); continue;
                case Op.F64MinI: *(double*)(fp + i->A) = Canonical(Math.Min(*(double*)(fp + i->B), i->Double)); continue;
                case Op.F64MaxI: *(double*)(fp + i->A) = Canonical(Math.Max(*(double*)(fp + i->B), i->Double)); continue;

                // A NaN of the first part is a NaN of the second, so one replacement suffices.
                case Op.F64SubMul: *(double*)(fp + i->A) = Canonical((*(double*)(fp + i->B) - *(double*)(fp + i->C)) * *(double*)(fp + i->Lo)); continue;
                case Op.F64MulAdd: *(double*)(fp + i->A) = Canonical((*(double*)(fp + i->B) * *(double*)(fp + i->C)) + *(double*)(fp + i->Lo)); continue;

                case Op.F32Abs: fp[i->A] = fp[i->B] & 0x7FFFFFFFu; continue;
                case Op.F32Neg: fp[i->A] = fp[i->B] ^ 0x80000000u; continue;
                case Op.F32Sqrt: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical(MathF.Sqrt(*(float*)(fp + i->B)))); continue;
                case Op.F64Abs: fp[i->A] = fp[i->B] & 0x7FFFFFFFFFFFFFFFUL; continue;
                case Op.F64Neg: fp[i->A] = fp[i->B] ^ 0x8000000000000000UL; continue;
                case Op.F64Sqrt: *(double*)(fp + i->A) = Canonical(Math.Sqrt(*(double*)(fp + i->B))); continue;

                case Op.I32WrapI64: fp[i->A] = (uint)fp[i->B]; continue;
                case Op.I64ExtendI32S: fp[i->A] = (ulong)(int)fp[i->B]; continue;
                case Op.I32Extend8S: fp[i->A] = (uint)(sbyte)fp[i->B]; continue;
                case Op.I32Extend16S: fp[i->A] = (uint)(short)fp[i->B]; continue;
                case Op.F32ConvertI32S: fp[i->A] = BitConverter.SingleToUInt32Bits((int)fp[i->B]); continue;
                case Op.F64ConvertI32S: *(double*)(fp + i->A) = (int)fp[i->B]; continue;
                case Op.F64ConvertI32U: *(double*)(fp + i->A) = (long)fp[i->B]; continue;
                case Op.F64PromoteF32: *(double*)(fp + i->A) = Canonical((double)*(float*)(fp + i->B)); continue;
                case Op.F32DemoteF64: fp[i->A] = BitConverter.SingleToUInt32Bits(Canonical((float)*(double*)(fp + i->B))); continue;
                case Op.I32TruncF64S:
                    if (*(double*)(fp + i->B) is > -2147483649.0 and < 2147483648.0)
                    {
                        fp[i->A] = (uint)(int)*(double*)(fp + i->B);
                        continue;
                    }

                    trap = double.IsNaN(*(double*)(fp + i->B)) ? TrapKind.InvalidConversionToInteger : TrapKind.IntegerOverflow;
                    goto raise;
                default:
                    _store.Fuel.Left = fuel;
                    trap = Rare.Execute(instance, i, fp);
                    if (trap != TrapKind.None)
                    {
                        return trap;
                    }

                    fuel = _store.Fuel.Left;
                    length = instance.MemoryLength;
                    continue;
            }

            // A branch was taken.
            ip = i + i->Lo;
            fuel -= i->Hi;
            if (fuel >= 0)
            {
                continue;
            }

            goto refuel;
        takenConstant:
            ip = i + i->Lo;
            fuel -= i->B;
            if (fuel >= 0)
            {
                continue;
            }

            goto refuel;
        notTaken:
            fuel -= i->C;
            if (fuel >= 0)
            {
                continue;
            }

        refuel:
            _store.Fuel.Left = fuel;
            trap = _store.Fuel.Refill();
            if (trap != TrapKind.None)
            {
                return trap;
            }

            fuel = _store.Fuel.Left;
            continue;
        callAny:
            frame = fp + i->A;
            if (callee.Host is not null)
            {
                _store.Fuel.Left = fuel;
                callee.Host(instance, new Span<ulong>(frame, callee.Slots));
                fuel = _store.Fuel.Left;
                length = instance.MemoryLength;
                continue;
            }

            if (callee.Instance != instance)
            {
                _contexts.Add((instance, (nint)ip));
                ip = _contextReturn;
                instance = callee.Instance!;
                entries = instance.Entries;
                memory = instance.MemoryData;
                length = instance.MemoryLength;
            }

            entry = callee.Entry;
        enter:
            depth -= entry->Units;
            if (depth < 0)
            {
                trap = TrapKind.CallStackExhausted;
                goto raise;
            }

            for (var k = 0; k < entry->ZeroCount; k++)
            {
                frame[entry->ZeroFrom + k] = 0;
            }

            frame[entry->ReturnSlot] = (ulong)ip;
            frame[entry->ReturnSlot + 1] = (ulong)fp;
            fp = frame;
            ip = entry->Code;
            fuel -= entry->EntryFuel;
            if (fuel < 0)
            {
                goto refuel;
            }
        }

    outOfBounds:
        trap = TrapKind.OutOfBoundsMemoryAccess;
        goto raise;
    divideByZero:
        trap = TrapKind.IntegerDivideByZero;
        goto raise;
    overflow:
        trap = TrapKind.IntegerOverflow;
    raise:
        _store.Fuel.Left = fuel;
        return trap;
    }
}
