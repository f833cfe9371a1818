// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// Bounded queues stay bounded: what each machine says that it holds of what others say is within the bounds that it names. Looked at whenever metrics are
/// taken; in large worlds at so many nodes each time, in turn.
/// </summary>
internal sealed class BoundRules(Simulation world) : Observer
{
    /// <summary>Nodes looked at each time: a look makes a list of some thirty counts.</summary>
    private const int AtATime = 500;

    private readonly HashSet<(int Node, string Name)> _told = [];
    private int _next;

    public override void Sampled()
    {
        for (var i = Math.Min(AtATime, world.Nodes.Length); i > 0; i--)
        {
            Look(world.Nodes[_next]);
            _next = (_next + 1) % world.Nodes.Length;
        }
    }

    private void Look(SimNode node)
    {
        foreach (var (name, count, most) in node.Machine?.Holdings() ?? [])
        {
            if (count > most && _told.Add((node.Index, name))) world.Violate("bounds", $"node {node.Index} holds {count} {name}, at most {most} are allowed");
        }
    }
}
