// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace PeerCompute.Execution.Tests.Seccomp;

/// <summary>Runs a filter as the kernel does (seccomp(2), classic BPF), as far as filters here use it.</summary>
internal static class FilterMachine
{
    private const uint X64 = 0xC000003E;

    /// <summary>What the filter answers to a call.</summary>
    /// <param name="program">Its instructions, 8 bytes each.</param>
    /// <param name="call">The call's number.</param>
    /// <param name="arguments">Its arguments; those left out are 0.</param>
    public static uint Answer(ReadOnlySpan<byte> program, uint call, params ReadOnlySpan<ulong> arguments)
    {
        uint held = 0;
        for (int at = 0; ; at++)
        {
            ReadOnlySpan<byte> instruction = program.Slice(8 * at, 8);
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    held = Load(value, call, arguments);
                    break;
                case 0x15:
                    at += instruction[held == value ? 2 : 3];
                    break;
                case 0x35:
                    at += instruction[held >= value ? 2 : 3];
                    break;
                case 0x45:
                    at += instruction[(held & value) != 0 ? 2 : 3];
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"instruction {at} is none that filters here use");
            }
        }
    }

    // struct seccomp_data: number, architecture, instruction pointer, six arguments.
    private static uint Load(uint offset, uint call, ReadOnlySpan<ulong> arguments)
    {
        if (offset is 0 or 4) return offset == 0 ? call : X64;
        int argument = (int)(offset - 16) / 8;
        return argument >= arguments.Length ? 0 : (uint)(arguments[argument] >> (offset % 8 == 0 ? 0 : 32));
    }
}
