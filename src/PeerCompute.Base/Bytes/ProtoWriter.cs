// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace PeerCompute.Base.Bytes;

/// <summary>Writes protobuf fields in the order they are called; proto3 style: zero and empty values are left out unless told otherwise.</summary>
public sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What is written so far.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Writes a varint field.</summary>
    /// <param name="field">Field number.</param>
    /// <param name="value">The value.</param>
    /// <param name="always">Write zero too.</param>
    /// <returns>This.</returns>
    public ProtoWriter Varint(int field, ulong value, bool always = false)
    {
        if (value == 0 && !always) return this;
        Raw(((ulong)field << 3) | 0);
        Raw(value);
        return this;
    }

    /// <summary>Writes a bytes field.</summary>
    /// <param name="field">Field number.</param>
    /// <param name="value">The bytes.</param>
    /// <param name="always">Write an empty one too.</param>
    /// <returns>This.</returns>
    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value, bool always = false)
    {
        if (value.IsEmpty && !always) return this;
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Writes a string field as UTF-8.</summary>
    /// <param name="field">Field number.</param>
    /// <param name="value">The text.</param>
    /// <returns>This.</returns>
    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>The message as an array.</summary>
    /// <returns>A copy.</returns>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    private void Raw(ulong value)
    {
        var span = _buffer.GetSpan(Base.Bytes.Varint.MaxLength);
        _buffer.Advance(Base.Bytes.Varint.Write(span, value));
    }
}
