// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Checkers;

/// <summary>Watches a run; tells <see cref="Simulation.Violate"/> when a rule is broken. Changes nothing.</summary>
internal abstract class Observer
{
    /// <summary>A node began a life; its journal is what survived.</summary>
    public virtual void Started(SimNode node)
    {
    }

    /// <summary>An entry became durable.</summary>
    public virtual void Durable(SimNode node, JournalEntry entry)
    {
    }

    /// <summary>The disk of a node that dies lost an entry that was durable.</summary>
    public virtual void Lost(SimNode node, JournalEntry entry)
    {
    }

    /// <summary>A message left a node; it may still be lost.</summary>
    public virtual void Said(SimNode node, Say say)
    {
    }

    /// <summary>A message was refused at the edge.</summary>
    public virtual void Refused(SimNode node, int from, PeerMessage message, WireException why)
    {
    }

    /// <summary>Gossip arrived at a node while the network is calm.</summary>
    public virtual void Heard(SimNode node, GossipRpc rpc)
    {
    }

    /// <summary>Metrics are taken.</summary>
    public virtual void Sampled()
    {
    }

    /// <summary>A sandboxed child did a task, which it began at a moment of the run; it stands at the next one now.</summary>
    public virtual void Ran(SimNode node, SimSandbox.Run run, long from)
    {
    }

    /// <summary>A receipt was handed over.</summary>
    public virtual void Issued(SimNode node, IssueReceipt receipt)
    {
    }

    /// <summary>The run is over.</summary>
    public virtual void Ended()
    {
    }
}
