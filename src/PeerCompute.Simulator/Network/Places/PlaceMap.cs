// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>Places of the world and the time between them. Nodes stand on places that the seed draws; several may share one.</summary>
internal abstract class PlaceMap
{
    /// <summary>How many places there are.</summary>
    public abstract int Count { get; }

    /// <summary>Draws the place of a node.</summary>
    /// <param name="chance">The node's own chance.</param>
    public virtual int Draw(Choices chance) => (int)(chance.Next() % (ulong)Count);

    /// <summary>How long a message takes from one place to another, one way, microseconds, at least 1.</summary>
    /// <param name="from">A place.</param>
    /// <param name="to">A place, maybe the same.</param>
    public abstract long Micros(int from, int to);

    /// <summary>What a node at a place sends and receives, bits per second; null where the map does not say.</summary>
    /// <param name="place">The place.</param>
    /// <param name="chance">The node's own chance.</param>
    public virtual (long Up, long Down)? Bits(int place, Choices chance) => null;
}
