// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Commits to the right output, but what lies under its name opens to nothing.</summary>
internal sealed record GarbageAdversary : Adversary
{
    /// <summary>Of how many tasks, millionths.</summary>
    public int SharePpm { get; init; } = 333_333;

    public override string Kind => "garbage";

    public override string Act => "commits to the right output, but the bytes under its name open to nothing, for a share of its tasks";

    public override Adversary Read(YamlMap map) => this with { SharePpm = map.Share("share", SharePpm) };

    public override INodeMachine Dress(Part part) => new Machine(part, SharePpm);

    private sealed class Machine(Part part, int sharePpm) : MachineWrapper(part.Honest())
    {
        protected override NodeEvent In(NodeEvent e)
        {
            if (e is not TaskRan { Run.Role: RunRole.Work, Result.Blob: { } blob } ran) return e;
            if (!part.Happens(sharePpm, "garbage", ran.Run.LeaseId, ran.Result.Task)) return e;
            part.Site.Shelf.Put(blob, garbage: true);
            part.Plant(ran);
            return e;
        }
    }
}
