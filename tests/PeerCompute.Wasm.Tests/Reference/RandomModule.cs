// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>Writes valid modules by chance: a few functions of one type that call each other, with a memory and globals of each number type.</summary>
internal sealed class RandomModule(ulong seed)
{
    public const int Functions = 3;

    private const int MaxSize = 220;
    private static readonly WasmType[] Numbers = [WasmType.I32, WasmType.I64, WasmType.F32, WasmType.F64];

    /// <summary>Parameters (i32, i64), then locals: two of each type.</summary>
    private static readonly WasmType[] Locals =
        [WasmType.I32, WasmType.I64, WasmType.I32, WasmType.I32, WasmType.I64, WasmType.I64, WasmType.F32, WasmType.F32, WasmType.F64, WasmType.F64];

    private static readonly byte[] Total = [0x6A, 0x6B, 0x6C, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78];

    /// <summary>Divisions trap too often to be as frequent as the rest.</summary>
    private static readonly byte[] I32Binary = [.. Total, .. Total, .. Total, 0x6D, 0x6E, 0x6F, 0x70];

    private readonly Choices _chance = new(seed);
    private readonly List<WasmType?> _labels = [];
    private List<byte> _code = [];
    private int _size;

    public byte[] Write()
    {
        var module = new List<byte> { 0, 0x61, 0x73, 0x6D, 1, 0, 0, 0 };
        Section(module, 1, [1, 0x60, 2, 0x7F, 0x7E, 1, 0x7F]);
        Section(module, 3, [Functions, 0, 0, 0]);
        Section(module, 5, [1, 1, 1, 3]);
        Section(module, 6, [
            4, 0x7F, 1, 0x41, 5, 0x0B, 0x7E, 1, 0x42, 7, 0x0B, 0x7D, 1, 0x43, 0, 0, 0x80, 0x3F, 0x0B, 0x7C, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x0B,
        ]);
        Section(module, 7, [1, 1, (byte)'f', 0, 0]);
        var bodies = new List<byte> { Functions };
        for (var i = 0; i < Functions; i++)
        {
            var body = Body();
            Unsigned(bodies, (uint)body.Count);
            bodies.AddRange(body);
        }

        Section(module, 10, bodies);
        return [.. module];
    }

    private static void Section(List<byte> module, byte id, List<byte> content)
    {
        module.Add(id);
        Unsigned(module, (uint)content.Count);
        module.AddRange(content);
    }

    private static void Unsigned(List<byte> target, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            target.Add((byte)(value | 0x80));
        }

