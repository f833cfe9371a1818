// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>What an adversary has for one life of one of its nodes.</summary>
/// <param name="cast">Who plays what.</param>
/// <param name="site">What the node's machine is made from.</param>
/// <param name="honest">Makes the honest machine.</param>
/// <param name="gang">All nodes of the same item of the scenario, itself included.</param>
internal sealed class Part(Cast cast, MachineSite site, Func<MachineSite, INodeMachine> honest, ImmutableArray<int> gang)
{
    public MachineSite Site => site;

    /// <summary>All nodes that play the part together, itself included.</summary>
    public ImmutableArray<int> Gang => gang;

    /// <summary>The first node that hands jobs in; -1 where there is none.</summary>
    public int FirstClient => cast.FirstClient;

    /// <summary>How often this node did what its kind does, in all its lives.</summary>
    public long Done => cast.Done(site.Index);

    /// <summary>The honest machine of this life, where it matters with other settings.</summary>
    public INodeMachine Honest(Func<NodeSettings, NodeSettings>? change = null)
        => honest(change is null ? site : site with { Settings = change(site.Settings) });

    /// <summary>The name of any node.</summary>
    public PeerId PeerOf(int index) => cast.PeerOf(index);

    /// <summary>It did what its kind does.</summary>
    public void Did() => cast.Did(site.Index);

    /// <summary>Whether chance says so, for a share in millionths: the same answer for the same purpose, node, lease and task.</summary>
    public bool Happens(int sharePpm, string purpose, Hash32 lease, uint task)
        => Draw.Word(site.Seed, purpose, (ulong)site.Index, Meter.Word(lease) ^ task) % 1_000_000 < (ulong)sharePpm;

    /// <summary>A result with another output, whose blob matches it; noted as spoiled.</summary>
    public TaskRan Spoil(TaskRan ran, Hash32 output)
    {
        var blob = ran.Result.Blob!;
        var forged = SimProgram.Blob(output, blob.Size, blob.Key);
        site.Shelf.Put(forged);
        Plant(ran);
        return ran with { Result = ran.Result with { OutputHash = output, Blob = forged } };
    }

    /// <summary>Notes a result as spoiled.</summary>
    public void Plant(TaskRan ran, bool isDeed = true)
    {
        cast.Planted.Add(new Lie(site.Index, ran.Run.LeaseId, ran.Result.Task));
        if (isDeed) Did();
    }

    /// <summary>A made-up output that nobody else names.</summary>
    public static Hash32 Lie(TaskRan ran) => new HashBuilder("peercompute/1/simulated-lie").Add(ran.Run.LeaseId).Add(ran.Result.Task).Hash();
}
