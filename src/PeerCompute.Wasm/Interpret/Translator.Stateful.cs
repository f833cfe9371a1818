// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Interpret;

/// <content>Globals, tables, references and bulk memory.</content>
internal sealed partial class Translator
{
    private void Stateful(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.GlobalGet:
                Emit(Op.GlobalGet, PushResult(), 0, 0).Lo = (int)_reader.U32();
                break;
            case Opcodes.GlobalSet:
                var value = PopSlot();
                Emit(Op.GlobalSet, 0, value, 0).Lo = (int)_reader.U32();
                break;
            case Opcodes.TableGet:
                var element = PopSlot();
                Emit(Op.TableGet, PushResult(), element, 0).Lo = (int)_reader.U32();
                break;
            case Opcodes.TableSet:
                var reference = PopSlot();
                var place = PopSlot();
                Emit(Op.TableSet, 0, place, reference).Lo = (int)_reader.U32();
                break;
            case Opcodes.MemorySize:
                _reader.U8();
                Emit(Op.MemorySize, PushResult(), 0, 0);
                break;
            case Opcodes.MemoryGrow:
                _reader.U8();
                var pages = PopSlot();
                Emit(Op.MemoryGrow, PushResult(), pages, 0);
                break;
            case Opcodes.RefNull:
                _reader.U8();
                Push(Operand.Constant(0));
                break;
            case Opcodes.RefIsNull:
                ConstantCompare(Op.I64EqI, PopSlot(), 0);
                break;
            case Opcodes.RefFunc:
                Emit(Op.RefFunc, PushResult(), 0, 0).Lo = (int)_reader.U32();
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
                var operand = PopSlot();
                Emit(Op.TruncSat.At((int)sub), PushResult(), operand, 0);
                break;
            case 9 or 13:
                Emit(sub == 9 ? Op.DataDrop : Op.ElemDrop, 0, 0, 0).Lo = (int)_reader.U32();
                break;
            case 15:
                var table = (int)_reader.U32();
                var count = PopSlot();
                var filler = PopSlot();
                Emit(Op.TableGrow, PushResult(), filler, count).Lo = table;
                break;
            case 16:
                Emit(Op.TableSize, PushResult(), 0, 0).Lo = (int)_reader.U32();
                break;
            default:
                Bulk(sub);
                break;
        }
    }

    private void Bulk(uint sub)
    {
        var lo = (int)_reader.U32();
        var hi = sub is 11 or 17 ? 0 : (int)_reader.U32();
        var c = PopSlot();
        var b = PopSlot();
        var a = PopSlot();
        var op = sub switch
        {
            8 => Op.MemoryInit,
            10 => Op.MemoryCopy,
            11 => Op.MemoryFill,
            12 => Op.TableInit,
            14 => Op.TableCopy,
            _ => Op.TableFill,
        };
        ref var ins = ref Emit(op, a, b, c);
        ins.Lo = lo;
        ins.Hi = hi;
    }
}
