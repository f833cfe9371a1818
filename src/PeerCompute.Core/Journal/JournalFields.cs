// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Core.Journal;

/// <summary>Reads the fields of one journal record in order: each at most once, none unknown, none zero that could be left out.</summary>
internal ref struct JournalFields
{
    private static readonly UTF8Encoding Utf8 = new(false, true);

    private readonly ReadOnlyMemory<byte> _source;
    private ProtoReader _reader;
    private bool _more;

    public JournalFields(ReadOnlyMemory<byte> source)
    {
        _source = source;
        _reader = new ProtoReader(source.Span);
        _more = _reader.Next();
    }

    /// <summary>Number of the field that comes next; 0 at the end.</summary>
    public readonly int Field => _more ? _reader.Field : 0;

    public ulong Number(int field, string name, ulong most = ulong.MaxValue)
    {
        if (Field != field) return 0;
        var value = _reader.Varint(name);
        if (value == 0) throw new WireException(name, "zero but written", _reader.Position);
        if (value > most) throw new WireException(name, $"{value}, allowed at most {most}", _reader.Position);
        _more = _reader.Next();
        return value;
    }

    /// <summary>A slice of the record; empty when the field is left out.</summary>
    public ReadOnlyMemory<byte> Bytes(int field, string name, int most)
    {
        if (Field != field) return default;
        var length = _reader.Bytes(name, most).Length;
        if (length == 0) throw new WireException(name, "empty but written", _reader.Position);
        var slice = _source.Slice(_reader.Position - length, length);
        _more = _reader.Next();
        return slice;
    }

    public ReadOnlyMemory<byte> Needed(int field, string name, int most)
    {
        var slice = Bytes(field, name, most);
        return slice.IsEmpty ? throw new WireException(name, "missing", _reader.Position) : slice;
    }

    public Hash32 Hash(int field, string name) => new(Needed(field, name, 32).Span);

    public PeerId Peer(int field, string name) => PeerId.FromBytes(Needed(field, name, PeerId.Length).Span);

    public string Text(int field, string name, int most)
    {
        try
        {
            return Utf8.GetString(Bytes(field, name, most).Span);
        }
        catch (DecoderFallbackException)
        {
            throw new WireException(name, "not UTF-8", _reader.Position);
        }
    }

    public readonly void End()
    {
        if (_more) throw new WireException("journal entry", $"field {_reader.Field} is unknown, repeated or out of order", _reader.Position);
    }
}
