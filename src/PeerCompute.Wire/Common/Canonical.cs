// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Wire.Common;

/// <summary>
/// The one way from received bytes to a message: size first, then parse, then encode again and compare. What is not the
/// canonical encoding (unknown fields, other order, longer varints) is refused, so the bytes that were signed are the message.
/// </summary>
internal static class Canonical
{
    /// <summary>Parses under a size limit and refuses every encoding but the canonical one.</summary>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> bytes, int limit, string name)
        where T : IMessage<T>
    {
        if (bytes.Length > limit) throw new WireException(name, $"{bytes.Length} bytes, limit {limit}");
        T message;
        try
        {
            message = parser.WithDiscardUnknownFields(true).ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            FieldPath.Of(parser.ParseFrom([]).Descriptor, bytes.Span, name, -1);
            throw new WireException(name, "does not parse: " + e.Message);
        }

        var again = message.ToByteArray();
        if (bytes.Span.SequenceEqual(again)) return message;
        var at = bytes.Span.CommonPrefixLength(again);
        throw new WireException(FieldPath.Of(message.Descriptor, bytes.Span, name, at), "not the canonical encoding, or an unknown field", at);
    }

    /// <summary>Bytes without a copy on our own arrays.</summary>
    public static ByteString Bytes(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    public static ByteString Bytes(Hash32 hash) => hash.IsZero ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(hash.ToArray());

    public static ByteString Bytes(PeerId peer) => UnsafeByteOperations.UnsafeWrap(peer.ToBytes());

    /// <summary>A hash that must be there.</summary>
    public static Hash32 Hash(ByteString bytes, string field)
    {
        var hash = OptionalHash(bytes, field);
        return hash.IsZero ? throw new WireException(field, "missing") : hash;
    }

    /// <summary>A hash or nothing; 32 zero bytes are refused, so that nothing has one encoding.</summary>
    public static Hash32 OptionalHash(ByteString bytes, string field)
    {
        if (bytes.IsEmpty) return default;
        if (bytes.Length != 32) throw new WireException(field, $"{bytes.Length} bytes, expected 32");
        var hash = new Hash32(bytes.Span);
        return hash.IsZero ? throw new WireException(field, "all zero") : hash;
    }

    public static PeerId Peer(ByteString bytes, string field)
    {
        try
        {
            return PeerId.FromBytes(bytes.Span);
        }
        catch (WireException e)
        {
            throw new WireException(field, e.Message);
        }
    }

    public static T Present<T>(T? message, string field)
        where T : class => message ?? throw new WireException(field, "missing");

    public static ulong Within(ulong value, ulong least, ulong most, string field)
        => value < least || value > most ? throw new WireException(field, $"{value}, allowed {least} to {most}") : value;

    public static string Text(string text, int maxBytes, string field)
    {
        if (text.Length > maxBytes || Encoding.UTF8.GetByteCount(text) > maxBytes) throw new WireException(field, $"longer than {maxBytes} bytes");
        foreach (var c in text)
        {
            if (c == '\0') throw new WireException(field, "contains a zero character");
        }

        return text;
    }

    /// <summary>Printable ASCII, not empty: a name that is shown to people and compared by programs.</summary>
    public static string Label(string text, int maxBytes, string field)
    {
        if (text.Length == 0 || text.Length > maxBytes) throw new WireException(field, $"{text.Length} characters, 1 to {maxBytes} allowed");
        foreach (var c in text)
        {
            if (c is < ' ' or > '~') throw new WireException(field, "holds more than printable ASCII");
        }

        return text;
    }

    /// <summary>A label that may stand between two slashes: no slash, no space.</summary>
    public static string Segment(string text, int maxBytes, string field)
        => Label(text, maxBytes, field).AsSpan().ContainsAny('/', ' ') ? throw new WireException(field, "holds a slash or a space") : text;

    /// <summary>A plain file name: no separator, no control character, not <c>.</c> or <c>..</c>.</summary>
    public static string FileName(string name, string field)
    {
        Text(name, WireLimits.NameBytes, field);
        if (name is "" or "." or "..") throw new WireException(field, "not a file name");
        foreach (var c in name)
        {
            if (c is '/' or '\\' || char.IsControl(c)) throw new WireException(field, "a file name holds no separator and no control character");
        }

        return name;
    }

    /// <summary>The name of a file, or of a folder with <see cref="FolderNames.Mark"/> behind it.</summary>
    public static string EntryName(string name, string field)
    {
        FileName(FolderNames.Plain(name), field);
        return name;
    }

    public static ImmutableArray<TTo> List<TFrom, TTo>(IReadOnlyList<TFrom> items, int most, string field, Func<TFrom, string, TTo> convert)
    {
        if (items.Count > most) throw new WireException(field, $"{items.Count} items, limit {most}");
        var result = ImmutableArray.CreateBuilder<TTo>(items.Count);
        for (var i = 0; i < items.Count; i++) result.Add(convert(items[i], $"{field}[{i}]"));
        return result.MoveToImmutable();
    }
}
