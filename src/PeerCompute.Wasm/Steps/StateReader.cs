// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Wasm.Steps;

/// <summary>Reads a stranger's bytes; every number is checked against its bound before anything is taken for it.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> source)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    public byte Byte(string field, int most)
    {
        var value = Raw(field, 1)[0];
        return value <= most ? value : throw Refuse(field, $"{value}, at most {most}");
    }

    public long Number(string field, long most)
    {
        if (!Varint.TryRead(_source[Position..], out var value, out var length))
        {
            throw Refuse(field, "cut short");
        }

        if (most < 0 || value > (ulong)most)
        {
            throw Refuse(field, $"{value}, at most {most}");
        }

        Position += length;
        return (long)value;
    }

    public ReadOnlySpan<byte> Raw(string field, int length)
    {
        if (length > _source.Length - Position)
        {
            throw Refuse(field, "cut short");
        }

        var bytes = _source.Slice(Position, length);
        Position += length;
        return bytes;
    }

    public Hash32 Hash(string field) => new(Raw(field, 32));

    public string Text(string field, int most)
    {
        var bytes = Raw(field, (int)Number(field + " length", most));
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Refuse(field, "no UTF-8");
        }
    }

    public readonly void End()
    {
        if (Position != _source.Length)
        {
            throw Refuse("end", $"{_source.Length - Position} bytes too many");
        }
    }

    public readonly WireException Refuse(string field, string reason) => new(field, reason, Position);
}
