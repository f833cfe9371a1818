// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Does all work, and says of some tasks that something else came out, with a blob that matches: only another's execution can tell.</summary>
internal sealed record LiarAdversary : Adversary
{
    /// <summary>Of how many tasks it lies, millionths.</summary>
    public int SharePpm { get; init; } = 333_333;

    public override string Kind => "liar";

    public override string Act => "hands in a made-up output for a share of its tasks, with a blob that matches the lie";

    public override Adversary Read(YamlMap map) => this with { SharePpm = map.Share("share", SharePpm) };

    public override INodeMachine Dress(Part part) => new Machine(part, SharePpm);

    private sealed class Machine(Part part, int sharePpm) : MachineWrapper(part.Honest())
    {
        protected override NodeEvent In(NodeEvent e)
            => e is TaskRan { Run.Role: RunRole.Work, Result.Blob: not null } ran && part.Happens(sharePpm, "lie", ran.Run.LeaseId, ran.Result.Task)
                ? part.Spoil(ran, Part.Lie(ran)) : e;
    }
}
