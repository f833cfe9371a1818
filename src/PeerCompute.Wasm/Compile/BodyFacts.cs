// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Compile;

/// <summary>What must be known of a body before its first instruction is compiled.</summary>
internal sealed class BodyFacts
{
    private readonly WasmModule _module;
    private readonly List<int> _costs = [0];
    private readonly bool[] _computed;
    private ByteReader _reader;
    private int _depth = 1;
    private bool _dead;
    private int _deadDepth;
    private bool _computes;

    public BodyFacts(WasmModule module, FunctionBody body, int locals)
    {
        _module = module;
        _computed = new bool[locals];
        _computed.AsSpan(module.Types[body.TypeIndex].Params.Length).Fill(true);
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        while (_depth > 0)
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

    /// <summary>Charges of the straight-line blocks (docs/wasm.md section 3) in the order in which they start.</summary>
    public IReadOnlyList<int> Costs => _costs;

    public bool HasLoops { get; private set; }

    /// <summary>Whether it calls functions, those that may take the machine's stack.</summary>
    public bool HasCalls { get; private set; }

    public bool UsesMemory { get; private set; }

    /// <summary>
    /// Whether every NaN that a local of a float type may hold comes from arithmetic, so that it may stand uncanonicalised until its bits are seen.
    /// </summary>
    public bool IsComputed(int local) => _computed[local];

    private void Live(byte opcode)
    {
        if (opcode is not (Opcodes.Block or Opcodes.Loop or Opcodes.Else or Opcodes.End))
        {
            _costs[^1]++;
        }

        var computes = false;
        switch (opcode)
        {
            case Opcodes.Block or Opcodes.Loop or Opcodes.If:
                BlockTypes.Read(ref _reader, _module);
                _depth++;
                HasLoops |= opcode == Opcodes.Loop;
                break;
            case Opcodes.End:
                _depth--;
                break;
            case Opcodes.Else:
                break;
            case Opcodes.LocalSet or Opcodes.LocalTee:
                _computed[_reader.U32()] &= _computes;
                computes = opcode == Opcodes.LocalTee && _computes;
                break;
            case Opcodes.F32Const:
                computes = !float.IsNaN(BitConverter.UInt32BitsToSingle(_reader.Fixed32()));
                break;
            case Opcodes.F64Const:
                computes = !double.IsNaN(BitConverter.UInt64BitsToDouble(_reader.Fixed64()));
                break;
            default:
                Immediates.Skip(ref _reader, opcode);
                computes = FloatArithmetic.Computes(opcode);
                break;
        }

        _computes = computes;
        UsesMemory |= opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore;
        HasCalls |= opcode is Opcodes.Call or Opcodes.CallIndirect;
        _dead = opcode is Opcodes.Br or Opcodes.BrTable or Opcodes.Return or Opcodes.Unreachable;
        _deadDepth = 0;
        if (opcode is Opcodes.Loop or Opcodes.If or Opcodes.Else or Opcodes.BrIf || (opcode == Opcodes.End && _depth > 0))
        {
            _costs.Add(0);
        }
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
