// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// A signed message on a topic (libp2p/specs pubsub/README.md, StrictSign): from = 1, data = 2, seqno = 3, topic = 4, signature = 5, key = 6.
/// Immutable, and shared between all that hold it; it keeps the bytes it was received as, and they are what is sent on.
/// </summary>
public sealed class GossipMessage
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int _signed;

    private GossipMessage(
        MessageId id, string topic, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> signature, int signed, ReadOnlyMemory<byte> bytes)
    {
        Id = id;
        Topic = topic;
        Data = data;
        Signature = signature;
        _signed = signed;
        Bytes = bytes;
    }

    /// <summary>Author and sequence number. The author is proven only once <see cref="CheckSignature"/> said so.</summary>
    public MessageId Id { get; }

    /// <summary>Name of the topic.</summary>
    public string Topic { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>The whole message as received or made.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    private static ReadOnlySpan<byte> Domain => "libp2p-pubsub:"u8;

    /// <summary>Signs a message.</summary>
    /// <param name="signer">The author.</param>
    /// <param name="sequence">Greater than every one before.</param>
    /// <param name="topic">Name of the topic, at most <see cref="GossipLimits.TopicBytes"/> bytes.</param>
    /// <param name="data">The payload; copied.</param>
    /// <returns>The message. It carries no key: an Ed25519 author is its own key.</returns>
    public static GossipMessage Sign(ISigner signer, ulong sequence, string topic, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        var writer = new ProtoWriter().Bytes(1, signer.PeerId.ToBytes()).Bytes(2, data, always: true).Bytes(3, number).Text(4, topic);
        Span<byte> signature = stackalloc byte[Ed25519.SignatureLength];
        signer.Sign([.. Domain, .. writer.Written.Span], signature);
        return Decode(writer.Bytes(5, signature).ToArray(), data.Length);
    }

    /// <summary>
    /// Reads a message. Only fields 1 to 6 in ascending order, each at most once, are taken: then the signed bytes are a prefix of the received ones,
    /// and nobody can add an unsigned field. Whatever key it carries must be the author's (js-libp2p #3569).
    /// </summary>
    /// <param name="bytes">A stranger's bytes; kept, not copied.</param>
    /// <param name="maxData">Longest payload allowed, bytes.</param>
    /// <returns>The message, its signature not checked yet.</returns>
    /// <exception cref="WireException">Malformed, unsigned, or beyond a bound.</exception>
    public static GossipMessage Decode(ReadOnlyMemory<byte> bytes, int maxData)
    {
        PeerId author = default;
        ulong? sequence = null;
        string? topic = null;
        ReadOnlyMemory<byte> data = default, signature = default;
        var reader = new ProtoReader(bytes.Span, 6);
        int last = 0, signed = 0;
        while (reader.Next())
        {
            if (reader.Field <= last) throw new WireException("message", $"field {reader.Field} repeated or out of order", reader.Position);
            last = reader.Field;
            switch (reader.Field)
            {
                case 1: author = PeerId.FromBytes(reader.Bytes("from", PeerId.Length)); break;
                case 2: data = Take(ref reader, bytes, "data", maxData); break;
                case 3: sequence = Number(reader.Bytes("seqno", sizeof(ulong))); break;
                case 4: topic = Text(reader.Bytes("topic", GossipLimits.TopicBytes)); break;
                case 5: signature = Take(ref reader, bytes, "signature", Ed25519.SignatureLength); break;
                case 6: CheckKey(reader.Bytes("key", KeyMessages.PublicLength), author); break;
                default: throw new WireException("message", $"unknown field {reader.Field}", reader.Position);
            }

            if (reader.Field <= 4) signed = reader.Position;
        }

        if (author.IsNone) throw new WireException("from", "missing");
        if (sequence is null) throw new WireException("seqno", "missing");
        if (topic is null) throw new WireException("topic", "missing");
        if (signature.Length != Ed25519.SignatureLength) throw new WireException("signature", $"{signature.Length} bytes, expected 64");
        return new GossipMessage(new MessageId(author, sequence.Value), topic, data, signature, signed, bytes);
    }

    /// <summary>Checks the signature; costs tens of microseconds and belongs on a thread of its own.</summary>
    /// <returns>True when the author signed this message.</returns>
    public bool CheckSignature() => SignatureCheck.Verify(Id.Author, [.. Domain, .. Bytes.Span[.._signed]], Signature.Span);

    /// <summary>Reads a topic's name.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw new WireException("topic", "empty");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new WireException("topic", "not UTF-8");
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ProtoReader reader, ReadOnlyMemory<byte> bytes, string name, int maxLength)
    {
        var length = reader.Bytes(name, maxLength).Length;
        return bytes.Slice(reader.Position - length, length);
    }

    private static ulong Number(ReadOnlySpan<byte> bytes) =>
        bytes.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : throw new WireException("seqno", $"{bytes.Length} bytes, expected 8");

    private static void CheckKey(ReadOnlySpan<byte> key, PeerId author)
    {
        if (KeyMessages.DecodePublic(key) != author) throw new WireException("key", "not the author's");
    }
}
