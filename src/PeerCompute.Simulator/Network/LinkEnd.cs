// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Mesh;

namespace PeerCompute.Simulator.Network;

/// <summary>
/// One end of a connection, as its owner knows it. Only events of the owner change it: what the other side does arrives as an event, later.
/// </summary>
/// <param name="owner">Whose end it is.</param>
/// <param name="life">The owner's life.</param>
/// <param name="peer">Who is at the other end.</param>
/// <param name="epoch">Number of the connection, alike at both ends and unique in the run.</param>
/// <param name="dialler">Whether the owner dialled.</param>
/// <param name="latencyMicros">One way.</param>
internal sealed class LinkEnd(int owner, int life, int peer, long epoch, bool dialler, long latencyMicros)
{
    public int Owner { get; } = owner;

    public int Life { get; } = life;

    public int Peer { get; } = peer;

    public long Epoch { get; } = epoch;

    public bool Dialler { get; } = dialler;

    public long LatencyMicros { get; } = latencyMicros;

    /// <summary>False once it is broken, though the owner's machine may not know it yet: nothing goes in or out.</summary>
    public bool Open { get; set; } = true;

    /// <summary>Whether the owner's machine was told that it is there.</summary>
    public bool Up { get; set; }

    /// <summary>Whether the owner knows what the other side is, and gossips with it.</summary>
    public bool Met { get; set; }

    /// <summary>Whether the owner's machine asked for it, and so waits for an answer.</summary>
    public bool Wanted { get; set; }

    /// <summary>When the last that the owner sent arrives: all streams of a connection are one flow of TCP, which keeps its order.</summary>
    public long Until { get; set; }

    /// <summary>When the owner's gossip stream is agreed on: two ways behind the peer's identify. What is gossiped before waits.</summary>
    public long GossipFrom { get; set; }

    /// <summary>Questions that wait until it is up.</summary>
    public List<Question>? Waiting { get; set; }
}
