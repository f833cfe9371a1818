// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace PeerCompute.Architecture.Tests.Il;

/// <summary>Instruction names and operand sizes, taken from the runtime's own table.</summary>
internal static class OpCodeTable
{
    private static readonly OpCode?[] OneByte = new OpCode?[256];
    private static readonly OpCode?[] TwoBytes = new OpCode?[256];

    static OpCodeTable()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
        }
    }

    /// <summary>Reads one instruction; the token is 0 where it has none.</summary>
    public static (OpCode Code, int Token) Read(ref BlobReader il)
    {
        byte first = il.ReadByte();
        OpCode code = (first == 0xFE ? TwoBytes[il.ReadByte()] : OneByte[first])
            ?? throw new BadImageFormatException("an instruction that the runtime does not know");
        int token = 0;
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                break;
            case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType or OperandType.InlineSig:
                token = il.ReadInt32();
                break;
            case OperandType.InlineSwitch:
                int targets = il.ReadInt32();
                il.Offset += 4 * targets;
                break;
            case OperandType.InlineI8 or OperandType.InlineR:
                il.Offset += 8;
                break;
            case OperandType.InlineVar:
                il.Offset += 2;
                break;
            case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                il.Offset += 1;
                break;
            default:
                il.Offset += 4;
                break;
        }

        return (code, token);
    }
}
