// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// Whether the runtime's compiler may find a rotation by a constant in a body: an instruction that rotates, or shifts to both sides that some <c>or</c> or
/// <c>xor</c> may join to one. After its rotate instruction it takes the zero flag for that of the result, which it is not (.NET 10.0).
/// </summary>
internal struct RotationRisk
{
    /// <summary>Counts of shifts to the left by constants; additions and multiplications may become such shifts.</summary>
    private ulong _left;

    /// <summary>Counts that a shift to the left must have to make a rotation with one of the shifts to the right.</summary>
    private ulong _wanted;
    private bool _anyLeft;
    private bool _anyRight;
    private bool _joins;
    private bool _rotates;

    /// <summary>Whether comparisons with zero must be written so that no flag of a rotation is taken for theirs.</summary>
    public readonly bool Found => _rotates || Joined;

    /// <summary>Whether it is shifts that may be joined.</summary>
    public readonly bool Joined => _joins && ((_left & _wanted) != 0 || (_anyRight && (_left != 0 || _anyLeft)) || (_wanted != 0 && _anyLeft));

    /// <summary>Takes an instruction and the constant before it, if there is one.</summary>
    public void Add(byte opcode, ulong? constant)
    {
        switch (opcode)
        {
            case 0x77 or 0x78 or 0x89 or 0x8A:
                _rotates = true;
                break;
            case 0x72 or 0x73 or 0x84 or 0x85:
                _joins = true;
                break;
            case 0x6A or 0x7C:
                _left |= 1UL << 1;
                break;
            case 0x6C or 0x7E when constant is { } factor:
                _left |= BitOperations.IsPow2(factor) ? 1UL << BitOperations.TrailingZeroCount(factor) : 0;
                break;
            case 0x74 or 0x86 when constant is { } count:
                _left |= 1UL << (int)(count & (opcode == 0x74 ? 31UL : 63UL));
                break;
            case 0x6C or 0x7E or 0x74 or 0x86:
                _anyLeft = true;
                break;
            case 0x76 or 0x88 when constant is { } count:
                var bits = opcode == 0x76 ? 32UL : 64UL;
                _wanted |= 1UL << (int)((bits - count) & (bits - 1));
                break;
            case 0x76 or 0x88:
                _anyRight = true;
                break;
        }
    }
}
