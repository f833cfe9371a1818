// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Libp2p.Identify;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Protocols;

/// <summary>Both directions of identify and identify push on streams.</summary>
internal static class IdentifyExchange
{
    /// <summary>Answers an opener, or pushes.</summary>
    public static async Task WriteAsync(PeerStream stream, IdentifyMessage message, CancellationToken cancel)
    {
        await stream.WriteFrameAsync(message.Encode(), cancel).ConfigureAwait(false);
        await stream.CloseWriteAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Reads all messages until the peer's end and merges them.</summary>
    /// <returns>What the peer says on this stream; fields that it left out are null.</returns>
    /// <exception cref="WireException">Malformed, too much, or it speaks of another peer.</exception>
    public static async Task<IdentifyMessage> ReadAsync(PeerStream stream, CancellationToken cancel)
    {
        var merged = new IdentifyMessage();
        for (var i = 0; await stream.ReadFrameAsync(IdentifyMessage.MaxLength, cancel).ConfigureAwait(false) is { } frame; i++)
        {
            if (i == IdentifyMessage.MaxMessages) throw new WireException("identify", $"more than {IdentifyMessage.MaxMessages} messages");
            merged = merged.Merge(frame);
        }

        if (merged.Peer is { } peer && peer != stream.Peer) throw new WireException("identify", "speaks of another peer");
        return merged;
    }

    /// <summary>Notes what the peer pushed: what it left out stays.</summary>
    public static void Apply(Connection connection, IdentifyMessage said)
    {
        var before = connection.Identity ?? new IdentifyMessage();
        connection.Identity = said with
        {
            ListenAddresses = said.ListenAddresses ?? before.ListenAddresses,
            Protocols = said.Protocols ?? before.Protocols,
            ObservedAddress = said.ObservedAddress ?? before.ObservedAddress,
            ProtocolVersion = said.ProtocolVersion ?? before.ProtocolVersion,
            AgentVersion = said.AgentVersion ?? before.AgentVersion,
            SignedPeerRecord = said.SignedPeerRecord ?? before.SignedPeerRecord,
        };
    }
}
