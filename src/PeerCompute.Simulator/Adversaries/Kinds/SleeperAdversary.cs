// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Honest until a time has passed and it has run so many leases in its life, then it lies.</summary>
internal sealed record SleeperAdversary : Adversary
{
    /// <summary>From when on it lies, microseconds from the run's beginning.</summary>
    public long AfterMicros { get; init; } = 300 * ScenarioReader.Second;

    /// <summary>Leases that it runs honestly at least.</summary>
    public int Leases { get; init; }

    /// <summary>Of how many tasks it lies then, millionths.</summary>
    public int SharePpm { get; init; } = All;

    public override string Kind => "sleeper";

    public override string Act => "is honest until a time has passed and it has run so many leases, then lies";

    public override Adversary Read(YamlMap map) => this with
    {
        AfterMicros = map.Time("after", AfterMicros, 0, 30 * ScenarioReader.Day),
        Leases = map.Count("leases", Leases, 0, 1_000_000),
        SharePpm = map.Share("share", SharePpm),
    };

    public override INodeMachine Dress(Part part) => new Machine(part, this);

    private sealed class Machine(Part part, SleeperAdversary plan) : MachineWrapper(part.Honest())
    {
        private int _ran;

        private bool Awake => _ran > plan.Leases && Now.WallMs >= VirtualClock.WallStartMs + (plan.AfterMicros / 1000);

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is StartRun { Run.Role: RunRole.Work }) _ran++;
            return effect;
        }

        protected override NodeEvent In(NodeEvent e)
            => e is TaskRan { Run.Role: RunRole.Work, Result.Blob: not null } ran && Awake
                && part.Happens(plan.SharePpm, "sleeper", ran.Run.LeaseId, ran.Result.Task) ? part.Spoil(ran, Part.Lie(ran)) : e;
    }
}
