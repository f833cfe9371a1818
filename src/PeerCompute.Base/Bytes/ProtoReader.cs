// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Bytes;

/// <summary>
/// Reads protobuf fields from a span under budgets: nothing is allocated before a length is checked. For hand-written codecs
/// (libp2p's messages, whose ids are no valid UTF-8) and for the canonical check of signed bodies.
/// </summary>
/// <param name="source">The message.</param>
/// <param name="maxFields">Most fields it may carry, unknown ones included.</param>
public ref struct ProtoReader(ReadOnlySpan<byte> source, int maxFields = 1024)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _left = maxFields;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Number of the field read last.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the field read last: 0 varint, 1 fixed64, 2 bytes, 5 fixed32.</summary>
    public int WireType { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="WireException">Bad tag or too many fields.</exception>
    public bool Next()
    {
        if (Position == _source.Length) return false;
        if (_left-- == 0) throw new WireException("message", "too many fields", Position);
        var tag = RawVarint("tag");
        if (tag >> 3 is 0 or > 0x1FFFFFFF) throw new WireException("tag", "field number out of range", Position);
        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        return true;
    }

    /// <summary>The value of a varint field.</summary>
    /// <param name="name">Name for errors.</param>
    /// <returns>The value.</returns>
    public ulong Varint(string name)
    {
        Expect(0, name);
        return RawVarint(name);
    }

    /// <summary>The value of a bytes field, a slice of the message.</summary>
    /// <param name="name">Name for errors.</param>
    /// <param name="maxLength">Longest allowed, bytes.</param>
    /// <returns>The slice.</returns>
    public ReadOnlySpan<byte> Bytes(string name, int maxLength)
    {
        Expect(2, name);
        var length = RawVarint(name);
        if (length > (ulong)maxLength) throw new WireException(name, $"{length} bytes, limit {maxLength}", Position);
        if (length > (ulong)(_source.Length - Position)) throw new WireException(name, "cut short", Position);
        var slice = _source.Slice(Position, (int)length);
        Position += (int)length;
        return slice;
    }

    /// <summary>Skips a field that is not known.</summary>
    /// <exception cref="WireException">Cut short, or a group.</exception>
    public void Skip()
    {
        switch (WireType)
        {
            case 0: RawVarint("unknown field"); break;
            case 1: Advance(8); break;
            case 2: Bytes("unknown field", int.MaxValue); break;
            case 5: Advance(4); break;
            default: throw new WireException("unknown field", $"wire type {WireType}", Position);
        }
    }

    private void Advance(int count)
    {
        if (count > _source.Length - Position) throw new WireException("unknown field", "cut short", Position);
        Position += count;
    }

    private readonly void Expect(int type, string name)
    {
        if (WireType != type) throw new WireException(name, $"wire type {WireType}, expected {type}", Position);
    }

    private ulong RawVarint(string name)
    {
        if (!Base.Bytes.Varint.TryRead(_source[Position..], out var value, out var length)) throw new WireException(name, "cut short", Position);
        Position += length;
        return value;
    }
}
