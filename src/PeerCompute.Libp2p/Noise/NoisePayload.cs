// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Noise;

/// <summary>NoiseHandshakePayload (libp2p/specs noise/README.md): who the sender is, and which muxers it speaks.</summary>
/// <param name="Peer">The sender's identity.</param>
/// <param name="Signature">Its signature over the static key, 64 bytes.</param>
/// <param name="Muxers">Protocol ids; empty when the sender does not choose inline.</param>
internal sealed record NoisePayload(PeerId Peer, ReadOnlyMemory<byte> Signature, IReadOnlyList<string> Muxers)
{
    private const int MaxMuxers = 16;
    private const int MaxName = 128;
    private const int MaxExtensions = 8192;

    public byte[] Encode()
    {
        var writer = new ProtoWriter().Bytes(1, KeyMessages.EncodePublic(Peer)).Bytes(2, Signature.Span);
        if (Muxers.Count == 0) return writer.ToArray();
        var extensions = new ProtoWriter();
        foreach (var muxer in Muxers) extensions.Text(2, muxer);
        return writer.Bytes(4, extensions.ToArray()).ToArray();
    }

    public static NoisePayload Decode(ReadOnlySpan<byte> bytes)
    {
        var peer = PeerId.None;
        byte[] signature = [];
        var muxers = new List<string>();
        var reader = new ProtoReader(bytes, 64);
        while (reader.Next())
        {
            if (reader.Field == 1) peer = KeyMessages.DecodePublic(reader.Bytes("identity_key", KeyMessages.PublicLength));
            else if (reader.Field == 2) signature = reader.Bytes("identity_sig", Ed25519.SignatureLength).ToArray();
            else if (reader.Field == 4) Extensions(reader.Bytes("extensions", MaxExtensions), muxers);
            else reader.Skip();
        }

        if (peer.IsNone || signature.Length != Ed25519.SignatureLength) throw new WireException("noise payload", "without key or signature");
        return new NoisePayload(peer, signature, muxers);
    }

    private static void Extensions(ReadOnlySpan<byte> bytes, List<string> muxers)
    {
        var reader = new ProtoReader(bytes, 256);
        while (reader.Next())
        {
            if (reader.Field != 2)
            {
                reader.Skip();
                continue;
            }

            if (muxers.Count == MaxMuxers) throw new WireException("stream_muxers", $"more than {MaxMuxers}");
            muxers.Add(Encoding.UTF8.GetString(reader.Bytes("stream_muxers", MaxName)));
        }
    }
}
