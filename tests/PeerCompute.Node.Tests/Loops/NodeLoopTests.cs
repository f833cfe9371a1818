// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Node.Journals;
using PeerCompute.Node.Loops;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Loops;

[TestFixture]
internal sealed class NodeLoopTests
{
    private static readonly Keep Kept = new(new OutputsKept(Hash32.Of([1]), []));

    private readonly RunKey _key = new(Hash32.Of([2]), RunRole.Work);
    private FakeMachine _machine = null!;
    private SlowJournal _journal = null!;
    private RecordedEffects _effects = null!;
    private NodeLoop _loop = null!;

    [SetUp]
    public void Make()
    {
        (_machine, _journal, _effects) = (new FakeMachine(), new SlowJournal(), new RecordedEffects());
        _loop = new NodeLoop(_machine, _journal, new NodeClock(TimeProvider.System), static _ => { });
    }

    [TearDown]
    public ValueTask End() => _loop.DisposeAsync();

    [Test]
    public async Task A_binding_effect_leaves_only_when_every_entry_before_it_is_durable()
    {
        await Handle(Kept, Promise("a"), Kept, Promise("b"), new Note("free"));
        Assert.That(_effects.Notes, Is.EqualTo(new[] { "free" }));
        _journal.Flush(1);
        Assert.That(_effects.Notes, Is.EqualTo(new[] { "free", "a" }));
        _journal.Flush(2);
        Assert.That(_effects.Notes, Is.EqualTo(new[] { "free", "a", "b" }));
    }

    [Test]
    public async Task Binding_effects_of_later_events_stay_behind_earlier_ones()
    {
        await Handle(Kept, Promise("a"));
        await Handle(Promise("b"));
        await Handle(Kept, Promise("c"));
        Assert.That(_effects.Notes, Is.Empty);
        _journal.Flush(1);
        Assert.That(_effects.Notes, Is.EqualTo(new[] { "a", "b" }));
        _journal.Flush(2);
        Assert.That(_effects.Notes, Is.EqualTo(new[] { "a", "b", "c" }));
        await Handle(Promise("d"));
        Assert.That(_effects.Notes.Last(), Is.EqualTo("d"), "nothing is waited for when all is durable");
    }

    [Test]
    public async Task A_settled_event_is_durable()
    {
        _machine.OnEvent = static _ => [Kept];
        Start();
        var settled = _loop.SettleAsync(new Tick());
        await _loop.AskAsync(static _ => 0);
        _journal.Flush(1);
        Assert.That(settled.IsCompleted, Is.False);
        _journal.Flush(2);
        await settled;
    }

    [Test]
    public async Task While_too_many_entries_wait_for_the_disk_no_event_is_taken()
    {
        _machine.OnEvent = static e => e is NodeStarted ? Enumerable.Repeat<NodeEffect>(Kept, Journal.PendingMost) : [];
        Start();
        var asked = _loop.AskAsync(static _ => 1);
        await Task.Delay(50);
        Assert.That(asked.IsCompleted, Is.False);
        _journal.Flush(_journal.Last);
        Assert.That(await asked, Is.EqualTo(1));
    }

    [Test]
    public async Task Who_posts_into_a_full_queue_waits()
    {
        using var gate = new ManualResetEventSlim();
        _machine.OnEvent = e =>
        {
            if (e is NodeStarted) gate.Wait();
            return [];
        };
        Start();
        for (var i = 0; i < NodeLoop.EventsMost; i++) await _loop.PostAsync(new Tick());
        var one = _loop.PostAsync(new PeerUp(PeerId.None)).AsTask();
        Assert.That(one.IsCompleted, Is.False);
        gate.Set();
        await one;
        await _loop.AskAsync(static _ => 0);
        Assert.That(_machine.Seen[^1], Is.InstanceOf<PeerUp>());
    }

