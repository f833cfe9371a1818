// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Lanes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Lanes;

[TestFixture]
internal sealed class LanesTest
{
    private const string World = """
        start: 10s
        duration: 90s
        settle: 5s
        bootstrap: 4
        nodes:
          - { class: relay, role: relay, count: 4 }
          - { class: worker, count: 50, churn: { share: 30%, up: 40s, down: 10s } }
          - { class: light, role: light, count: 10 }
        """;

    [TestCase("links: { loss: 2000ppm, duplicates: 1000ppm, jitter: 5ms, reset: 2m, partitions: [{ at: 40s, for: 15s, share: 40% }] }")]
    [TestCase("links: { latency: [3ms, 80ms], jitter: 0us }")]
    [TestCase("faults: { partition: 100%, one-way: 100%, clog: 100%, gray: 100%, loss: 100%, reorder: 100%, reset: 100%, crash: 100%, "
        + "unsaid: 100%, clock: 100% }")]
    public void A_run_is_the_same_with_any_number_of_lanes(string links)
    {
        var scenario = Lab.Parse($"{World}\n{links}\n");
        var alone = Run(scenario, 1);
        foreach (var lanes in new[] { 2, 3 })
        {
            var shared = Run(scenario, lanes);
            Assert.That((shared.Result.TraceHash, shared.Result.Events), Is.EqualTo((alone.Result.TraceHash, alone.Result.Events)), $"{lanes} lanes");
            Assert.That(shared.Rows, Is.EqualTo(alone.Rows), $"{lanes} lanes");
        }

        Assert.That(alone.Result.Violations, Is.Empty, Lab.Text(alone.Result));
        Assert.That(alone.Result.Events, Is.GreaterThan(50_000));
    }

    [Test]
    public void Jobs_are_run_in_one_lane()
    {
        Assert.That(
            () => new Experiment(Lab.Read("pair"), 1, SimulatorRun.Honest, lanes: 2),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("jobs runs in one lane"));
    }

    [Test]
    public void What_a_lane_throws_ends_the_run()
    {
        var lanes = new[] { Made(0), Made(1) };
        using var crew = new LaneCrew(lanes, (lane, _) =>
        {
            if (lane.Number == 1) throw new TimeoutException("broken");
        });
        Assert.That(() => crew.Run(10), Throws.TypeOf<TimeoutException>());
    }

    [Test]
    public void An_event_that_reaches_another_lane_too_early_is_a_bug()
    {
        var lanes = new[] { Made(0), Made(1) };
        using var crew = new LaneCrew(lanes, (lane, horizon) =>
        {
            if (lane.Number == 0) lane.Out[1].Add(new SimEvent(horizon - 1, SimEventKind.Message, 0, 1, 1, 0, null));
        });
        Assert.That(() => crew.Run(10), Throws.InvalidOperationException.With.Message.Contains("faster than any message"));
    }

    private static Lane Made(int number) => new(number, 2, new HeapEventQueue(), fullCrypto: false);

    private static (SimulationResult Result, IReadOnlyList<object> Rows) Run(Scenario scenario, int lanes)
    {
        using var experiment = new Experiment(scenario, 7, SimulatorRun.Honest, lanes: lanes);
        return (experiment.Run(), [.. experiment.Metrics.Rows]);
    }
}
