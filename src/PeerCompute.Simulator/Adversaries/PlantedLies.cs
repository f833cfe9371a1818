// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>One result that an adversary spoiled.</summary>
internal readonly record struct Lie(int Node, Hash32 LeaseId, uint Task);

/// <summary>Every spoiled result, in order.</summary>
internal sealed class PlantedLies
{
    private readonly List<Lie> _lies = [];
    private readonly HashSet<(Hash32 LeaseId, uint Task)> _index = [];

    public IReadOnlyList<Lie> All => _lies;

    public bool Has(Hash32 leaseId, uint task) => _index.Contains((leaseId, task));

    public void Add(Lie lie)
    {
        if (_index.Add((lie.LeaseId, lie.Task))) _lies.Add(lie);
    }
}
