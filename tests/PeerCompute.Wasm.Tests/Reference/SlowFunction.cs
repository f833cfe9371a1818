// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Validate;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>A body as a list of instructions, with the blocks and frame units of docs/wasm.md worked out word by word.</summary>
internal sealed class SlowFunction
{
    private readonly List<SlowInstruction> _code = [];
    private readonly WasmModule _module;
    private ByteReader _reader;

    public SlowFunction(WasmModule module, FunctionBody body)
    {
        _module = module;
        Type = module.Types[body.TypeIndex];
        Locals = body.LocalCount;
        _reader = new ByteReader(module.Bytes, body.Start, body.End);
        while (!_reader.AtEnd)
        {
            _code.Add(Read());
        }

        Code = [.. _code];
        Match();
        Measure();
    }

    public FuncType Type { get; }

    public int Locals { get; }

    public SlowInstruction[] Code { get; }

    public int Units { get; private set; }

    private SlowInstruction Read()
    {
        var ins = new SlowInstruction { Opcode = _reader.U8() };
        switch (ins.Opcode)
        {
            case 0x02 or 0x03 or 0x04:
                ins.Block = BlockTypes.Read(ref _reader, _module);
                break;
            case 0x0C or 0x0D or 0x10 or (>= 0x20 and <= 0x24):
                ins.Index = (int)_reader.U32();
                break;
            case 0x0E:
                ins.Targets = new uint[_reader.U32() + 1];
                for (var i = 0; i < ins.Targets.Length; i++)
                {
                    ins.Targets[i] = _reader.U32();
                }

                break;
            case 0x11:
                ins.Index = (int)_reader.U32();
                _reader.U32();
                break;
            case >= 0x28 and <= 0x3E:
                _reader.U32();
                ins.Constant = _reader.U32();
                break;
            case 0x3F or 0x40:
                _reader.U8();
                break;
            case 0x41:
                ins.Constant = (uint)_reader.S32();
                break;
            case 0x42:
                ins.Constant = (ulong)_reader.S64();
                break;
            case 0x43:
                ins.Constant = _reader.Fixed32();
                break;
            case 0x44:
                ins.Constant = _reader.Fixed64();
                break;
            case 0xFC:
                ins.Index = (int)_reader.U32();
                _reader.U8();
                break;
        }

        return ins;
    }

    private void Match()
    {
        var open = new Stack<int>();
        for (var i = 0; i < Code.Length; i++)
        {
            switch (Code[i].Opcode)
            {
                case 0x02 or 0x03 or 0x04:
                    open.Push(i);
                    break;
                case 0x05:
                    Code[open.Peek()].Else = i;
                    break;
                case 0x0B when open.Count > 0:
                    var start = open.Pop();
                    Code[start].End = i;
                    if (Code[start].Else > 0)
                    {
                        Code[Code[start].Else].End = i;
                    }

                    break;
            }
        }
    }

    /// <summary>Walks the reachable code once: charges of blocks, and the greatest number of operands.</summary>
    private void Measure()
    {
        var open = new Stack<(int Start, int Height)>();
        var (block, height, highest) = (0, 0, 0);
        for (var i = 0; i < Code.Length; i++)
        {
            ref var ins = ref Code[i];
            var starts = ins.Opcode is 0x03 or 0x04 or 0x05 or 0x0B or 0x0D;
            if (ins.Opcode is not (0x02 or 0x03 or 0x05 or 0x0B))
            {
                Code[block].Charge++;
            }

            switch (ins.Opcode)
            {
                case 0x02 or 0x03 or 0x04:
                    height -= ins.Opcode == 0x04 ? 1 : 0;
                    open.Push((i, height - ins.Block!.Params.Length));
                    break;
                case 0x05:
                    height = open.Peek().Height + Code[open.Peek().Start].Block!.Params.Length;
                    break;
                case 0x0B when open.Count > 0:
                    var ended = open.Pop();
                    height = ended.Height + Code[ended.Start].Block!.Results.Length;
                    break;
                case 0x00 or 0x0C or 0x0E or 0x0F:
                    // Unreachable up to the else or end of the same nesting.
                    i = (open.Count == 0 ? Code.Length - 1 : NextOf(open.Peek().Start, i)) - 1;
                    height = open.Count == 0 ? 0 : open.Peek().Height;
                    break;
                default:
                    height += SlowArity.Change(_module, ins);
                    break;
            }

            highest = Math.Max(highest, height);
            if (starts && i + 1 < Code.Length)
            {
                block = i + 1;
            }
        }

        Units = 8 + Type.Params.Length + Locals + highest;
    }

    private int NextOf(int start, int from) => Code[start].Else > from ? Code[start].Else : Code[start].End;
}
