// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>
/// The plainest machine that follows docs/wasm.md: one instruction at a time on an operand stack, nothing fused, calls by recursion. It knows the
/// instructions that <see cref="RandomModule"/> writes.
/// </summary>
internal sealed class SlowMachine(WasmModule module, long fuel, int units, int maxPages)
{
    private readonly SlowFunction[] _functions = [.. module.Bodies.Select(b => new SlowFunction(module, b))];
    private readonly List<ulong> _stack = [];
    private byte[] _memory = new byte[module.InitialPages * 65_536];
    private long _left = fuel;

    public long Used { get; private set; }

    public byte[] Memory => _memory;

    public ulong[] Globals { get; } = [.. module.GlobalDefinitions.Select(g => g.Initial.Operand)];

    public ulong[] Invoke(int index, params ulong[] arguments)
    {
        _stack.AddRange(arguments);
        Call(index, units);
        return [.. _stack];
    }

    private void Call(int index, int left)
    {
        var function = _functions[index];
        left -= function.Units;
        Trap(left < 0, TrapKind.CallStackExhausted);
        Charge(function.Locals / 8);
        var locals = new ulong[function.Type.Params.Length + function.Locals];
        for (var i = function.Type.Params.Length - 1; i >= 0; i--)
        {
            locals[i] = Pop();
        }

        var bottom = _stack.Count;
        Run(function, locals, left, bottom);
        Keep(function.Type.Results.Length, bottom);
    }

    private void Run(SlowFunction function, ulong[] locals, int left, int bottom)
    {
        var labels = new List<Label> { new(bottom, function.Type.Results.Length, function.Code.Length, false) };
        for (var pc = 0; pc < function.Code.Length;)
        {
            var at = pc++;
            ref var ins = ref function.Code[at];
            Charge(ins.Charge);
            switch (ins.Opcode)
            {
                case 0x00:
                    throw new TrapException(TrapKind.Unreachable);
                case 0x01:
                    break;
                case 0x02 or 0x03:
                    var block = ins.Block!;
                    labels.Add(ins.Opcode == 0x03
                        ? new(_stack.Count - block.Params.Length, block.Params.Length, pc, true)
                        : new(_stack.Count - block.Params.Length, block.Results.Length, ins.End + 1, false));
                    break;
                case 0x04:
                    var condition = (uint)Pop();
                    if (condition != 0 || ins.Else > 0)
                    {
                        labels.Add(new(_stack.Count - ins.Block!.Params.Length, ins.Block.Results.Length, ins.End + 1, false));
                    }

                    pc = condition != 0 ? pc : ins.Else > 0 ? ins.Else + 1 : ins.End + 1;
                    break;
                case 0x05:
                    labels.RemoveAt(labels.Count - 1);
                    pc = ins.End + 1;
                    break;
                case 0x0B:
                    labels.RemoveAt(labels.Count - 1);
                    break;
                case 0x0C:
                    pc = Branch(labels, (uint)ins.Index);
                    break;
                case 0x0D:
                    pc = (uint)Pop() != 0 ? Branch(labels, (uint)ins.Index) : pc;
                    break;
                case 0x0E:
                    var choice = Math.Min((uint)Pop(), (uint)ins.Targets!.Length - 1);
                    pc = Branch(labels, ins.Targets[choice]);
                    break;
                case 0x0F:
                    return;
                case 0x10:
                    Call(ins.Index, left);
                    break;
                case 0x20:
                    _stack.Add(locals[ins.Index]);
                    break;
                case 0x21:
                    locals[ins.Index] = Pop();
                    break;
                case 0x22:
                    locals[ins.Index] = _stack[^1];
                    break;
                default:
                    Simple(ref ins);
                    break;
            }
        }
    }

    /// <summary>A branch to a loop keeps the loop's label: it is entered anew.</summary>
    private int Branch(List<Label> labels, uint depth)
    {
        var label = labels[^(1 + (int)depth)];
        var leave = (int)depth + (label.Loop ? 0 : 1);
        labels.RemoveRange(labels.Count - leave, leave);
        Keep(label.Arity, label.Height);
        return label.Target;
    }

