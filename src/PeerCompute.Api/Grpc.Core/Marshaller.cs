// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace Grpc.Core;

/// <summary>Codec of one message type.</summary>
/// <typeparam name="T">Message.</typeparam>
/// <param name="serializer">Writes a message into a context.</param>
/// <param name="deserializer">Reads a message from a context.</param>
public sealed class Marshaller<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
{
    /// <summary>Writes a message into a context.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; } = serializer;

    /// <summary>Reads a message from a context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; } = deserializer;
}

/// <summary>Makes marshallers.</summary>
public static class Marshallers
{
    /// <summary>A marshaller of two functions.</summary>
    /// <typeparam name="T">Message.</typeparam>
    /// <param name="serializer">Writes a message into a context.</param>
    /// <param name="deserializer">Reads a message from a context.</param>
    /// <returns>The marshaller.</returns>
    public static Marshaller<T> Create<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer) =>
        new(serializer, deserializer);
}

/// <summary>Where a serializer puts its message.</summary>
public abstract class SerializationContext
{
    /// <summary>Tells the length before the writer is used.</summary>
    /// <param name="payloadLength">Bytes.</param>
    public abstract void SetPayloadLength(int payloadLength);

    /// <summary>The writer of the message.</summary>
    /// <returns>The writer.</returns>
    public abstract IBufferWriter<byte> GetBufferWriter();

    /// <summary>The message is in the writer.</summary>
    public abstract void Complete();

    /// <summary>The message is this array.</summary>
    /// <param name="payload">The bytes.</param>
    public abstract void Complete(byte[] payload);
}

/// <summary>Where a deserializer finds its message.</summary>
public abstract class DeserializationContext
{
    /// <summary>Bytes of the message.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy of the message.</summary>
    /// <returns>The bytes.</returns>
    public abstract byte[] PayloadAsNewBuffer();

    /// <summary>The message itself; valid until the deserializer returns.</summary>
    /// <returns>The bytes.</returns>
    public abstract ReadOnlySequence<byte> PayloadAsReadOnlySequence();
}
