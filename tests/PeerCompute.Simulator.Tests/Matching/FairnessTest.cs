// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Matching;

[TestFixture]
internal sealed class FairnessTest
{
    private const long Second = ScenarioReader.Second;

    [Test]
    public void Jain_gini_and_the_top_hundredth_are_what_their_definitions_say()
    {
        Assert.That(Evenness.Jain([1, 1, 1, 1]), Is.EqualTo(1));
        Assert.That(Evenness.Jain([1, 0, 0, 0]), Is.EqualTo(0.25));
        Assert.That(Evenness.Gini([2, 2, 2]), Is.Zero);
        Assert.That(Evenness.Gini([0, 0, 0, 8]), Is.EqualTo(0.75));
        Assert.That(Evenness.Gini([1, 3]), Is.EqualTo(0.25));
        Assert.That(Evenness.TopPercent([.. Enumerable.Repeat(1.0, 199), 101]), Is.EqualTo(102.0 / 300));
    }

    [Test]
    public void Windows_judge_what_workers_were_busy_of_what_they_could_be()
    {
        // Two slots half busy are as much as one slot that is busy for half of the window.
        Lender[] lenders = [Of(0, slots: 2), Of(1, slots: 1), Of(2, slots: 1, up: 15)];
        TaskRun[] runs = [Run(0, 0, 10), Run(1, 0, 5), Run(1, 12, 20)];
        var windows = BusyWindows.Of(lenders, runs.ToLookup(static run => run.Worker), 0, 20 * Second, 10 * Second)!;
        Assert.That(windows.Jain, Is.EqualTo((1 + 0.5) / 2).Within(1e-9), "even in the first window, one of two in the second");
        Assert.That(windows.Unused, Is.EqualTo(0.25), "who is not up for the whole of a window is not looked at");
        Assert.That(windows.MostOverMean, Is.EqualTo(1.5));
        Assert.That(BusyWindows.Of(lenders, runs.ToLookup(static run => run.Worker), 0, 5 * Second, 10 * Second), Is.Null);
    }

    [Test]
    public void Slots_that_are_idle_while_a_task_waits_are_stranded_and_dear_ones_are_regretted()
    {
        Lender[] lenders = [Of(0, slots: 1, price: 100), Of(1, slots: 1, price: 300)];
        JobSpan[] jobs = [new(0, 0, 20 * Second, 2, true)];
        // Both tasks wait for two seconds with both slots idle; then one waits for three more beside one idle slot.
        TaskRun[] runs = [Run(1, 2, 10, 300), Run(0, 5, 9, 100, task: 1)];
        var ledger = SlotLedger.Of(lenders, runs, jobs, 0, 20 * Second);
        Assert.That(ledger.SlotMicros, Is.EqualTo(40 * Second));
        Assert.That(ledger.StrandedMicros, Is.EqualTo(((2 * 2) + 3) * Second));
        Assert.That(ledger.RegretMicro, Is.EqualTo((200 + 0) / 2));
    }

    [Test]
    public void A_task_that_runs_twice_or_after_its_job_ended_hides_no_other_that_waits()
    {
        Lender[] lenders = [Of(0, slots: 1), Of(1, slots: 1), Of(2, slots: 1)];
        JobSpan[] jobs = [new(0, 0, 6 * Second, 2, false), new(1, 8 * Second, 20 * Second, 1, true)];
        // Two replicas of task 0 from 1 s on, while task 1 waits beside an idle slot until its job ends at 6 s; it begins at 7 s all the same.
        TaskRun[] runs = [Run(0, 1, 5), Run(1, 1, 5), Run(2, 7, 9, task: 1), Run(0, 10, 20) with { Job = 1 }];
        var ledger = SlotLedger.Of(lenders, runs, jobs, 0, 20 * Second);
        // Two tasks and three slots for 1 s, one task until 6 s; the other job's task from 8 s until 10 s.
        Assert.That(ledger.StrandedMicros, Is.EqualTo(((2 * 1) + 5 + 2) * Second));
    }

    [Test]
    public void Lives_of_lenders_are_those_of_the_scenario()
    {
        var scenario = Lab.Parse("duration: 10m\nnodes:\n  - { class: laptop, count: 3, churn: { up: 60s, down: 30s } }\n"
            + "  - { class: dear, count: 1, price: 5000 }\n  - { class: client, role: client }\njobs: { count: 1, ceiling: 4000 }\n");
        var lenders = Lender.Of(scenario, 1);
        Assert.That(lenders.Select(static l => l.Index), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(lenders.All(static l => l.Up.Length > 1 && l.Up[^1].To == long.MaxValue));
        Assert.That(lenders.SelectMany(static l => l.Up).All(static life => life.From < life.To));
    }

    private static Lender Of(int index, int slots, ulong price = 1000, long up = 0)
        => new(index, new NodeClass { Name = "worker", Count = 1, Slots = slots, PriceMicro = price }, [(up * Second, long.MaxValue)]);

    private static TaskRun Run(int worker, long from, long to, ulong price = 1000, int task = 0) => new(0, task, worker, from * Second, to * Second, price);
}
