// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Reality;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Reality;

[TestFixture]
internal sealed class PacedMachineTest
{
    private static readonly RunKey Key = new(default, RunRole.Work);

    private readonly List<NodeEffect> _effects = [];
    private Told _told = null!;
    private PacedMachine _paced = null!;

    [SetUp]
    public void Make()
    {
        _told = new Told();
        _paced = new PacedMachine(_told, 500); // half as fast as the reference machine
        _effects.Clear();
    }

    [Test]
    public void Tasks_end_one_after_the_other_when_their_time_is_over()
    {
        Start(SimProgram.Args(new Spread(2_000_000, 2_000_000), faulty: false));
        Hear(1_000, new TaskBegan(Key, 0));
        Hear(1_010, Ran(0));
        Hear(1_020, new TaskBegan(Key, 1));
        Hear(1_030, Ran(1));
        Assert.That(_told.Words, Is.EqualTo(new[] { "Tick", "TaskBegan" }));
        Assert.That(_paced.NextWake, Is.EqualTo(new Instant(5_000_000)), "cost 2 s at half the speed, behind second 1");
        Hear(4_999, new Tick());
        Assert.That(_told.Words, Is.EqualTo(new[] { "Tick", "TaskBegan", "Tick" }));
        Hear(5_002, new Tick());
        Assert.That(_told.Words, Is.EqualTo(new[] { "Tick", "TaskBegan", "Tick", "TaskRan", "TaskBegan", "Tick" }));
        Assert.That(_paced.NextWake, Is.EqualTo(new Instant(9_000_000)), "no time is lost by a late tick");
        Hear(9_000, new Tick());
        Assert.That(_told.Words[6..], Is.EqualTo(new[] { "TaskRan", "Tick" }));
        Assert.That(_paced.NextWake, Is.EqualTo(Instant.Never));
    }

    [Test]
    public void A_run_that_is_stopped_says_no_more()
    {
        Start(SimProgram.Args(new Spread(2_000_000, 2_000_000), faulty: false));
        Hear(1_000, new TaskBegan(Key, 0));
        Hear(1_010, Ran(0));
        _told.Wants = new StopRun(Key);
        Hear(1_020, new Tick());
        Hear(9_000, new Tick());
        Assert.That(_told.Words, Has.None.EqualTo("TaskRan"));
    }

    [Test]
    public void Other_programs_go_on_as_they_are()
    {
        Start(["--fast"]);
        Hear(1_000, new TaskBegan(Key, 0));
        Hear(1_010, Ran(0));
        Assert.That(_told.Words, Is.EqualTo(new[] { "Tick", "TaskBegan", "TaskRan" }));
    }

    private static TaskRan Ran(uint task) => new(Key, new TaskResult(task, default, null, 1, 1, 1, ""));

    private void Start(ImmutableArray<string> args)
    {
        var plan = new JobPlan { Count = 1, Tasks = new Spread(2, 2) };
        var spec = new JobMaker(1, plan, []).Spec(0) with { Args = args };
        _told.Wants = new StartRun(Key, spec, [0, 1], ReadOnlyMemory<byte>.Empty);
        Hear(0, new Tick());
    }

    private void Hear(long millis, NodeEvent e) => _paced.Handle(e, new NodeTime(new Instant(millis * 1000), 0, 0), _effects);

    /// <summary>A machine that notes what it is told, and wants one thing once.</summary>
    private sealed class Told : INodeMachine
    {
        public List<string> Words { get; } = [];

        public NodeEffect? Wants { get; set; }

        public Instant NextWake => Instant.Never;

        public void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
        {
            Words.Add(e.GetType().Name);
            if (Wants is { } wanted) effects.Add(wanted);
            Wants = null;
        }

        public void Restore(JournalEntry entry) => throw new NotSupportedException();

        public IReadOnlyList<JobView> Jobs() => [];

        public JobView? Job(Hash32 jobId) => null;

        public IReadOnlyList<LeaseView> Work() => [];

        public MeshView Mesh() => throw new NotSupportedException();

        public JobExplanation? Explain(Hash32 jobId) => null;
    }
}
