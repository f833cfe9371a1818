// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// Operations of the internal register code. Groups that the translator computes with (comparison to branch, opcode to operation)
/// keep their order; everything from <see cref="Copy"/> on up to <see cref="LastResult"/> writes exactly one slot, A.
/// A suffix <c>I</c> takes its right operand from the instruction.
/// </summary>
internal enum Op : ushort
{
    Charge, Jump, BrIf, BrIfZ, BrTable, Return0, Return1, ReturnN, Unreachable, Call, CallImport, CallIndirect, ContextReturn, Exit,
    CopyN, GlobalSet, Store32, Store64, Store8, Store16,

    // A relation and its negation differ in the lowest bit of their place in the group.
    BrI32Eq, BrI32Ne, BrI32LtS, BrI32GeS, BrI32LtU, BrI32GeU,
    BrI32EqI, BrI32NeI, BrI32LtSI, BrI32GeSI, BrI32LtUI, BrI32GeUI, BrI32GtSI, BrI32LeSI, BrI32GtUI, BrI32LeUI,
    BrI64Eq, BrI64Ne, BrI64LtS, BrI64GeS, BrI64LtU, BrI64GeU,
    BrI64EqI, BrI64NeI, BrI64LtSI, BrI64GeSI, BrI64LtUI, BrI64GeUI, BrI64GtSI, BrI64LeSI, BrI64GtUI, BrI64LeUI,
    BrF32Eq, BrF32Ne, BrF32Lt, BrF32NotLt, BrF32Le, BrF32NotLe,
    BrF64Eq, BrF64Ne, BrF64Lt, BrF64NotLt, BrF64Le, BrF64NotLe,

    Copy, Const, Select, GlobalGet,
    // A constant address.
    Load32At, Load64At,

    // Address: slot B plus Hi (wrapping), then the offset Lo (not wrapping).
    Load32, Load64, Load8U, Load16U, Load8S32, Load16S32, Load8S64, Load16S64, Load32S64,

    I32Eq, I32Ne, I32LtS, I32GeS, I32LtU, I32GeU,
    I32EqI, I32NeI, I32LtSI, I32GeSI, I32LtUI, I32GeUI, I32GtSI, I32LeSI, I32GtUI, I32LeUI,
    I64Eq, I64Ne, I64LtS, I64GeS, I64LtU, I64GeU,
    I64EqI, I64NeI, I64LtSI, I64GeSI, I64LtUI, I64GeUI, I64GtSI, I64LeSI, I64GtUI, I64LeUI,
    F32Eq, F32Ne, F32Lt, F32Le, F64Eq, F64Ne, F64Lt, F64Le,

    // In the order of the opcodes.
    I32Add, I32Sub, I32Mul, I32DivS, I32DivU, I32RemS, I32RemU, I32And, I32Or, I32Xor, I32Shl, I32ShrS, I32ShrU, I32Rotl, I32Rotr,
    I64Add, I64Sub, I64Mul, I64DivS, I64DivU, I64RemS, I64RemU, I64And, I64Or, I64Xor, I64Shl, I64ShrS, I64ShrU, I64Rotl, I64Rotr,
    F32Add, F32Sub, F32Mul, F32Div, F32Min, F32Max, F32Copysign,
    F64Add, F64Sub, F64Mul, F64Div, F64Min, F64Max, F64Copysign,

    I32AddI, I32MulI, I32AndI, I32OrI, I32XorI, I32ShlI, I32ShrSI, I32ShrUI, I32RotlI,
    I64AddI, I64MulI, I64AndI, I64OrI, I64XorI, I64ShlI, I64ShrSI, I64ShrUI, I64RotlI,
    F32AddI, F32SubI, F32MulI, F32DivI, F32MinI, F32MaxI,
    F64AddI, F64SubI, F64MulI, F64DivI, F64MinI, F64MaxI,

    // (B - C) * Lo and (B * C) + Lo, each part rounded by itself.
    F64SubMul, F64MulAdd,

    F32Abs, F32Neg, F32Sqrt, F64Abs, F64Neg, F64Sqrt,
    I32WrapI64, I64ExtendI32S, I32TruncF64S, F32ConvertI32S, F64ConvertI32S, F64ConvertI32U, F64PromoteF32, F32DemoteF64,
    I32Extend8S, I32Extend16S,

    /// <summary>The rarer numeric instructions of one operand: this plus the opcode.</summary>
    RareUnary,

    /// <summary><c>trunc_sat</c>: this plus the number behind the prefix.</summary>
    TruncSat = RareUnary + 0x100,

    LastResult = TruncSat + 0x10,

    // Memory and tables: C, B and A are the operands, last to first; results go to A.
    MemorySize, MemoryGrow, MemoryInit, DataDrop, MemoryCopy, MemoryFill,
    TableGet, TableSet, TableInit, ElemDrop, TableCopy, TableGrow, TableSize, TableFill, RefFunc,
}
