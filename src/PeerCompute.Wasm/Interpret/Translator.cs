// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// Turns validated bodies into register code: every operand has a home slot, but <c>local.get</c> and constants cost nothing until an
/// instruction needs them elsewhere. Charges follow the source (docs/wasm.md), whatever is fused here.
/// </summary>
internal sealed partial class Translator(WasmModule module, CodeBuffer code)
{
    /// <summary>Units of a frame apart from its values.</summary>
    private const int FrameOverhead = 8;

    /// <summary>Declared locals that a call clears for one unit of fuel.</summary>
    public const int LocalsPerFuel = 8;

    private readonly FuelBlocks _fuel = new(code);
    private ByteReader _reader;
    private OpenBlock[] _open = new OpenBlock[16];
    private int _depth;
    private bool _dead;
    private int _deadDepth;
    private int _returnSlot;

    public FunctionEntry Translate(FunctionBody body)
    {
        var start = code.Count;
        if (!TryTranslate(body, false))
        {
            code.Truncate(start);
            TryTranslate(body, true);
        }

        var parameters = module.Types[body.TypeIndex].Params.Length;
        return new FunctionEntry
        {
            ZeroFrom = parameters,
            ZeroCount = body.LocalCount,
            ReturnSlot = _returnSlot,
            Units = Units,
            EntryFuel = _fuel.EntryCost + (body.LocalCount / LocalsPerFuel),
        };
    }

    private int Units => FrameOverhead + _returnSlot + _maxHeight;

    private bool TryTranslate(FunctionBody body, bool wide)
    {
        var type = module.Types[body.TypeIndex];
        var start = code.Count;
        _returnSlot = type.Params.Length + body.LocalCount;
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        _depth = 0;
        _dead = false;
        ResetOperands();
        _fuel.Begin(wide);
        OpenBlock(0, 0, type.Results.Length, _fuel.NewLabel());
        while (_depth > 0)
        {
            var opcode = _reader.U8();
            if (_dead)
            {
                SkipDead(opcode);
            }
            else
            {
                if (opcode is not (Opcodes.Block or Opcodes.Loop or Opcodes.Else or Opcodes.End))
                {
                    _fuel.Count();
                }

                Instruction(opcode);
            }
        }

        SetHeight(0);

        // Frame units are known only now.
        for (var i = start; i < code.Count; i++)
        {
            ref var ins = ref code[i];
            if (ins.Op is Op.Return0 or Op.Return1 or Op.ReturnN)
            {
                ins.Lo = Units;
            }
        }

        return _fuel.Resolve();
    }

    private void OpenBlock(byte opcode, int parameters, int results, int label, int elseLabel = -1)
    {
        if (_depth == _open.Length)
        {
            Array.Resize(ref _open, _depth * 2);
        }

        _open[_depth++] = new OpenBlock
        {
            Opcode = opcode,
            Height = _height - parameters,
            Params = parameters,
            Results = results,
            Label = label,
            ElseLabel = elseLabel,
        };
    }

    private void Instruction(byte opcode)
    {
        if (opcode <= Opcodes.CallIndirect)
        {
            Control(opcode);
        }
        else if (opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore)
        {
            MemoryAccess(opcode);
        }
        else if (opcode is >= Opcodes.FirstNumeric and <= Opcodes.LastNumeric)
        {
            Numeric(opcode);
        }
        else
        {
            Other(opcode);
        }
    }

    private void Control(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Unreachable:
                code.Add(Op.Unreachable);
                Die();
                break;
            case Opcodes.Nop:
                break;
            case Opcodes.Block:
                var block = BlockTypes.Read(ref _reader, module);
                Flush();
                OpenBlock(opcode, block.Params.Length, block.Results.Length, _fuel.NewLabel());
                break;
            case Opcodes.Loop:
                var loop = BlockTypes.Read(ref _reader, module);
                Flush();
                OpenBlock(opcode, loop.Params.Length, loop.Results.Length, _fuel.NewLabel());
                _fuel.Bind(_open[_depth - 1].Label);
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

    private void If()
    {
        var type = BlockTypes.Read(ref _reader, module);
        var condition = Pop();
        Flush();
        OpenBlock(Opcodes.If, type.Params.Length, type.Results.Length, _fuel.NewLabel(), _fuel.NewLabel());
        _fuel.LeadAfter(ConditionalBranch(condition, true, _open[_depth - 1].ElseLabel));
    }

    private void Else()
    {
        ref var block = ref _open[_depth - 1];
        if (!_dead)
        {
            Flush();
            Jump(block.Label);
        }

        _fuel.Bind(block.ElseLabel);
        block.ElseLabel = -1;
        _dead = false;
        SetHeight(block.Height + block.Params);
    }

    private void End()
    {
        var block = _open[--_depth];
        if (_depth == 0)
        {
            EndFunction(block);
            return;
        }

        if (!_dead)
        {
            Flush();
        }

        if (block.Opcode == Opcodes.Loop)
        {
            _fuel.Lead();
        }
        else
        {
            if (block.ElseLabel >= 0)
            {
                _fuel.Bind(block.ElseLabel);
            }

            _fuel.Bind(block.Label);
        }

        _dead = false;
        SetHeight(block.Height + block.Results);
    }

    private void EndFunction(OpenBlock block)
    {
        if (!_dead)
        {
            EmitReturn(block.Results);
        }

        if (_fuel.HasBranches(block.Label))
        {
            SetHeight(0);
            SetHeight(block.Results);
            _fuel.Bind(block.Label);
            EmitReturn(block.Results);
        }
    }

    /// <summary>Skips unreachable instructions: they are neither run nor charged.</summary>
    private void SkipDead(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                BlockTypes.Read(ref _reader, module);
                _deadDepth++;
                break;
            case Opcodes.Else:
                if (_deadDepth == 0)
                {
                    Else();
                }

                break;
            case Opcodes.End:
                if (_deadDepth == 0)
                {
                    End();
                }
                else
                {
                    _deadDepth--;
                }

                break;
            default:
                Immediates.Skip(ref _reader, opcode);
                break;
        }
    }

    /// <summary>What follows is unreachable up to the end of the block.</summary>
    private void Die()
    {
        SetHeight(_open[_depth - 1].Height);
        _dead = true;
        _deadDepth = 0;
    }
}
