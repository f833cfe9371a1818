// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Hands in a made-up output for some of its tasks: only another's execution can tell.</summary>
/// <param name="honest">The machine that it hides behind.</param>
/// <param name="lie">The made-up output of a task, or null where it tells the truth.</param>
internal sealed class LyingWorker(INodeMachine honest, Func<TaskRan, BlobRef?> lie) : MachineWrapper(honest)
{
    protected override NodeEvent In(NodeEvent e) => e is TaskRan { Run.Role: RunRole.Work, Result.Blob: not null } ran && lie(ran) is { } forged
        ? ran with { Result = ran.Result with { OutputHash = forged.Plain, Blob = forged } }
        : e;
}
