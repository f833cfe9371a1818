// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Colluders: they lie on the same tasks, and all say the same. What they agreed on follows from the seed; they need not speak in the run.</summary>
internal sealed record RingAdversary : Adversary
{
    private const int RunsMost = 1024;

    /// <summary>On how many tasks they lie, millionths.</summary>
    public int SharePpm { get; init; } = 333_333;

    public override string Kind => "ring";

    public override string Act => "colluders: they lie on the same share of tasks, and name the same made-up output";

    public override Adversary Read(YamlMap map) => this with { SharePpm = map.Share("share", SharePpm) };

    public override INodeMachine Dress(Part part) => new Machine(part.Honest(), part, SharePpm);

    /// <summary>A member's machine.</summary>
    internal sealed class Machine(INodeMachine honest, Part part, int sharePpm) : MachineWrapper(honest)
    {
        private readonly OrderedMap<RunKey, Hash32> _specs = new(RunsMost);

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not StartRun { Run.Role: RunRole.Work } start) return effect;
            if (_specs.IsFull && !_specs.ContainsKey(start.Run)) _specs.Remove(_specs.First.Key);
            _specs[start.Run] = start.Spec.Hash();
            return effect;
        }

        protected override NodeEvent In(NodeEvent e)
        {
            if (e is not TaskRan { Run.Role: RunRole.Work, Result.Blob: not null } ran || !_specs.TryGetValue(ran.Run, out var spec)) return e;
            var task = ran.Result.Task;
            if (Draw.Word(part.Site.Seed, "collusion", Meter.Word(spec), task) % All >= (ulong)sharePpm) return e;
            return part.Spoil(ran, new HashBuilder("peercompute/1/simulated-collusion").Add(spec).Add(task).Hash());
        }
    }
}
