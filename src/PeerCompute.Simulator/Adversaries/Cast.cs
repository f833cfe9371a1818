// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Who plays which part: adversaries are drawn from the workers by the seed and wrap honest machines.</summary>
internal sealed class Cast
{
    private readonly string[] _parts;

    public Cast(Scenario scenario, ulong seed)
    {
        _parts = new string[scenario.NodeCount];
        Array.Fill(_parts, "");
        List<int> workers = [];
        var index = 0;
        foreach (var kind in scenario.Nodes)
        {
            for (var i = 0; i < kind.Count; i++, index++)
            {
                if (kind.Worker) workers.Add(index);
            }
        }

        var order = workers.ToArray();
        Draw.Stream(seed, "cast").Shuffle<int>(order);
        var at = 0;
        foreach (var plan in scenario.Adversaries)
        {
            for (var i = 0; i < plan.Count; i++) _parts[order[at++]] = plan.Kind;
        }
    }

    /// <summary>Kinds that a scenario may name.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["liar", "garbage", "silent", "withholder"];

    /// <summary>What the adversaries did, for the report alone; nobody in the run reads it.</summary>
    public PlantedLies Planted { get; } = new();

    /// <summary>The part of a node; empty for an honest one.</summary>
    public string Of(int index) => _parts[index];

    /// <summary>The machine of a node: the honest one, wrapped where it plays a part.</summary>
    public INodeMachine Dress(MachineSite site, INodeMachine honest) => _parts[site.Index] switch
    {
        "liar" => new LyingWorker(honest, new SimulatedLies(site, Planted).Tell),
        "garbage" => new GarbageWorker(honest, site, Planted),
        "silent" => new SilentWorker(honest),
        "withholder" => new CommitWithholder(honest),
        _ => honest,
    };
}
