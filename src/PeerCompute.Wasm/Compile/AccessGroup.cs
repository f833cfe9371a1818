// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;
using PeerCompute.Wasm.Interpret;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Loads and stores of one root that follow each other without control flow, found by looking ahead from the first. They are within
/// <see cref="Span"/> bytes from root plus <see cref="Low"/>.
/// </summary>
internal sealed class AccessGroup
{
    /// <summary>
    /// Bytes that a group may span. In memories that leave as much free below 4 GiB, a group that does not fit as a whole has a member that traps.
    /// </summary>
    public const uint MostBytes = 1 << 20;

    /// <summary>Instructions looked at.</summary>
    private const int Ahead = 200;

    private readonly int _root;
    private readonly bool _acting;
    private readonly List<AccessForm> _stack;
    private readonly List<(int Local, AccessForm Form)> _set = [];
    private readonly Func<int, AccessForm> _local;
    private readonly WasmModule _module;
    private bool _acted;
    private long _from;
    private long _to;
    private readonly uint _first;

    /// <summary>
    /// Takes the first access, the operands that it left alone, what the locals hold there, and whether members may stand behind what is seen from outside.
    /// </summary>
    public AccessGroup(WasmModule module, AccessForm first, List<AccessForm> stack, Func<int, AccessForm> local, bool acting)
    {
        (_module, _root, _first, _stack, _local, _acting) = (module, first.Root, first.Add, stack, local, acting);
    }

    /// <summary>Whether a memory of so many pages may leave less than <see cref="MostBytes"/> free below 4 GiB.</summary>
    public static bool IsWide(uint pages) => (ulong)pages * LinearMemory.PageSize > (1UL << 32) - MostBytes;

    public uint Low => _first + (uint)_from;

    public ulong Span => (ulong)(_to - _from);

    public int Count { get; private set; }

    /// <summary>Where the last member ends in the module.</summary>
    public int End { get; private set; }

    /// <summary>Whether something that is seen from outside, or another trap, stands before some member.</summary>
    public bool Acts { get; private set; }

    /// <summary>Looks ahead from behind the first access.</summary>
    public void Find(byte opcode, ulong offset, ByteReader reader)
    {
        Member(opcode, new AccessForm(_root, _first), offset, reader.Pos);
        for (var i = 0; i < Ahead && !reader.AtEnd && Step(ref reader); i++)
        {
        }
    }

    private bool Step(ref ByteReader reader)
    {
        var opcode = reader.U8();
        if (opcode is >= Opcodes.FirstLoad and <= Opcodes.LastStore)
        {
            reader.U32();
            var offset = reader.U32();
            if (opcode >= Opcodes.FirstStore)
            {
                Pop();
            }

            return Member(opcode, Pop(), offset, reader.Pos);
        }

        return opcode is >= Opcodes.FirstNumeric and <= Opcodes.LastNumeric ? Number(opcode) : Other(opcode, ref reader);
    }

    /// <summary>Takes an access in if it is one of the group; false where the group ends.</summary>
    private bool Member(byte opcode, AccessForm address, ulong offset, int end)
    {
        var store = opcode >= Opcodes.FirstStore;
        if (!store)
        {
            _stack.Add(AccessForm.Unknown);
        }

        if (address.Root == _root)
        {
            if (_acted && !_acting)
            {
                return false;
            }

            long from = (int)(address.Add - _first);
            var to = from + (long)offset + (1 << Opcodes.MemoryAccess(opcode).Align);
            if (Math.Max(_to, to) - Math.Min(_from, from) <= MostBytes)
            {
                (_from, _to) = (Math.Min(_from, from), Math.Max(_to, to));
                Acts |= _acted;
                End = end;
                Count++;
            }
        }

        _acted |= store;
        return true;
    }

    private bool Number(byte opcode)
    {
        var (_, operands, _) = Opcodes.Numeric(opcode);
        var second = operands == 2 ? Pop() : default;
        var first = Pop();
        _stack.Add(opcode switch { 0x6A => first + second, 0x6B => first - second, _ => AccessForm.Unknown });
        _acted |= opcode is (>= 0x6D and <= 0x70) or (>= 0x7F and <= 0x82) or (>= 0xA8 and <= 0xAB) or (>= 0xAE and <= 0xB1);
        return true;
    }

    private bool Other(byte opcode, ref ByteReader reader)
    {
        switch (opcode)
        {
            case Opcodes.Nop:
                return true;
            case Opcodes.Drop:
                Pop();
                return true;
            case Opcodes.Select:
                Pop();
                Pop();
                Pop();
                break;
            case Opcodes.LocalGet:
                _stack.Add(Local((int)reader.U32()));
                return true;
            case Opcodes.LocalSet or Opcodes.LocalTee:
                var value = Pop();
                _set.Add(((int)reader.U32(), value));
                if (opcode == Opcodes.LocalTee)
                {
                    _stack.Add(value);
                }

                return true;
            case Opcodes.GlobalSet:
                Pop();
                reader.U32();
                _acted = true;
                return true;
            case Opcodes.I32Const:
                _stack.Add(AccessForm.Constant((ulong)reader.S32()));
                return true;
            case Opcodes.GlobalGet or Opcodes.I64Const or Opcodes.F32Const or Opcodes.F64Const or Opcodes.MemorySize:
                Immediates.Skip(ref reader, opcode);
                break;
            default:
                return false;
        }

        _stack.Add(AccessForm.Unknown);
        return true;
    }

    private AccessForm Local(int local)
    {
        for (var i = _set.Count - 1; i >= 0; i--)
        {
            if (_set[i].Local == local)
            {
                return _set[i].Form;
            }
        }

        return _local(local);
    }

    private AccessForm Pop()
    {
        var form = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return form;
    }
}
