// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Compile;

/// <content>Blocks.</content>
internal sealed partial class FunctionCompiler
{
    private void Control(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Unreachable:
                _il.Emit(OpCodes.Br, Trap(TrapKind.Unreachable));
                Die();
                break;
            case Opcodes.Nop:
                break;
            case Opcodes.Block:
                Flush();
                Open(opcode, BlockTypes.Read(ref _reader, _module));
                break;
            case Opcodes.Loop:
                Loop();
                break;
            case Opcodes.If:
                If();
                break;
            case Opcodes.Else:
                Else();
                break;
            case Opcodes.End:
                End();
                break;
            case Opcodes.Br:
                Branch(_reader.U32());
                Die();
                break;
            case Opcodes.BrIf:
                BranchIf(_reader.U32());
                break;
            case Opcodes.BrTable:
                BranchTable();
                Die();
                break;
            case Opcodes.Return:
                _tree?.Exit(0);
                Return();
                Die();
                break;
            case Opcodes.Call:
                Call((int)_reader.U32());
                break;
            default:
                CallIndirect();
                break;
        }
    }

    private LocalBuilder[] NewTemps(WasmType[] types)
    {
        var temps = new LocalBuilder[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            temps[i] = NewTemp(types[i]);
        }

        return temps;
    }

    private OpenBlock Open(byte opcode, FuncType type)
    {
        var results = NewTemps(type.Results);
        var block = new OpenBlock
        {
            Opcode = opcode,
            Type = type,
            Height = _operands.Count - type.Params.Length,
            Target = _il.DefineLabel(),
            Carried = opcode == Opcodes.Loop ? NewTemps(type.Params) : results,
            Results = results,
            Saved = opcode == Opcodes.If ? NewTemps(type.Params) : [],
        };
        _open.Add(block);
        return block;
    }

    private void Loop()
    {
        var type = BlockTypes.Read(ref _reader, _module);
        Flush();
        var block = Open(Opcodes.Loop, type);
        Carry(block.Carried);
        DropTo(block.Height);
        Lead(block.Target);
        NextBlock(true);
        if (!_facts.Innermost[_loop++])
        {
            // For those who watch from other threads.
            SaveFuel();
        }

        PushCopies(block.Carried, type.Params);
    }

    private void If()
    {
        var type = BlockTypes.Read(ref _reader, _module);
        var condition = Pop();
        Flush();
        var block = Open(Opcodes.If, type);
        block.Else = _il.DefineLabel();
        Carry(block.Saved);
        EmitBranch(condition, false, block.Else.Value);
        NextBlock();
    }

    private void Else()
    {
        var block = _open[^1];
        _tree?.Close(_reader.Pos - 1, _open.Count, Measured, _dead);
        LeaveTo(block);
        Lead(block.Else!.Value);
        block.Else = null;
        NextBlock();
        PushCopies(block.Saved, block.Type.Params);
    }

    private void End()
    {
        var block = _open[^1];
        _tree?.Close(_reader.Pos - 1, _open.Count, Measured, _dead);
        if (_open.Count == 1)
        {
            if (!_dead)
            {
                Return();
            }

            _open.Clear();
            return;
        }

        if (block.Else is { } otherwise)
        {
            // An if without else: the parameters are the results.
            LeaveTo(block);
            Lead(otherwise);
            PushCopies(block.Saved, block.Type.Params);
        }

        if (!_dead)
        {
            Carry(block.Results);
        }

        DropTo(block.Height);
        _open.RemoveAt(_open.Count - 1);
        _dead = false;
        if (block.Opcode == Opcodes.Loop)
        {
            Forget();
            FreeAll(block.Carried, block.Type.Params);
        }
        else
        {
            Lead(block.Target);
            FreeAll(block.Saved, block.Saved.Length == 0 ? [] : block.Type.Params);
        }

        NextBlock();
        for (var i = 0; i < block.Results.Length; i++)
        {
            Push(TempValue(block.Type.Results[i], block.Results[i]));
        }

        _flushed = _operands.Count;
    }

    /// <summary>Falls out of an arm to the end of its block.</summary>
    private void LeaveTo(OpenBlock block)
    {
        if (!_dead)
        {
            Carry(block.Results);
            _il.Emit(OpCodes.Br, block.Target);
        }

        DropTo(block.Height);
        _dead = false;
    }

    /// <summary>A place that is reached from elsewhere.</summary>
    private void Lead(Label label)
    {
        _il.MarkLabel(label);
        Forget();
        _fuelSaved = false;
        _owes = true;
    }

    private void FreeAll(LocalBuilder[] temps, WasmType[] types)
    {
        for (var i = 0; i < temps.Length; i++)
        {
            Free(types[i], temps[i]);
        }
    }

    private void PushCopies(LocalBuilder[] temps, WasmType[] types)
    {
        for (var i = 0; i < temps.Length; i++)
        {
            _il.Emit(OpCodes.Ldloc, temps[i]);
            PushStored(types[i]);
        }
    }

    /// <summary>Copies the topmost operands, which stay, to where a label takes them.</summary>
    private void Carry(LocalBuilder[] temps)
    {
        if (temps.Length == 0)
        {
            return;
        }

        SettleTop(temps.Length);
        var first = _operands.Count - temps.Length;
        for (var i = 0; i < temps.Length; i++)
        {
            Peek(_operands[first + i]);
        }

        for (var i = temps.Length - 1; i >= 0; i--)
        {
            _il.Emit(OpCodes.Stloc, temps[i]);
        }
    }
}
