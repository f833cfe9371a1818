// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Whom adversaries are drawn from.</summary>
internal enum Players
{
    /// <summary>Nodes that take work.</summary>
    Workers,

    /// <summary>Nodes that hand jobs in.</summary>
    Clients,

    /// <summary>All nodes.</summary>
    Any,
}

/// <summary>
/// A kind of adversary, with its parameters: a class of its own with a constructor that takes nothing, found by <see cref="AdversaryKinds"/>. It is one
/// object for all its nodes and all lanes, so it changes nothing in itself; what a node remembers belongs to the machine that it dresses.
/// </summary>
internal abstract record Adversary
{
    /// <summary>Parts of a million.</summary>
    protected const int All = 1_000_000;

    /// <summary>As scenarios name it: a lower-case word.</summary>
    public abstract string Kind { get; }

    /// <summary>What it does, in a line.</summary>
    public abstract string Act { get; }

    /// <summary>Whom it is drawn from.</summary>
    public virtual Players From => Players.Workers;

    /// <summary>Whether there is nothing for it to do without gossip and DHT.</summary>
    public virtual bool NeedsMesh => false;

    /// <summary>Takes its parameters from an item of <c>adversaries</c>; keys that it does not read are refused.</summary>
    public virtual Adversary Read(YamlMap map) => this;

    /// <summary>The machine of one life of a node that plays this part.</summary>
    public abstract INodeMachine Dress(Part part);
}
