// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Runs;

namespace PeerCompute.Node.Tests.Runs;

[TestFixture]
internal sealed class EasedRunsTests
{
    private static readonly RunKey Key = new(Hash32.Of([1]), RunRole.Work), Other = new(Hash32.Of([2]), RunRole.Work);

    [Test]
    public void A_run_is_asked_while_it_lives_or_as_soon_as_it_does()
    {
        var (runs, early, late) = (new EasedRuns(), new Asked(), new Asked());
        runs.Ask(new EaseRun(Key, 5000));
        using (runs.Enter(Other, late))
        using (runs.Enter(Key, early))
        {
            Assert.That((early.Graces.Single(), late.Graces.Count), Is.EqualTo((TimeSpan.FromSeconds(5), 0)));
            runs.Ask(new EaseRun(Other, 1000));
        }

        Assert.That(late.Graces.Single(), Is.EqualTo(TimeSpan.FromSeconds(1)));
        runs.Ask(new EaseRun(Other, 2000));
        Assert.That(late.Graces, Has.Count.EqualTo(1), "it lives no more");
    }

    [Test]
    public void What_never_came_to_live_is_forgotten()
    {
        var (runs, run) = (new EasedRuns(), new Asked());
        for (var i = 0; i < 5000; i++)
        {
            var key = new RunKey(Hash32.Of(BitConverter.GetBytes(i)), RunRole.Work);
            runs.Ask(new EaseRun(key, 1000));
            runs.Forget(key);
        }

        runs.Ask(new EaseRun(Key, 1000));
        runs.Enter(Key, run).Dispose();
        Assert.That(run.Graces, Has.Count.EqualTo(1), "those before took nobody's place");
    }

    private sealed class Asked : ILeaseRun
    {
        public List<TimeSpan> Graces { get; } = [];

        public ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation)
            => throw new NotSupportedException();

        public ValueTask<bool> EaseAsync(TimeSpan grace)
        {
            Graces.Add(grace);
            return ValueTask.FromResult(true);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
