// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>
/// Who plays which part: adversaries are drawn by the seed and wrap honest machines. Who is in a gang follows from scenario and seed alone and never
/// changes, and each node counts for itself: lanes need not wait for each other.
/// </summary>
internal sealed class Cast
{
    private readonly ulong _seed;
    private readonly AdversaryPlan?[] _parts;
    private readonly Dictionary<AdversaryPlan, ImmutableArray<int>> _gangs = [];
    private readonly long[] _done;
    private readonly int[] _judged;
    private readonly int[] _found;

    public Cast(Scenario scenario, ulong seed)
    {
        _seed = seed;
        _parts = new AdversaryPlan?[scenario.NodeCount];
        _done = new long[_parts.Length];
        _judged = new int[_parts.Length];
        _found = new int[_parts.Length];
        // Who may be anybody is drawn last: the others would not find enough.
        foreach (var from in new[] { Players.Workers, Players.Clients, Players.Any })
        {
            var order = Able(scenario, from);
            Draw.Stream(seed, from == Players.Workers ? "cast" : $"cast {from}").Shuffle<int>(order);
            var at = 0;
            foreach (var plan in scenario.Adversaries.Where(plan => plan.Adversary.From == from))
            {
                var gang = ImmutableArray.CreateBuilder<int>();
                for (; gang.Count < plan.Count; at++)
                {
                    if (_parts[order[at]] is not null) continue;
                    _parts[order[at]] = plan;
                    gang.Add(order[at]);
                }

                _gangs[plan] = gang.ToImmutable();
            }
        }

        FirstClient = Able(scenario, Players.Clients) is [var first, ..] ? first : -1;
    }

    /// <summary>Results that were spoiled, for the report alone; nobody in the run reads it.</summary>
    public PlantedLies Planted { get; } = new();

    /// <summary>The first node that hands jobs in; -1 where there is none.</summary>
    public int FirstClient { get; }

    /// <summary>The part of a node; empty for an honest one.</summary>
    public string Of(int index) => _parts[index]?.Adversary.Kind ?? "";

    /// <summary>Whether a node keeps to the rules; a stranger does not.</summary>
    public bool IsHonest(int index) => index >= 0 && _parts[index] is null;

    /// <summary>The machine of one life of a node: the honest one, wrapped where it plays a part.</summary>
    public INodeMachine Dress(MachineSite site, Func<MachineSite, INodeMachine> honest)
        => _parts[site.Index] is { } plan ? plan.Adversary.Dress(new Part(this, site, honest, _gangs[plan])) : honest(site);

    /// <summary>The name of a node.</summary>
    public PeerId PeerOf(int index) => MachineSite.SignerOf(_seed, index).PeerId;

    /// <summary>A node did what its kind does.</summary>
    public void Did(int index) => _done[index]++;

    /// <summary>How often a node did so.</summary>
    public long Done(int index) => _done[index];

    /// <summary>A spoiled result of a node came to a verdict.</summary>
    public void Judge(int index, bool found)
    {
        _judged[index]++;
        if (found) _found[index]++;
    }

    /// <summary>What each kind did, by name.</summary>
    public ImmutableSortedDictionary<string, Deeds> Account()
    {
        var kinds = new SortedDictionary<string, Deeds>(StringComparer.Ordinal);
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is not { Adversary.Kind: var kind }) continue;
            var sum = kinds.GetValueOrDefault(kind) ?? new Deeds(0, 0, 0, 0, 0);
            kinds[kind] = new Deeds(sum.Nodes + 1, sum.Done + _done[i], sum.Planted, sum.Judged + _judged[i], sum.Found + _found[i]);
        }

        foreach (var lie in Planted.All) kinds[Of(lie.Node)] = kinds[Of(lie.Node)] with { Planted = kinds[Of(lie.Node)].Planted + 1 };
        return kinds.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static int[] Able(Scenario scenario, Players from)
    {
        List<int> able = [];
        var index = 0;
        foreach (var kind in scenario.Nodes)
        {
            var fits = from switch { Players.Workers => kind.Worker, Players.Clients => kind.Client, _ => true };
            for (var i = 0; i < kind.Count; i++, index++)
            {
                if (fits) able.Add(index);
            }
        }

        return [.. able];
    }
}
