// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <summary>Validates function bodies (WebAssembly 2.0, section 3.3); one object serves all bodies of a module.</summary>
internal sealed partial class FunctionValidator(WasmModule module, bool[] declared)
{
    private readonly OperandStack _stack = new(module.Limits);
    private WasmType[] _locals = [];
    private WasmType[] _popped = new WasmType[16];
    private ByteReader _reader;
    private int _branchTargets;

    public void Validate(FunctionBody body)
    {
        var type = module.Types[body.TypeIndex];
        _locals = Locals(type, body);
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        _stack.Reset();
        _stack.Offset = body.Start;
        _stack.PushControl(0, new FuncType([], type.Results));
        while (_stack.Depth > 0)
        {
            _stack.Offset = _reader.Pos;
            Instruction(_reader.U8());
        }

        if (!_reader.AtEnd)
        {
            throw ByteReader.Malformed(_reader.Pos, "section size mismatch: instructions after the end of a function");
        }
    }

    private WasmType[] Locals(FuncType type, FunctionBody body)
    {
        var count = type.Params.Length + body.LocalCount;
        if (count > module.Limits.Locals)
        {
            throw new WasmInvalidException(WasmFault.OverLimit, body.Start, FormattableString.Invariant($"too many locals, at most {module.Limits.Locals}"));
        }

        var locals = new WasmType[count];
        type.Params.CopyTo(locals, 0);
        var next = type.Params.Length;
        foreach (var group in body.Locals)
        {
            locals.AsSpan(next, group.Count).Fill(group.Type);
            next += group.Count;
        }

        return locals;
    }

    private WasmInvalidException Invalid(string reason) => ModuleValidator.Invalid(_stack.Offset, reason);

    private void Instruction(byte opcode)
    {
        if (opcode is >= Opcodes.FirstNumeric and <= Opcodes.LastNumeric)
        {
            var (operand, operands, result) = Opcodes.Numeric(opcode);
            _stack.Pop(operand);
            if (operands == 2)
            {
                _stack.Pop(operand);
            }

            _stack.Push(result);
        }
        else if (opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore)
        {
            MemoryAccess(opcode);
        }
        else if (opcode <= Opcodes.CallIndirect)
        {
            Control(opcode);
        }
        else
        {
            Other(opcode);
        }
    }

    private void MemoryAccess(byte opcode)
    {
        var (type, natural) = Opcodes.MemoryAccess(opcode);
        var align = _reader.U32();
        _reader.U32();
        NeedMemory();
        if (align > natural)
        {
            throw Invalid("alignment must not be larger than natural");
        }

        if (opcode >= Opcodes.FirstStore)
        {
            _stack.Pop(type);
            _stack.Pop(WasmType.I32);
        }
        else
        {
            _stack.Pop(WasmType.I32);
            _stack.Push(type);
        }
    }

    private void Control(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Unreachable:
                _stack.SetUnreachable();
                break;
            case Opcodes.Nop:
                break;
            case Opcodes.If:
            case Opcodes.Block:
            case Opcodes.Loop:
                var type = BlockTypes.Read(ref _reader, module);
                if (opcode == Opcodes.If)
                {
                    _stack.Pop(WasmType.I32);
                }

                _stack.Pop(type.Params);
                _stack.PushControl(opcode, type);
                break;
            case Opcodes.Else:
                Else();
                break;
            case Opcodes.End:
                End();
                break;
            case Opcodes.Br:
                _stack.Pop(_stack.Label(_reader.U32()));
                _stack.SetUnreachable();
                break;
            case Opcodes.BrIf:
                var label = _stack.Label(_reader.U32());
                _stack.Pop(WasmType.I32);
                _stack.Pop(label);
                _stack.Push(label);
                break;
            case Opcodes.BrTable:
                BranchTable();
                break;
            case Opcodes.Return:
                _stack.Pop(_stack.Label((uint)_stack.Depth - 1));
                _stack.SetUnreachable();
                break;
            case Opcodes.Call:
                Call(module.TypeOf(Index(module.FunctionTypes.Length, "function")));
                break;
            case Opcodes.CallIndirect:
                var callee = module.Types[Index(module.Types.Length, "type")];
                if (module.Tables[Index(module.Tables.Length, "table")].Element != WasmType.FuncRef)
                {
                    throw _stack.Mismatch();
                }

                _stack.Pop(WasmType.I32);
                Call(callee);
                break;
            default:
                throw Opcodes.Unknown(opcode, _stack.Offset);
        }
    }

    private void Else()
    {
        var frame = _stack.PopControl();
        if (frame.Opcode != Opcodes.If)
        {
            throw ByteReader.Malformed(_stack.Offset, "else without if");
        }

        _stack.PushControl(Opcodes.Else, new FuncType(frame.Start, frame.Result));
    }

    private void End()
    {
        var frame = _stack.PopControl();
        if (frame.Opcode == Opcodes.If && !frame.Start.AsSpan().SequenceEqual(frame.Result))
        {
            throw _stack.Mismatch();
        }

        if (_stack.Depth > 0)
        {
            _stack.Push(frame.Result);
        }
    }

    private void Call(FuncType type)
    {
        _stack.Pop(type.Params);
        _stack.Push(type.Results);
    }

    private void BranchTable()
    {
        _stack.Pop(WasmType.I32);
        var count = _reader.CountInBytes(module.Limits.BranchTargets, "branch targets");
        _branchTargets += count;
        if (_branchTargets > module.Limits.AllBranchTargets)
        {
            throw new WasmInvalidException(
                WasmFault.OverLimit, _stack.Offset, FormattableString.Invariant($"more than {module.Limits.AllBranchTargets} branch targets in all"));
        }

        var first = _reader.Pos;
        for (var i = 0; i < count; i++)
        {
            _reader.U32();
        }

        var arity = _stack.Label(_reader.U32());
        var after = _reader.Pos;
        _reader.Pos = first;
        for (var i = 0; i < count; i++)
        {
            var label = _stack.Label(_reader.U32());
            if (label.Length != arity.Length)
            {
                throw _stack.Mismatch();
            }

            PopAndRestore(label);
        }

        _reader.Pos = after;
        _stack.Pop(arity);
        _stack.SetUnreachable();
    }

    /// <summary>Checks operands against a label's types and leaves what was there, unknown types included.</summary>
    private void PopAndRestore(WasmType[] types)
    {
        if (_popped.Length < types.Length)
        {
            _popped = new WasmType[types.Length];
        }

        for (var i = types.Length - 1; i >= 0; i--)
        {
            _popped[i] = _stack.Pop(types[i]);
        }

        for (var i = 0; i < types.Length; i++)
        {
            _stack.Push(_popped[i]);
        }
    }

    private int Index(int count, string what)
    {
        var index = _reader.U32();
        return index < (uint)count ? (int)index : throw Invalid("unknown " + what);
    }

    private void NeedMemory()
    {
        if (module.Memories.Length == 0)
        {
            throw Invalid("unknown memory");
        }
    }
}
