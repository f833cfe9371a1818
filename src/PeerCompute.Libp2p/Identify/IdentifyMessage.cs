// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Identify;

/// <summary>What a peer says about itself (libp2p/specs identify/README.md). Fields that are null were not sent.</summary>
public sealed record IdentifyMessage
{
    /// <summary>Protocol id: the opener reads one message.</summary>
    public const string Protocol = "/ipfs/id/1.0.0";

    /// <summary>Protocol id: the opener writes a message with what changed.</summary>
    public const string PushProtocol = "/ipfs/id/push/1.0.0";

    /// <summary>Longest message, bytes.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Most messages that one answer is split into.</summary>
    public const int MaxMessages = 10;

    /// <summary>Most addresses kept; more are dropped.</summary>
    public const int MaxAddresses = 32;

    /// <summary>Most protocols kept; more are dropped.</summary>
    public const int MaxProtocols = 256;

    private const int MaxText = 256;

    /// <summary>The peer; anything but the connection's peer is a lie.</summary>
    public PeerId? Peer { get; init; }

    /// <summary>Where it listens. Addresses of unknown transports are left out.</summary>
    public IReadOnlyList<Multiaddr>? ListenAddresses { get; init; }

    /// <summary>What it accepts streams for.</summary>
    public IReadOnlyList<string>? Protocols { get; init; }

    /// <summary>Where it sees us.</summary>
    public Multiaddr? ObservedAddress { get; init; }

    /// <summary>Family of networks, for example <c>ipfs/0.1.0</c>.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Name and version of its software.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Its signed peer record, an envelope, not checked.</summary>
    public ReadOnlyMemory<byte>? SignedPeerRecord { get; init; }

    /// <summary>The message without its length.</summary>
    /// <returns>The bytes, in ascending order of fields.</returns>
    public byte[] Encode()
    {
        var writer = new ProtoWriter();
        if (Peer is { } peer) writer.Bytes(1, KeyMessages.EncodePublic(peer));
        foreach (var address in ListenAddresses ?? []) writer.Bytes(2, address.Bytes.Span);
        foreach (var protocol in Protocols ?? []) writer.Text(3, protocol);
        if (ObservedAddress is not null) writer.Bytes(4, ObservedAddress.Bytes.Span);
        writer.Text(5, ProtocolVersion ?? "").Text(6, AgentVersion ?? "");
        if (SignedPeerRecord is { } record) writer.Bytes(8, record.Span);
        return writer.ToArray();
    }

    /// <summary>Reads a message and merges it into this one: repeated fields are added, others replaced.</summary>
    /// <param name="bytes">A stranger's bytes without their length.</param>
    /// <returns>The merged message.</returns>
    /// <exception cref="WireException">Malformed or beyond a bound.</exception>
    public IdentifyMessage Merge(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength) throw new WireException("identify", $"{bytes.Length} bytes, limit {MaxLength}");
        var merged = this;
        var addresses = new List<Multiaddr>(ListenAddresses ?? []);
        var protocols = new List<string>(Protocols ?? []);
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: merged = merged with { Peer = KeyMessages.DecodePublic(reader.Bytes("publicKey", KeyMessages.PublicLength)) }; break;
                case 2: Add(addresses, MaxAddresses, Address(reader.Bytes("listenAddrs", Multiaddr.MaxLength))); break;
                case 3: Add(protocols, MaxProtocols, Text(ref reader, "protocols")); break;
                case 4: merged = merged with { ObservedAddress = Address(reader.Bytes("observedAddr", Multiaddr.MaxLength)) }; break;
                case 5: merged = merged with { ProtocolVersion = Text(ref reader, "protocolVersion") }; break;
                case 6: merged = merged with { AgentVersion = Text(ref reader, "agentVersion") }; break;
                case 8: merged = merged with { SignedPeerRecord = reader.Bytes("signedPeerRecord", MaxLength).ToArray() }; break;
                default: reader.Skip(); break;
            }
        }

        return merged with
        {
            ListenAddresses = addresses.Count == 0 ? merged.ListenAddresses : addresses,
            Protocols = protocols.Count == 0 ? merged.Protocols : protocols,
        };
    }

    private static void Add<T>(List<T> list, int most, T? item)
    {
        if (item is not null && list.Count < most) list.Add(item);
    }

    private static string Text(ref ProtoReader reader, string name) => Encoding.UTF8.GetString(reader.Bytes(name, MaxText));

    private static Multiaddr? Address(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Multiaddr.Decode(bytes);
        }
        catch (WireException)
        {
            return null;
        }
    }
}
