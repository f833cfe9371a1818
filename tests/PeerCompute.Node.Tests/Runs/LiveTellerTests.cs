// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Runs;

[TestFixture]
internal sealed class LiveTellerTests
{
    private readonly List<NodeEvent> _posted = [];

    [Test]
    public void Secrets_are_taken_out_and_what_is_of_another_task_or_comes_too_fast_is_left_out()
    {
        var secrets = JobSecrets.None with { Items = [new JobSecret("TOKEN", "hunter2")] };
        var run = new StartRun(new RunKey(Hash32.Of([1]), RunRole.Work), null!, [3], new byte[32]) { Secrets = secrets };
        var busy = new TaskCompletionSource();
        var teller = new LiveTeller(run, 3, e =>
        {
            _posted.Add(e);
            return new ValueTask(busy.Task);
        });
        teller.Report(Said(4, "of another task"));
        teller.Report(new TaskProgress(3, 100));
        Assert.That(_posted, Is.Empty);
        teller.Report(Said(3, "hunter2 is hunter2", $"{new string('x', LiveReport.TextMost - 7)}hunter2"));
        teller.Report(Said(3, "while the machine is busy"));
        var said = ((TaskSaid)_posted.Single()).Report;
        Assert.That(said.Message, Is.EqualTo("[secret TOKEN] is [secret TOKEN]"));
        Assert.That(said.Lines.Single(), Has.Length.EqualTo(LiveReport.TextMost).And.EndsWith("[secret"), "what stands for it is longer, and cut");
        busy.SetResult();
        Assert.That(Later, Is.EqualTo(2).After(60_000, 10));

        int Later()
        {
            teller.Report(Said(3, "later"));
            return _posted.Count;
        }
    }

    private static TaskProgress Said(ulong task, string message, params string[] lines)
        => new(task, 0) { Live = new LiveReport(0, message, [], 0, [.. lines]) };
}
