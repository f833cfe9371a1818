// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Simulator.Chance;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Who is who in an overlay of routers.</summary>
/// <param name="Ids">Of the routers, then of strangers.</param>
/// <param name="Keys">Of those that publish; who never signs needs no key, any 32 bytes will do for an id.</param>
/// <param name="Publishers">Who publishes.</param>
/// <param name="Silent">Who passes nothing on.</param>
internal sealed record GossipCast(PeerId[] Ids, KeyPair?[] Keys, int[] Publishers, bool[] Silent)
{
    /// <summary>Draws them.</summary>
    public static GossipCast Of(GossipPlan plan, int nodes, ulong seed)
    {
        var all = Enumerable.Range(0, nodes).ToArray();
        if (plan.Topology.Kind is not TopologyKind.Line and not TopologyKind.Star) Draw.Stream(seed, "publishers").Shuffle<int>(all);
        var publishers = all[..plan.Messages.Publishers];
        var others = all[plan.Messages.Publishers..];
        Draw.Stream(seed, "silent").Shuffle<int>(others);
        var silent = new bool[nodes];
        foreach (var node in others.Take((int)((long)nodes * plan.SilentPpm / 1_000_000))) silent[node] = true;
        var keys = new KeyPair?[nodes];
        foreach (var node in publishers) keys[node] = KeyPair.FromSeed(Draw.Bytes(seed, "key", (ulong)node).ToArray());
        var ids = new PeerId[nodes + (nodes * (plan.Sybils?.PerNode ?? 0))];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = i < nodes && keys[i] is { } key ? key.PeerId : PeerId.FromPublicKey(Draw.Bytes(seed, "id", (ulong)i).ToArray());
        return new GossipCast(ids, keys, publishers, silent);
    }
}
