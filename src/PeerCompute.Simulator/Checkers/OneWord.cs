// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Checkers;

/// <summary>Nobody honest signs two bodies for one (signer, incarnation, lease, sequence), and no message of an honest node is refused.</summary>
internal sealed class OneWord(Simulation world, Cast cast) : Observer
{
    private readonly Dictionary<(int Node, Incarnation Life, Hash32 Lease, ulong Sequence), Hash32> _said = [];

    public override void Said(SimNode node, Say say)
    {
        if (say.Message is not EntriesMessage entries || !cast.IsHonest(node.Index)) return;
        foreach (var item in entries.Items)
        {
            if (item.Envelope.Signer != node.Signer.PeerId) continue;
            var header = item.Entry.Header;
            var key = (node.Index, header.Incarnation, entries.LeaseId, header.Sequence);
            if (!_said.TryAdd(key, item.Hash) && _said[key] != item.Hash)
                world.Violate("equivocation", $"node {node.Index} signed two entries {header.Sequence} of lease {entries.LeaseId.Short()} in one life");
        }
    }

    public override void Refused(SimNode node, int from, PeerMessage message, WireException why)
    {
        if (cast.IsHonest(from)) world.Violate("messages", $"node {node.Index} refused {message.GetType().Name} of node {from}: {why.Message}");
    }
}