    [Test]
    public async Task The_machine_is_woken_when_it_wants_to_be()
    {
        var woken = new TaskCompletionSource();
        _machine.OnEvent = e =>
        {
            if (e is NodeStarted) _machine.NextWake = new Instant(1);
            if (e is not Tick) return [];
            _machine.NextWake = Instant.Never;
            woken.TrySetResult();
            return [];
        };
        Start();
        await woken.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Time_never_runs_backwards()
    {
        Start();
        for (var i = 0; i < 1000; i++) await _loop.PostAsync(new Tick());
        await _loop.AskAsync(static _ => 0);
        Assert.That(_machine.Times.Select(static t => t.Mono), Is.Ordered);
    }

    [Test]
    public async Task A_run_that_waits_for_the_journal_can_be_stopped_and_never_starts()
    {
        await Handle(Kept, Run());
        await Handle(new StopRun(_key));
        _journal.Flush(1);
        Assert.That(_effects.Done, Is.Empty);
    }

    [Test]
    public async Task A_stopped_run_tells_nothing_more()
    {
        var (begun, stop) = (new TaskCompletionSource(), CancellationToken.None);
        _effects.OnEffect = (_, token) =>
        {
            stop = token;
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, token).ContinueWith(static _ => { }, TaskScheduler.Default);
        };
        await Handle(Run());
        await begun.Task;
        using var gate = new ManualResetEventSlim();
        var blocked = _loop.AskAsync(_ => { gate.Wait(); return 0; });
        _machine.OnEvent = e => e is CancelJob ? [new StopRun(_key)] : [];
        await _loop.PostAsync(new CancelJob(default));
        await _loop.PostAsync(new TaskBegan(_key, 0), stop);
        gate.Set();
        await blocked;
        await _loop.AskAsync(static _ => 0);
        Assert.That(stop.IsCancellationRequested);
        Assert.That(_machine.Seen.OfType<TaskBegan>(), Is.Empty);
    }

    [Test]
    public async Task A_bug_of_the_machine_ends_the_node_with_exit_code_70()
    {
        _machine.OnEvent = static e => e is Tick ? throw Base.Checks.Invariant.Unreachable("a test") : [];
        Start();
        await _loop.PostAsync(new Tick());
        var end = await _loop.Completion;
        Assert.That((int)end!.Code, Is.EqualTo(70));
        Assert.ThrowsAsync<PeerComputeException>(() => _loop.AskAsync(static _ => 0));
    }

    [Test]
    public async Task A_broken_disk_ends_the_node_and_no_promise_leaves()
    {
        await Handle(Kept, Promise("a"));
        var waiting = _loop.SettleAsync(new Tick());
        _journal.Break(new PeerComputeException(ErrorCode.Host, "the disk is full"));
        Assert.That((await _loop.Completion)!.Code, Is.EqualTo(ErrorCode.Host));
        Assert.ThrowsAsync<PeerComputeException>(() => waiting);
        await _loop.PostAsync(new Tick());
        Assert.That(_effects.Notes, Is.Empty);
    }

    [Test]
    public async Task A_watcher_sees_the_first_view_and_the_last_and_then_the_end()
    {
        var jobId = Hash32.Of([3]);
        var state = JobState.Offered;
        _machine.View = id => id == jobId ? View(jobId, state) : null;
        _machine.OnEvent = e =>
        {
            if (e is Tick && state < JobState.Accepted) state++;
            return [new JobChanged(jobId)];
        };
        Start();
        var seen = new List<JobState>();
        await foreach (var view in _loop.WatchAsync(jobId))
        {
            seen.Add(view.State);
            await _loop.PostAsync(new Tick());
        }

        Assert.That(seen[0], Is.EqualTo(JobState.Offered));
        Assert.That(seen[^1], Is.EqualTo(JobState.Accepted));
    }

    [Test]
    public void Watching_a_job_that_is_not_there_says_so()
    {
        Start();
        var refused = Assert.ThrowsAsync<PeerComputeException>(async () => await _loop.WatchAsync(Hash32.Of([3])).GetAsyncEnumerator().MoveNextAsync());
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotFound));
    }

    private static JobView View(Hash32 jobId, JobState state) => new(jobId, null!, state, "", 0, 0, [], [], 0);

    private static IssueReceipt Promise(string text) => new(default, System.Text.Encoding.UTF8.GetBytes(text));

    private StartRun Run() => new(_key, null!, ImmutableArray<uint>.Empty, default);

    private void Start() => _loop.Start(new NodeStarted(new Incarnation(1, 2)), _effects);

    /// <summary>Lets the machine answer one event with these effects, and waits until they were dispatched.</summary>
    private async Task Handle(params NodeEffect[] effects)
    {
        if (_machine.Seen.Count == 0) Start();
        _machine.OnEvent = e => e is Tick ? effects : [];
        await _loop.PostAsync(new Tick());
        await _loop.AskAsync(static _ => 0);
    }
}
