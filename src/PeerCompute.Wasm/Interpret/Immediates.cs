// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Interpret;

/// <summary>Steps over the immediates of instructions that are not blocks.</summary>
internal static class Immediates
{
    public static void Skip(ref ByteReader reader, byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Br or Opcodes.BrIf or Opcodes.Call or (>= Opcodes.LocalGet and <= Opcodes.TableSet) or Opcodes.RefFunc:
            case Opcodes.MemorySize or Opcodes.MemoryGrow or Opcodes.RefNull:
                reader.U32();
                break;
            case Opcodes.CallIndirect or (>= Opcodes.FirstLoad and <= Opcodes.LastStore):
                reader.U32();
                reader.U32();
                break;
            case Opcodes.BrTable:
                for (var left = reader.U32(); ; left--)
                {
                    reader.U32();
                    if (left == 0)
                    {
                        return;
                    }
                }

            case Opcodes.SelectTyped:
                reader.U32();
                reader.U8();
                break;
            case Opcodes.I32Const:
                reader.S32();
                break;
            case Opcodes.I64Const:
                reader.S64();
                break;
            case Opcodes.F32Const:
                reader.Fixed32();
                break;
            case Opcodes.F64Const:
                reader.Fixed64();
                break;
            case Opcodes.Prefix:
                SkipPrefixed(ref reader);
                break;
        }
    }

    private static void SkipPrefixed(ref ByteReader reader)
    {
        switch (reader.U32())
        {
            case 8 or 10 or 12 or 14:
                reader.U32();
                reader.U32();
                break;
            case 9 or 11 or 13 or 15 or 16 or 17:
                reader.U32();
                break;
        }
    }
}
