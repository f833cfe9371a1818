// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <content>Parametric, variable, table, reference, constant and bulk instructions.</content>
internal sealed partial class FunctionValidator
{
    private void Other(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Drop:
                _stack.Pop();
                break;
            case Opcodes.Select:
                Select();
                break;
            case Opcodes.SelectTyped:
                SelectTyped();
                break;
            case Opcodes.LocalGet:
                _stack.Push(_locals[Index(_locals.Length, "local")]);
                break;
            case Opcodes.LocalSet:
                _stack.Pop(_locals[Index(_locals.Length, "local")]);
                break;
            case Opcodes.LocalTee:
                var local = _locals[Index(_locals.Length, "local")];
                _stack.Pop(local);
                _stack.Push(local);
                break;
            case Opcodes.GlobalGet:
                _stack.Push(module.Globals[Index(module.Globals.Length, "global")].Type);
                break;
            case Opcodes.GlobalSet:
                var global = module.Globals[Index(module.Globals.Length, "global")];
                if (!global.Mutable)
                {
                    throw Invalid("global is immutable");
                }

                _stack.Pop(global.Type);
                break;
            case Opcodes.TableGet:
                var read = Table();
                _stack.Pop(WasmType.I32);
                _stack.Push(read);
                break;
            case Opcodes.TableSet:
                _stack.Pop(Table());
                _stack.Pop(WasmType.I32);
                break;
            case Opcodes.MemorySize:
            case Opcodes.MemoryGrow:
                ZeroByte();
                NeedMemory();
                if (opcode == Opcodes.MemoryGrow)
                {
                    _stack.Pop(WasmType.I32);
                }

                _stack.Push(WasmType.I32);
                break;
            default:
                ConstantOrReference(opcode);
                break;
        }
    }

    private void ConstantOrReference(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.I32Const:
                _reader.S32();
                _stack.Push(WasmType.I32);
                break;
            case Opcodes.I64Const:
                _reader.S64();
                _stack.Push(WasmType.I64);
                break;
            case Opcodes.F32Const:
                _reader.Fixed32();
                _stack.Push(WasmType.F32);
                break;
            case Opcodes.F64Const:
                _reader.Fixed64();
                _stack.Push(WasmType.F64);
                break;
            case Opcodes.RefNull:
                _stack.Push(_reader.RefType());
                break;
            case Opcodes.RefIsNull:
                if (_stack.Pop() is not (WasmType.FuncRef or WasmType.ExternRef or WasmType.Unknown))
                {
                    throw _stack.Mismatch();
                }

                _stack.Push(WasmType.I32);
                break;
            case Opcodes.RefFunc:
                if (!declared[Index(module.FunctionTypes.Length, "function")])
                {
                    throw Invalid("undeclared function reference");
                }

                _stack.Push(WasmType.FuncRef);
                break;
            case Opcodes.Prefix:
                Prefixed(_reader.U32());
                break;
            default:
                throw Opcodes.Unknown(opcode, _stack.Offset);
        }
    }

    private void Prefixed(uint sub)
    {
        switch (sub)
        {
            case <= 7:
                var (operand, result) = Opcodes.TruncSat(sub);
                _stack.Pop(operand);
                _stack.Push(result);
                break;
            case 8:
                DataIndex();
                ZeroByte();
                NeedMemory();
                PopThree(WasmType.I32);
                break;
            case 9:
                DataIndex();
                break;
            case 10:
                ZeroByte();
                ZeroByte();
                NeedMemory();
                PopThree(WasmType.I32);
                break;
            case 11:
                ZeroByte();
                NeedMemory();
                PopThree(WasmType.I32);
                break;
            default:
                TablePrefixed(sub);
                break;
        }
    }

    private void TablePrefixed(uint sub)
    {
        switch (sub)
        {
            case 12:
                var segment = module.Elements[Index(module.Elements.Length, "elem segment")].Type;
                Same(segment, Table());
                PopThree(WasmType.I32);
                break;
            case 13:
                Index(module.Elements.Length, "elem segment");
                break;
            case 14:
                Same(Table(), Table());
                PopThree(WasmType.I32);
                break;
            case 15:
                var grown = Table();
                _stack.Pop(WasmType.I32);
                _stack.Pop(grown);
                _stack.Push(WasmType.I32);
                break;
            case 16:
                Table();
                _stack.Push(WasmType.I32);
                break;
            case 17:
                PopThree(Table());
                break;
            default:
                throw ByteReader.Malformed(_stack.Offset, FormattableString.Invariant($"illegal opcode fc {sub:x2}"));
        }
    }

    private void Select()
    {
        _stack.Pop(WasmType.I32);
        var second = _stack.Pop();
        var first = _stack.Pop();
        if (IsReference(first) || IsReference(second) || (first != second && first != WasmType.Unknown && second != WasmType.Unknown))
        {
            throw _stack.Mismatch();
        }

        _stack.Push(first == WasmType.Unknown ? second : first);
    }

    private void SelectTyped()
    {
        if (_reader.U32() != 1)
        {
            throw Invalid("invalid result arity");
        }

        var type = _reader.Type();
        _stack.Pop(WasmType.I32);
        _stack.Pop(type);
        _stack.Pop(type);
        _stack.Push(type);
    }

    private static bool IsReference(WasmType type) => type is WasmType.FuncRef or WasmType.ExternRef;

    private WasmType Table() => module.Tables[Index(module.Tables.Length, "table")].Element;

    private void Same(WasmType a, WasmType b)
    {
        if (a != b)
        {
            throw _stack.Mismatch();
        }
    }

    private void DataIndex()
    {
        var index = _reader.U32();
        if (module.DataCount < 0)
        {
            throw ByteReader.Malformed(_stack.Offset, "data count section required");
        }

        if (index >= (uint)module.DataCount)
        {
            throw Invalid("unknown data segment");
        }
    }

    /// <summary>Pops a count, then <paramref name="value"/> (source or filler), then a destination.</summary>
    private void PopThree(WasmType value)
    {
        _stack.Pop(WasmType.I32);
        _stack.Pop(value);
        _stack.Pop(WasmType.I32);
    }

    private void ZeroByte()
    {
        if (_reader.U8() != 0)
        {
            throw ByteReader.Malformed(_reader.Pos - 1, "zero byte expected");
        }
    }
}
