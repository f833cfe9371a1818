// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>Names a gossip message: its author, then the author's sequence number (libp2p/specs pubsub/README.md, "Message Identification").</summary>
/// <param name="Author">Who signed it.</param>
/// <param name="Sequence">Rises with every message of the author.</param>
public readonly record struct MessageId(PeerId Author, ulong Sequence)
{
    /// <summary>Bytes on the wire: the author's multihash and the number, big-endian.</summary>
    public const int Length = PeerId.Length + sizeof(ulong);

    /// <summary>Reads an id.</summary>
    /// <param name="bytes">A stranger's bytes, not necessarily text.</param>
    /// <param name="id">The id when it is one.</param>
    /// <returns>False for ids of another make, which name no message that we could hold.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageId id)
    {
        id = default;
        if (bytes.Length != Length) return false;
        try
        {
            id = new MessageId(PeerId.FromBytes(bytes[..PeerId.Length]), BinaryPrimitives.ReadUInt64BigEndian(bytes[PeerId.Length..]));
            return true;
        }
        catch (WireException)
        {
            return false;
        }
    }

    /// <summary>The id as it is sent.</summary>
    /// <returns><see cref="Length"/> new bytes.</returns>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Author.ToBytes().CopyTo(bytes.AsSpan());
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(PeerId.Length), Sequence);
        return bytes;
    }
}
