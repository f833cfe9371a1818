// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Compile;

/// <summary>What must be known of a body before its first instruction is compiled.</summary>
internal sealed class BodyFacts
{
    private readonly WasmModule _module;
    private readonly List<BlockFacts> _blocks = [];
    private readonly List<bool> _innermost = [];
    private readonly Stack<int> _open = [];
    private readonly bool[] _computed;
    private ByteReader _reader;
    private RotationRisk _risk;
    private ulong? _constant;
    private int _cost;
    private bool _acts;
    private bool _dead;
    private int _deadDepth;
    private bool _computes;

    public BodyFacts(WasmModule module, FunctionBody body, int locals)
    {
        _module = module;
        _computed = new bool[locals];
        _computed.AsSpan(module.Types[body.TypeIndex].Params.Length).Fill(true);
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        _open.Push(-1);
        while (_open.Count > 0)
        {
            var opcode = _reader.U8();
            if (_dead)
            {
                Dead(opcode);
            }
            else
            {
                Live(opcode);
            }
        }
    }

    /// <summary>The straight-line blocks in the order in which they start.</summary>
    public IReadOnlyList<BlockFacts> Blocks => _blocks;

    /// <summary>For each loop in order whether there is no other in it.</summary>
    public IReadOnlyList<bool> Innermost => _innermost;

    /// <summary>What rotations the runtime's compiler may find in it.</summary>
    public RotationRisk Rotations => _risk;

    /// <summary>Whether it calls functions, those that may take the machine's stack.</summary>
    public bool HasCalls { get; private set; }

    /// <summary>Sizes of loads and stores that there are: bit n for 2^n bytes.</summary>
    public int Sizes { get; private set; }

    /// <summary>
    /// Whether every NaN that a local of a float type may hold comes from arithmetic, so that it may stand uncanonicalised until its bits are seen.
    /// </summary>
    public bool IsComputed(int local) => _computed[local];

    private void Live(byte opcode)
    {
        if (opcode is not (Opcodes.Block or Opcodes.Loop or Opcodes.Else or Opcodes.End))
        {
            _cost++;
        }

        _risk.Add(opcode, _constant);
        var computes = false;
        ulong? constant = null;
        switch (opcode)
        {
            case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                BlockTypes.Read(ref _reader, _module);
                Open(opcode);
                break;
            case Opcodes.End:
                _open.Pop();
                break;
            case Opcodes.Else:
                break;
            case Opcodes.Call:
                HasCalls = true;
                _acts |= _reader.U32() < _module.ImportedFunctions;
                break;
            case Opcodes.LocalSet or Opcodes.LocalTee:
                _computed[_reader.U32()] &= _computes;
                computes = opcode == Opcodes.LocalTee && _computes;
                break;
            case Opcodes.I32Const:
                constant = (uint)_reader.S32();
                break;
            case Opcodes.I64Const:
                constant = (ulong)_reader.S64();
                break;
            case Opcodes.F32Const:
                computes = !float.IsNaN(BitConverter.UInt32BitsToSingle(_reader.Fixed32()));
                break;
            case Opcodes.F64Const:
                computes = !double.IsNaN(BitConverter.UInt64BitsToDouble(_reader.Fixed64()));
                break;
            default:
                Plain(opcode);
                computes = FloatArithmetic.Computes(opcode);
                break;
        }

        (_computes, _constant) = (computes, constant);
        _dead = opcode is Opcodes.Br or Opcodes.BrTable or Opcodes.Return or Opcodes.Unreachable;
        _deadDepth = 0;
        if (opcode is Opcodes.Loop or Opcodes.If or Opcodes.Else or Opcodes.BrIf or Opcodes.End)
        {
            _blocks.Add(new BlockFacts(_cost, _acts));
            (_cost, _acts) = (0, false);
        }
    }

    private void Open(byte opcode)
    {
        if (opcode != Opcodes.Loop)
        {
            _open.Push(_open.Peek());
            return;
        }

        if (_open.Peek() is var around and >= 0)
        {
            _innermost[around] = false;
        }

        _open.Push(_innermost.Count);
        _innermost.Add(true);
    }

    private void Plain(byte opcode)
    {
        Immediates.Skip(ref _reader, opcode);
        HasCalls |= opcode == Opcodes.CallIndirect;
        if (opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore)
        {
            Sizes |= 1 << Opcodes.MemoryAccess(opcode).Align;
        }

        _acts |= opcode is (>= Opcodes.FirstStore and <= Opcodes.LastStore) or Opcodes.CallIndirect or Opcodes.GlobalSet or Opcodes.TableGet or Opcodes.TableSet
            or Opcodes.MemoryGrow or Opcodes.RefFunc or Opcodes.Prefix;
    }

    private void Dead(byte opcode)
    {
        switch (opcode)
        {
            case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                BlockTypes.Read(ref _reader, _module);
                _deadDepth++;
                break;
            case Opcodes.Else or Opcodes.End when _deadDepth == 0:
                _dead = false;
                Live(opcode);
                break;
            case Opcodes.Else:
                break;
            case Opcodes.End:
                _deadDepth--;
                break;
            default:
                Immediates.Skip(ref _reader, opcode);
                break;
        }
    }
}