    private void Simple(ref SlowInstruction ins)
    {
        switch (ins.Opcode)
        {
            case 0x1A:
                Pop();
                break;
            case 0x1B:
                var condition = (uint)Pop();
                var second = Pop();
                _stack[^1] = condition != 0 ? _stack[^1] : second;
                break;
            case 0x23:
                _stack.Add(Globals[ins.Index]);
                break;
            case 0x24:
                Globals[ins.Index] = Pop();
                break;
            case >= 0x28 and <= 0x35:
                _stack.Add(Load(ins.Opcode, (uint)Pop() + ins.Constant));
                break;
            case >= 0x36 and <= 0x3E:
                var value = Pop();
                Store(ins.Opcode, (uint)Pop() + ins.Constant, value);
                break;
            case 0x3F:
                _stack.Add((ulong)_memory.Length / 65_536);
                break;
            case 0x40:
                Grow((uint)Pop());
                break;
            case >= 0x41 and <= 0x44:
                _stack.Add(ins.Constant);
                break;
            case 0xFC:
                Fill((uint)Pop(), (byte)Pop(), (uint)Pop());
                break;
            default:
                var right = PeerCompute.Wasm.Decode.Opcodes.Numeric(ins.Opcode).Operands == 2 ? Pop() : 0;
                _stack.Add(SlowNumbers.Compute(ins.Opcode, Pop(), right));
                break;
        }
    }

    private ulong Load(byte opcode, ulong address)
    {
        var bytes = Bytes(opcode);
        Trap(address + (ulong)bytes > (ulong)_memory.Length, TrapKind.OutOfBoundsMemoryAccess);
        ulong value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value |= (ulong)_memory[(int)address + i] << (8 * i);
        }

        return opcode switch
        {
            0x2C => (uint)(sbyte)value,
            0x2E => (uint)(short)value,
            0x30 => (ulong)(sbyte)value,
            0x32 => (ulong)(short)value,
            0x34 => (ulong)(int)value,
            _ => value,
        };
    }

    private static int Bytes(byte opcode) => opcode switch
    {
        0x29 or 0x2B or 0x37 or 0x39 => 8,
        0x28 or 0x2A or 0x34 or 0x35 or 0x36 or 0x38 or 0x3E => 4,
        0x2E or 0x2F or 0x32 or 0x33 or 0x3B or 0x3D => 2,
        _ => 1,
    };

    private void Store(byte opcode, ulong address, ulong value)
    {
        var bytes = Bytes(opcode);
        Trap(address + (ulong)bytes > (ulong)_memory.Length, TrapKind.OutOfBoundsMemoryAccess);
        for (var i = 0; i < bytes; i++)
        {
            _memory[(int)address + i] = (byte)(value >> (8 * i));
        }
    }

    private void Grow(uint pages)
    {
        var old = _memory.Length / 65_536;
        if (old + (long)pages > maxPages)
        {
            _stack.Add(uint.MaxValue);
            return;
        }

        Charge(pages * 8_192L);
        Array.Resize(ref _memory, (int)(old + pages) * 65_536);
        _stack.Add((ulong)old);
    }

    private void Fill(uint count, byte value, uint address)
    {
        Trap((ulong)address + count > (ulong)_memory.Length, TrapKind.OutOfBoundsMemoryAccess);
        Charge((count + 7L) / 8);
        _memory.AsSpan((int)address, (int)count).Fill(value);
    }

    private void Keep(int count, int height) => _stack.RemoveRange(height, _stack.Count - count - height);

    private ulong Pop()
    {
        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Charge(long amount)
    {
        if (amount > _left)
        {
            Used += _left;
            _left = 0;
            throw new TrapException(TrapKind.FuelExhausted);
        }

        _left -= amount;
        Used += amount;
    }

    private static void Trap(bool when, TrapKind kind)
    {
        if (when)
        {
            throw new TrapException(kind);
        }
    }

    private readonly record struct Label(int Height, int Arity, int Target, bool Loop);
}
