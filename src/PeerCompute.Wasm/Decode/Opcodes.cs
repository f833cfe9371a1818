// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Types of the instructions whose type is fixed (WebAssembly 2.0, sections 3.3.1 and 3.3.7), by opcode.</summary>
internal static class Opcodes
{
    public const byte Unreachable = 0x00;
    public const byte Nop = 0x01;
    public const byte Block = 0x02;
    public const byte Loop = 0x03;
    public const byte If = 0x04;
    public const byte Else = 0x05;
    public const byte End = 0x0B;
    public const byte Br = 0x0C;
    public const byte BrIf = 0x0D;
    public const byte BrTable = 0x0E;
    public const byte Return = 0x0F;
    public const byte Call = 0x10;
    public const byte CallIndirect = 0x11;
    public const byte Drop = 0x1A;
    public const byte Select = 0x1B;
    public const byte SelectTyped = 0x1C;
    public const byte LocalGet = 0x20;
    public const byte LocalSet = 0x21;
    public const byte LocalTee = 0x22;
    public const byte GlobalGet = 0x23;
    public const byte GlobalSet = 0x24;
    public const byte TableGet = 0x25;
    public const byte TableSet = 0x26;
    public const byte FirstLoad = 0x28;
    public const byte LastLoad = 0x35;
    public const byte FirstStore = 0x36;
    public const byte LastStore = 0x3E;
    public const byte MemorySize = 0x3F;
    public const byte MemoryGrow = 0x40;
    public const byte I32Const = 0x41;
    public const byte I64Const = 0x42;
    public const byte F32Const = 0x43;
    public const byte F64Const = 0x44;
    public const byte FirstNumeric = 0x45;
    public const byte LastNumeric = 0xC4;
    public const byte RefNull = 0xD0;
    public const byte RefIsNull = 0xD1;
    public const byte RefFunc = 0xD2;
    public const byte Prefix = 0xFC;

    private const WasmType I32 = WasmType.I32;
    private const WasmType I64 = WasmType.I64;
    private const WasmType F32 = WasmType.F32;
    private const WasmType F64 = WasmType.F64;

    private static readonly (WasmType Operand, int Operands, WasmType Result)[] Numerics = MakeNumerics();

    /// <summary>Value type and largest alignment exponent of loads and stores, from <see cref="FirstLoad"/> on.</summary>
    private static readonly (WasmType Type, byte Align)[] Memory =
    [
        (I32, 2), (I64, 3), (F32, 2), (F64, 3), (I32, 0), (I32, 0), (I32, 1), (I32, 1), (I64, 0), (I64, 0), (I64, 1), (I64, 1), (I64, 2), (I64, 2),
        (I32, 2), (I64, 3), (F32, 2), (F64, 3), (I32, 0), (I32, 1), (I64, 0), (I64, 1), (I64, 2),
    ];

    /// <summary>Operand type, operand count (1 or 2) and result type of a numeric instruction.</summary>
    public static (WasmType Operand, int Operands, WasmType Result) Numeric(byte opcode) => Numerics[opcode - FirstNumeric];

    public static (WasmType Type, byte Align) MemoryAccess(byte opcode) => Memory[opcode - FirstLoad];

    /// <summary>Operand and result type of <c>trunc_sat</c> instructions 0 to 7 of prefix 0xFC.</summary>
    public static (WasmType Operand, WasmType Result) TruncSat(uint sub) => ((sub & 2) == 0 ? F32 : F64, sub < 4 ? I32 : I64);

    /// <summary>The refusal of an opcode that WebAssembly 2.0 without SIMD does not have.</summary>
    public static WasmInvalidException Unknown(byte opcode, int offset) => opcode switch
    {
        0xFD => ByteReader.Unsupported(offset, "SIMD"),
        0xFE => ByteReader.Unsupported(offset, "atomic instructions (threads)"),
        0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x18 or 0x19 or 0x1F => ByteReader.Unsupported(offset, "exception handling"),
        0x12 or 0x13 => ByteReader.Unsupported(offset, "tail calls"),
        0x14 or 0x15 or 0xD3 or 0xD4 or 0xD5 or 0xD6 => ByteReader.Unsupported(offset, "typed function references"),
        0xFB => ByteReader.Unsupported(offset, "garbage collection"),
        _ => ByteReader.Malformed(offset, FormattableString.Invariant($"illegal opcode {opcode:x2}")),
    };

    private static (WasmType Operand, int Operands, WasmType Result)[] MakeNumerics()
    {
        var table = new (WasmType, int, WasmType)[LastNumeric - FirstNumeric + 1];
        void Fill(int first, int last, WasmType operand, int operands, WasmType result)
        {
            for (var i = first; i <= last; i++)
            {
                table[i - FirstNumeric] = (operand, operands, result);
            }
        }

        Fill(0x45, 0x45, I32, 1, I32);
        Fill(0x46, 0x4F, I32, 2, I32);
        Fill(0x50, 0x50, I64, 1, I32);
        Fill(0x51, 0x5A, I64, 2, I32);
        Fill(0x5B, 0x60, F32, 2, I32);
        Fill(0x61, 0x66, F64, 2, I32);
        Fill(0x67, 0x69, I32, 1, I32);
        Fill(0x6A, 0x78, I32, 2, I32);
        Fill(0x79, 0x7B, I64, 1, I64);
        Fill(0x7C, 0x8A, I64, 2, I64);
        Fill(0x8B, 0x91, F32, 1, F32);
        Fill(0x92, 0x98, F32, 2, F32);
        Fill(0x99, 0x9F, F64, 1, F64);
        Fill(0xA0, 0xA6, F64, 2, F64);
        Fill(0xA7, 0xA7, I64, 1, I32);
        Fill(0xA8, 0xA9, F32, 1, I32);
        Fill(0xAA, 0xAB, F64, 1, I32);
        Fill(0xAC, 0xAD, I32, 1, I64);
        Fill(0xAE, 0xAF, F32, 1, I64);
        Fill(0xB0, 0xB1, F64, 1, I64);
        Fill(0xB2, 0xB3, I32, 1, F32);
        Fill(0xB4, 0xB5, I64, 1, F32);
        Fill(0xB6, 0xB6, F64, 1, F32);
        Fill(0xB7, 0xB8, I32, 1, F64);
        Fill(0xB9, 0xBA, I64, 1, F64);
        Fill(0xBB, 0xBB, F32, 1, F64);
        Fill(0xBC, 0xBC, F32, 1, I32);
        Fill(0xBD, 0xBD, F64, 1, I64);
        Fill(0xBE, 0xBE, I32, 1, F32);
        Fill(0xBF, 0xBF, I64, 1, F64);
        Fill(0xC0, 0xC1, I32, 1, I32);
        Fill(0xC2, 0xC4, I64, 1, I64);
        return table;
    }
}
