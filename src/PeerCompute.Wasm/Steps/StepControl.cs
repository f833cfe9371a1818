// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wasm.Steps;

/// <summary>The first part of a state: fixed fields, little-endian (docs/step-abi.md, section 4.1).</summary>
/// <param name="Terms">Hash of module and terms.</param>
/// <param name="Step">Calls of <c>step</c> so far.</param>
/// <param name="End">Whether and how it ended.</param>
/// <param name="Code">What the end says besides.</param>
/// <param name="Fuel">Units used since the start.</param>
/// <param name="Slept">Nanoseconds slept.</param>
/// <param name="Chance">Where <c>random_get</c> stands.</param>
/// <param name="Streamed">Bytes written to standard output and error.</param>
internal sealed record StepControl(
    Hash32 Terms, long Step, StepEnd End, int Code, long Fuel, ulong Slept, (ulong A, ulong B, ulong C, ulong D) Chance, long Streamed)
{
    public const int Bytes = 104;

    /// <summary>Whether the state is one between two steps, or after the last: what ends within a step leaves no instance behind.</summary>
    public bool HoldsInstance => End is StepEnd.GoesOn or StepEnd.Done;

    public static StepControl Decode(ReadOnlySpan<byte> bytes)
    {
        var end = BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]);
        if (end > (uint)StepEnd.OverLimit)
        {
            throw new WireException("control.end", $"{end}, at most {(int)StepEnd.OverLimit}");
        }

        var chance = (Word(bytes, 64), Word(bytes, 72), Word(bytes, 80), Word(bytes, 88));
        return chance == (0, 0, 0, 0) ? throw new WireException("control.chance", "all zero, which no generator reaches") : new StepControl(
            new Hash32(bytes[..32]),
            Number(bytes, 32, "control.step"),
            (StepEnd)end,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]),
            Number(bytes, 48, "control.fuel"),
            Word(bytes, 56),
            chance,
            Number(bytes, 96, "control.streamed"));
    }

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        Terms.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), Step);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), (uint)End);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(44), Code);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), Fuel);
        ReadOnlySpan<ulong> words = [Slept, Chance.A, Chance.B, Chance.C, Chance.D, (ulong)Streamed];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(56 + (8 * i)), words[i]);
        }

        return bytes;
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static long Number(ReadOnlySpan<byte> bytes, int at, string field) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is >= 0 and var number ? number : throw new WireException(field, "negative");
}