        target.Add((byte)value);
    }

    private static void Signed(List<byte> target, long value)
    {
        while (value is < -64 or > 63)
        {
            target.Add((byte)(value | 0x80));
            value >>= 7;
        }

        target.Add((byte)(value & 0x7F));
    }

    private List<byte> Body()
    {
        _code = [4, 2, 0x7F, 2, 0x7E, 2, 0x7D, 2, 0x7C];
        _size = 0;
        _labels.Clear();
        _labels.Add(WasmType.I32);
        for (var n = _chance.Below(6); n >= 0; n--)
        {
            Statement(0);
        }

        Expression(WasmType.I32, 0);
        _code.Add(0x0B);
        return _code;
    }

    private void Emit(byte opcode, params uint[] immediates)
    {
        _size++;
        _code.Add(opcode);
        foreach (var immediate in immediates)
        {
            Unsigned(_code, immediate);
        }
    }

    private void Statement(int depth)
    {
        var type = Numbers[_chance.Below(4)];
        switch (depth > 6 || _size > MaxSize ? _chance.Below(4) : _chance.Below(16))
        {
            case 0 or 4:
                Expression(type, depth + 1);
                Emit(0x21, Local(type));
                break;
            case 1:
                Expression(type, depth + 1);
                Emit(0x24, (uint)Array.IndexOf(Numbers, type));
                break;
            case 2:
                Store(type, depth);
                break;
            case 3:
                Emit(0x01);
                break;
            case 5:
                Expression(type, depth + 1);
                Emit(0x1A);
                break;
            case 6 or 7 or 8:
                Block((byte)(0x02 + _chance.Below(3)), null, depth);
                break;
            case 9 or 10 or 11:
                BranchIf(depth);
                break;
            case 12:
                Branch(depth);
                break;
            case 13:
                Expression(WasmType.I32, depth + 1);
                Emit(0x0F);
                break;
            case 14:
                Expression(WasmType.I32, depth + 1);
                Expression(WasmType.I32, depth + 1);
                Constant(WasmType.I32);
                Emit(0xFC, 11, 0);
                break;
            default:
                Table(depth);
                break;
        }
    }

    private void Block(byte opcode, WasmType? result, int depth)
    {
        if (opcode == 0x04)
        {
            Expression(WasmType.I32, depth + 1);
        }

        Emit(opcode);
        _code.Add(result is { } type ? (byte)type : (byte)0x40);
        _labels.Add(opcode == 0x03 ? null : result);
        Contents(result, depth);
        if (opcode == 0x04 && (result is not null || _chance.Below(2) == 0))
        {
            Emit(0x05);
            Contents(result, depth);
        }

        _labels.RemoveAt(_labels.Count - 1);
        Emit(0x0B);
    }

    private void Contents(WasmType? result, int depth)
    {
        for (var n = _chance.Below(4); n > 0; n--)
        {
            Statement(depth + 1);
        }

        if (result is { } type)
        {
            Expression(type, depth + 1);
        }
    }

    private uint Label() => (uint)_chance.Below(_labels.Count);

    private WasmType? TypeOf(uint label) => _labels[^(1 + (int)label)];

    private void Branch(int depth)
    {
        var label = Label();
        if (TypeOf(label) is { } type)
        {
            Expression(type, depth + 1);
        }

        Emit(0x0C, label);
    }

    private void BranchIf(int depth)
    {
        var label = Label();
        var type = TypeOf(label);
        if (type is { } value)
        {
            Expression(value, depth + 1);
        }

        Expression(WasmType.I32, depth + 1);
        Emit(0x0D, label);
        if (type is not null)
        {
            Emit(0x1A);
        }
    }

    private void Table(int depth)
    {
        var first = Label();
        var type = TypeOf(first);
        if (type is { } value)
        {
            Expression(value, depth + 1);
        }

        Expression(WasmType.I32, depth + 1);
        var others = new List<uint>();
        for (uint i = 0; i < _labels.Count; i++)
        {
            if (TypeOf(i) == type && _chance.Below(2) == 0)
            {
                others.Add(i);
            }
        }

        Emit(0x0E, [(uint)others.Count, .. others, first]);
    }

    private uint Local(WasmType type)
    {
        while (true)
        {
            var local = _chance.Below(Locals.Length);
            if (Locals[local] == type)
            {
                return (uint)local;
            }
        }
    }

    private void Store(WasmType type, int depth)
    {
        byte[] stores = type switch
        {
            WasmType.I32 => [0x36, 0x3A, 0x3B],
            WasmType.I64 => [0x37, 0x3C, 0x3D, 0x3E],
            WasmType.F32 => [0x38],
            _ => [0x39],
        };
        Address(depth);
        Expression(type, depth + 1);
        Emit(stores[_chance.Below(stores.Length)], 0, (uint)_chance.Below(100));
    }

    private void Address(int depth)
    {
        Expression(WasmType.I32, depth + 1);
        if (_chance.Below(8) > 0)
        {
            Emit(0x41, 0x3F);
            Emit(0x71);
        }

        if (_chance.Below(3) == 0)
        {
            Emit(0x41);
            Signed(_code, _chance.Below(40) - 5);
            Emit(0x6A);
        }
    }

    private void Constant(WasmType type)
    {
        ulong[] interesting = [0, 1, 2, 0x7F, 0x80, 31, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, ulong.MaxValue, long.MaxValue, 1UL << 63, _chance.Next()];
        var bits = interesting[_chance.Below(interesting.Length)];
        var bytes = new byte[8];
        switch (type)
        {
            case WasmType.I32:
                Emit(0x41);
                Signed(_code, (int)bits);
                break;
            case WasmType.I64:
                Emit(0x42);
                Signed(_code, (long)bits);
                break;
            case WasmType.F32:
                Emit(0x43);
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (int)bits / 4f);
                _code.AddRange(bytes[..4]);
                break;
            default:
                Emit(0x44);
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, (long)bits / 4.0);
                _code.AddRange(bytes);
                break;
        }
    }

    private void Expression(WasmType type, int depth)
    {
        if (depth > 7 || _size > MaxSize)
        {
            Leaf(type);
            return;
        }

        switch (_chance.Below(20))
        {
            case < 4:
                Leaf(type);
                break;
            case < 6:
                // Something happens while an operand waits.
                Expression(type, depth + 1);
                Statement(depth + 1);
                break;
            case 6:
                Expression(type, depth + 1);
                Emit(0x22, Local(type));
                break;
            case 7:
                Expression(type, depth + 1);
                Expression(type, depth + 1);
                Expression(WasmType.I32, depth + 1);
                Emit(0x1B);
                break;
            case 8:
                Block((byte)(0x02 + _chance.Below(3)), type, depth);
                break;
            case 9 when type == WasmType.I32:
                Expression(WasmType.I32, depth + 1);
                Expression(WasmType.I64, depth + 1);
                Emit(0x10, (uint)_chance.Below(Functions));
                break;
            case 10 when type == WasmType.I32:
                Expression(WasmType.I32, depth + 1);
                Emit(_chance.Below(4) == 0 ? (byte)0x40 : (byte)0x45);
                _code.AddRange(_code[^1] == 0x40 ? [0] : []);
                break;
            case 11:
                Address(depth);
                Load(type);
                break;
            case 12 or 13:
                Convert(type, depth);
                break;
            case 14 or 15 when type == WasmType.I32:
                Compare(depth);
                break;
            default:
                Binary(type, depth);
                break;
        }
    }

    private void Leaf(WasmType type)
    {
        switch (_chance.Below(6))
        {
            case 0 or 1:
                Constant(type);
                break;
            case 2:
                Emit(0x23, (uint)Array.IndexOf(Numbers, type));
                break;
            default:
                Emit(0x20, Local(type));
                break;
        }
    }

    private void Load(WasmType type)
    {
        byte[] loads = type switch
        {
            WasmType.I32 => [0x28, 0x2C, 0x2D, 0x2E, 0x2F],
            WasmType.I64 => [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35],
            WasmType.F32 => [0x2A],
            _ => [0x2B],
        };
        Emit(loads[_chance.Below(loads.Length)], 0, (uint)_chance.Below(100));
    }

    private void Convert(WasmType type, int depth)
    {
        (WasmType From, byte Opcode)[] ways = type switch
        {
            WasmType.I32 =>
                [(WasmType.I64, 0xA7), (WasmType.F64, 0xAA), (WasmType.F32, 0xBC), (WasmType.I32, 0xC0), (WasmType.I32, 0xC1), (WasmType.I32, 0x67)],
            WasmType.I64 => [(WasmType.I32, 0xAC), (WasmType.I32, 0xAD), (WasmType.F64, 0xBD), (WasmType.I64, 0xC4), (WasmType.I64, 0x7B)],
            WasmType.F32 => [(WasmType.I32, 0xB2), (WasmType.F64, 0xB6), (WasmType.I32, 0xBE), (WasmType.F32, 0x8C), (WasmType.F32, 0x91)],
            _ => [(WasmType.I32, 0xB7), (WasmType.I32, 0xB8), (WasmType.F32, 0xBB), (WasmType.I64, 0xBF), (WasmType.F64, 0x99), (WasmType.F64, 0x9F)],
        };
        var (from, opcode) = ways[_chance.Below(ways.Length)];
        Expression(from, depth + 1);
        Emit(opcode);
    }

    private void Compare(int depth)
    {
        var type = Numbers[_chance.Below(4)];
        Expression(type, depth + 1);
        Expression(type, depth + 1);
        var (first, count) = type switch
        {
            WasmType.I32 => (0x46, 10),
            WasmType.I64 => (0x51, 10),
            WasmType.F32 => (0x5B, 6),
            _ => (0x61, 6),
        };
        Emit((byte)(first + _chance.Below(count)));
    }

    private void Binary(WasmType type, int depth)
    {
        Expression(type, depth + 1);
        Expression(type, depth + 1);
        Emit(type switch
        {
            WasmType.I32 => I32Binary[_chance.Below(I32Binary.Length)],
            WasmType.I64 => (byte)(I32Binary[_chance.Below(I32Binary.Length)] + 0x12),
            WasmType.F32 => (byte)(0x92 + _chance.Below(6)),
            _ => (byte)(0xA0 + _chance.Below(6)),
        });
    }
}
