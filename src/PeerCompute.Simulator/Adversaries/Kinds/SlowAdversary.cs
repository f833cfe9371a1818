// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Takes many times as long for each task as its class says; what it hands in is right. Counted are tasks.</summary>
internal sealed record SlowAdversary : Adversary
{
    private const int RunsMost = 1024;

    /// <summary>How many times as long.</summary>
    public int Times { get; init; } = 10;

    public override string Kind => "slow";

    public override string Act => "takes many times as long for each task, and does it right";

    public override Adversary Read(YamlMap map) => this with { Times = map.Count("times", Times, 2, 1000) };

    public override INodeMachine Dress(Part part) => new Machine(part.Honest(), part, Times, isDeed: true);

    /// <summary>Results come later, one after the other as the tasks of a run do.</summary>
    internal sealed class Machine(INodeMachine honest, Part part, int times, bool isDeed) : MachineWrapper(honest)
    {
        private readonly OrderedMap<RunKey, Instant> _until = new(RunsMost);

        protected override NodeEvent? In(NodeEvent e)
        {
            switch (e)
            {
                case TaskRan { Run.Role: RunRole.Work } ran:
                    if (isDeed) part.Did();
                    var real = ran.Result.RunMs * (ulong)times;
                    Delay(ran.Run, TimeSpan.FromMilliseconds(real - ran.Result.RunMs), ran with { Result = ran.Result with { RunMs = real } });
                    return null;
                case TaskBegan { Run.Role: RunRole.Work } began:
                    Delay(began.Run, TimeSpan.Zero, began);
                    return null;
                case RunBroke { Run.Role: RunRole.Work } broke:
                    Delay(broke.Run, TimeSpan.Zero, broke);
                    return null;
                default:
                    return e;
            }
        }

        private void Delay(RunKey run, TimeSpan longer, NodeEvent e)
        {
            var busy = _until.TryGetValue(run, out var until) && until > Now.Mono ? until : Now.Mono;
            if (_until.IsFull && !_until.ContainsKey(run)) _until.Remove(_until.First.Key);
            _until[run] = busy + longer;
            Later(_until[run] - Now.Mono, () => Tell(e));
        }
    }
}
