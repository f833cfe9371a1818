// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Runs nothing: waits for somebody's word of what came out of a task and hands that in, or a guess where none came. It hears what its own leases are told,
/// verdicts on outputs that it guessed before among them. It has an output's hash then, not its bytes. Only what it copied counts as done.
/// </summary>
internal sealed record CopierAdversary : Adversary
{
    /// <summary>Outputs remembered; the oldest is forgotten.</summary>
    private const int HeardMost = 4096;

    /// <summary>How long it waits for somebody's word, microseconds.</summary>
    public long WaitMicros { get; init; } = 5 * ScenarioReader.Second;

    public override string Kind => "copier";

    public override string Act => "runs nothing, waits for a word of another's output and hands that in, or a guess where none comes";

    public override Adversary Read(YamlMap map) => this with { WaitMicros = map.Time("wait", WaitMicros, 1000, ScenarioReader.Day) };

    public override INodeMachine Dress(Part part) => new Machine(part, TimeSpan.FromMicroseconds(WaitMicros));

    private sealed class Machine(Part part, TimeSpan wait) : MachineWrapper(part.Honest())
    {
        private readonly OrderedMap<Hash32, Hash32> _jobs = new(HeardMost);
        private readonly OrderedMap<(Hash32 Job, uint Task), Hash32> _heard = new(HeardMost);

        protected override NodeEvent In(NodeEvent e)
        {
            foreach (var item in e is EntriesCame came ? came.Message.Items : [])
            {
                if (item.Entry.Body is Award award) Put(_jobs, award.Lease.Id, award.Lease.JobId);
                if (item.Entry.Body is not Verdict verdict || !_jobs.TryGetValue(item.Entry.Header.Context, out var job)) continue;
                foreach (var finding in verdict.Tasks)
                {
                    if (!finding.Recomputed.IsZero) Put(_heard, (job, finding.Task), finding.Recomputed);
                }
            }

            return e;
        }

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not StartRun { Run.Role: RunRole.Work } start) return effect;
            foreach (var task in start.Tasks) Later(wait, () => HandIn(start, task));
            return null;
        }

        private static void Put<TKey>(OrderedMap<TKey, Hash32> map, TKey key, Hash32 value)
            where TKey : notnull
        {
            if (map.IsFull && !map.ContainsKey(key)) map.Remove(map.First.Key);
            map[key] = value;
        }

        private void HandIn(StartRun start, uint task)
        {
            var heard = _jobs.TryGetValue(start.Run.LeaseId, out var job) & _heard.TryGetValue((job, task), out var output);
            var ran = LazyAdversary.Unrun(start, task, heard ? output : Hash32.Of("a guess"u8));
            if (heard) part.Did();
            part.Site.Shelf.Put(ran.Result.Blob!, garbage: heard);
            part.Plant(ran, isDeed: false);
            Tell(new TaskBegan(start.Run, task));
            Tell(ran);
        }
    }
}
