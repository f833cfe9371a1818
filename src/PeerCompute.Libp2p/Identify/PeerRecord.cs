// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Identify;

/// <summary>A peer's own signed list of its addresses (libp2p RFC 0003 as implementations speak it).</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Sequence">Rises with every change.</param>
/// <param name="Addresses">Its addresses, without the peer at their end.</param>
public sealed record PeerRecord(PeerId Peer, ulong Sequence, IReadOnlyList<Multiaddr> Addresses)
{
    /// <summary>Domain of the signature.</summary>
    public const string Domain = "libp2p-peer-record";

    /// <summary>Longest payload, bytes.</summary>
    public const int MaxLength = 4 * 1024;

    /// <summary>Payload type of the envelope.</summary>
    public static ReadOnlySpan<byte> PayloadType => [0x03, 0x01];

    /// <summary>Signs the record.</summary>
    /// <param name="signer">The peer itself.</param>
    /// <returns>The envelope.</returns>
    public SignedEnvelope Seal(ISigner signer)
    {
        var writer = new ProtoWriter().Bytes(1, Peer.ToBytes()).Varint(2, Sequence);
        foreach (var address in Addresses) writer.Bytes(3, new ProtoWriter().Bytes(1, address.Bytes.Span).ToArray());
        return SignedEnvelope.Seal(signer, Domain, PayloadType, writer.ToArray());
    }

    /// <summary>Opens and checks an envelope: signature, type, and that the signer speaks of itself.</summary>
    /// <param name="envelope">A stranger's bytes.</param>
    /// <returns>The record; addresses of unknown transports are left out.</returns>
    /// <exception cref="WireException">Malformed, not authentic, or of another peer than the signer.</exception>
    public static PeerRecord Open(ReadOnlyMemory<byte> envelope)
    {
        var sealedRecord = SignedEnvelope.Decode(envelope, MaxLength);
        if (!sealedRecord.PayloadType.Span.SequenceEqual(PayloadType)) throw new WireException("peer record", "another payload type");
        if (!sealedRecord.Verify(Domain)) throw new WireException("peer record", "the signature does not match");
        var peer = PeerId.None;
        ulong sequence = 0;
        var addresses = new List<Multiaddr>();
        var reader = new ProtoReader(sealedRecord.Payload.Span);
        while (reader.Next())
        {
            if (reader.Field == 1) peer = PeerId.FromBytes(reader.Bytes("peer_id", PeerId.Length));
            else if (reader.Field == 2) sequence = reader.Varint("seq");
            else if (reader.Field == 3) Add(addresses, reader.Bytes("addresses", Multiaddr.MaxLength + 8));
            else reader.Skip();
        }

        if (peer != sealedRecord.Signer) throw new WireException("peer record", "its signer speaks of another peer");
        return new PeerRecord(peer, sequence, addresses);
    }

    private static void Add(List<Multiaddr> addresses, ReadOnlySpan<byte> info)
    {
        var reader = new ProtoReader(info, 4);
        while (reader.Next())
        {
            if (reader.Field != 1 || addresses.Count == IdentifyMessage.MaxAddresses)
            {
                reader.Skip();
                continue;
            }

            try
            {
                addresses.Add(Multiaddr.Decode(reader.Bytes("multiaddr", Multiaddr.MaxLength)));
            }
            catch (WireException)
            {
                // Of a transport that is not known here.
            }
        }
    }
}
