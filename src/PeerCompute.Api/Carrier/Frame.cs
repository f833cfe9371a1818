// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace PeerCompute.Api.Carrier;

/// <summary>gRPC's length-prefixed message: one byte 0 (not compressed), four bytes length big-endian, the message.</summary>
public static class Frame
{
    /// <summary>Largest message taken unless told otherwise, bytes: gRPC's own default. A larger one ends the call with RESOURCE_EXHAUSTED.</summary>
    public const int MaxMessage = 4 << 20;

    private const int PrefixLength = 5;

    /// <summary>A message behind its prefix.</summary>
    /// <typeparam name="T">Message.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="marshaller">Its codec.</param>
    /// <returns>Prefix and message.</returns>
    public static ReadOnlyMemory<byte> Encode<T>(T message, Marshaller<T> marshaller)
    {
        var target = new FrameTarget();
        marshaller.ContextualSerializer(message, target);
        return target.Frame();
    }

    /// <summary>Reads the next message. Its length is checked before anything is buffered.</summary>
    /// <typeparam name="T">Message.</typeparam>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="marshaller">Its codec.</param>
    /// <param name="maxMessage">Largest message, bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message, or null at the end of the stream.</returns>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too large. UNIMPLEMENTED: compressed. INTERNAL: cut short or not a message.</exception>
    public static async ValueTask<T?> ReadAsync<T>(Stream stream, Marshaller<T> marshaller, int maxMessage, CancellationToken cancellationToken)
        where T : class
    {
        var prefix = new byte[PrefixLength];
        var got = await stream.ReadAtLeastAsync(prefix, PrefixLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (got == 0) return null;
        if (got < PrefixLength) throw Broken("message prefix cut short");
        if (prefix[0] != 0) throw new RpcException(new Status(StatusCode.Unimplemented, "compressed messages are not supported"));
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (length > maxMessage)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"message of {length} bytes, limit {maxMessage}; send less at a time"));

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            got = await stream.ReadAtLeastAsync(buffer.AsMemory(0, (int)length), (int)length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (got < length) throw Broken("message cut short");
            return marshaller.ContextualDeserializer(new FrameSource(buffer.AsMemory(0, (int)length)));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"not a valid message: {e.Message}"), [], e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RpcException Broken(string what) => new(new Status(StatusCode.Internal, what));

    private sealed class FrameTarget : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();

        public FrameTarget()
        {
            _buffer.GetSpan(PrefixLength)[..PrefixLength].Clear();
            _buffer.Advance(PrefixLength);
        }

        public ReadOnlyMemory<byte> Frame()
        {
            var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_buffer.WrittenMemory);
            BinaryPrimitives.WriteInt32BigEndian(frame.Span[1..], frame.Length - PrefixLength);
            return frame;
        }

        public override void SetPayloadLength(int payloadLength) => _buffer.GetSpan(Math.Max(1, payloadLength));

        public override IBufferWriter<byte> GetBufferWriter() => _buffer;

        public override void Complete()
        {
        }

        public override void Complete(byte[] payload) => _buffer.Write(payload);
    }

    private sealed class FrameSource(ReadOnlyMemory<byte> payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload.ToArray();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}
