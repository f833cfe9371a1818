// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Executors;

namespace PeerCompute.Simulator.Reality;

/// <summary>
/// A machine that hears of the end of a task only when the time of <see cref="SimProgram"/> has passed since its beginning. The child has long ended by
/// then: programs of the sandbox cannot wait, their clock jumps. Runs of other programs go on as they are.
/// </summary>
internal sealed class PacedMachine(INodeMachine inner, int speedPermille) : INodeMachine
{
    private readonly SortedDictionary<string, Paced> _runs = new(StringComparer.Ordinal);
    private readonly List<NodeEffect> _wanted = [];

    public Instant NextWake
    {
        get
        {
            var next = inner.NextWake;
            foreach (var run in _runs.Values)
            {
                if (run.Held.Count > 0 && run.Free < next) next = run.Free;
            }

            return next;
        }
    }

    public void Restore(JournalEntry entry) => inner.Restore(entry);

    public void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        foreach (var run in _runs.Values.ToArray()) Release(run, now, effects);
        if (KeyOf(e) is { } key && _runs.TryGetValue(Name(key), out var paced))
        {
            paced.Held.Enqueue(e);
            Release(paced, now, effects);
        }
        else
        {
            Tell(e, now, effects);
        }
    }

    public IReadOnlyList<JobView> Jobs() => inner.Jobs();

    public JobView? Job(Hash32 jobId) => inner.Job(jobId);

    public IReadOnlyList<LeaseView> Work() => inner.Work();

    public MeshView Mesh() => inner.Mesh();

    public JobExplanation? Explain(Hash32 jobId) => inner.Explain(jobId);

    private static RunKey? KeyOf(NodeEvent e) => e switch
    {
        TaskBegan began => began.Run,
        TaskRan ran => ran.Run,
        RunBroke broke => broke.Run,
        _ => null,
    };

    private static string Name(RunKey run) => string.Create(CultureInfo.InvariantCulture, $"{run.LeaseId} {(int)run.Role}");

    private void Release(Paced run, NodeTime now, List<NodeEffect> effects)
    {
        while (run.Held.TryPeek(out var e) && run.Free <= now.Mono)
        {
            run.Held.Dequeue();
            if (e is TaskBegan began) run.Free = (run.Free.Micros == 0 ? now.Mono : run.Free) + run.CostOf(began.Task, speedPermille);
            if (e is RunBroke || (e is TaskRan && --run.Left == 0)) _runs.Remove(run.Name);
            Tell(e, now, effects);
        }
    }

    private void Tell(NodeEvent e, NodeTime now, List<NodeEffect> effects)
    {
        _wanted.Clear();
        inner.Handle(e, now, _wanted);
        foreach (var effect in _wanted)
        {
            if (effect is StartRun start && SimProgram.IsSimulated(start.Spec)) _runs[Name(start.Run)] = new Paced(start);
            if (effect is StopRun stop) _runs.Remove(Name(stop.Run));
            effects.Add(effect);
        }
    }

    /// <summary>A run that takes its time.</summary>
    private sealed class Paced(StartRun start)
    {
        private readonly Hash32 _spec = start.Spec.Hash();

        public string Name { get; } = PacedMachine.Name(start.Run);

        /// <summary>What its child has said already, in order.</summary>
        public Queue<NodeEvent> Held { get; } = new();

        /// <summary>Tasks that have not ended.</summary>
        public int Left { get; set; } = start.Tasks.Length;

        /// <summary>When the task at hand ends; 0 before the first.</summary>
        public Instant Free { get; set; }

        public TimeSpan CostOf(uint task, int speedPermille)
            => TimeSpan.FromMicroseconds(SimProgram.Run(start.Spec, _spec, task).Micros * 1000 / speedPermille);
    }
}
