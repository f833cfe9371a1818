// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reality;

/// <summary>One moment of a run of real processes, added up over all of them.</summary>
/// <param name="AtMicros">When.</param>
/// <param name="NodesUp">Processes that run.</param>
/// <param name="Links">Connections, each counted once.</param>
/// <param name="JobsKnown">Jobs handed in.</param>
/// <param name="JobsEnded">Jobs that have ended.</param>
/// <param name="TasksAccepted">Tasks accepted.</param>
/// <param name="Leases">Leases awarded.</param>
/// <param name="Sent">What was sent so far.</param>
public sealed record RealSample(long AtMicros, int NodesUp, int Links, int JobsKnown, int JobsEnded, int TasksAccepted, int Leases, RealTraffic Sent);

/// <summary>What nodes sent, as their daemons count it.</summary>
/// <param name="Messages">By what they are for.</param>
/// <param name="Taken">Messages of the market that arrived.</param>
/// <param name="MessageBytes">Bytes of messages of the market.</param>
/// <param name="BlobBytes">Bytes of blobs.</param>
/// <param name="SocketBytes">All bytes of connections, encrypted, without handshakes and TCP's own.</param>
public readonly record struct RealTraffic(Traffic Messages, long Taken, long MessageBytes, long BlobBytes, long SocketBytes)
{
    /// <summary>The sum of two.</summary>
    /// <param name="other">The other.</param>
    public RealTraffic Plus(RealTraffic other) => new(
        new Traffic(
            Messages.Gossip + other.Messages.Gossip, Messages.Dht + other.Messages.Dht, Messages.Adverts + other.Messages.Adverts,
            Messages.Market + other.Messages.Market, Messages.Dials + other.Messages.Dials),
        Taken + other.Taken, MessageBytes + other.MessageBytes, BlobBytes + other.BlobBytes, SocketBytes + other.SocketBytes);
}
