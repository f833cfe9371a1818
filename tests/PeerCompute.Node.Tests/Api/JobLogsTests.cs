// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Views;
using PeerCompute.Node.Api;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Api;

/// <summary>Each line of a log is told once to each reader, and what got lost is counted.</summary>
public sealed class JobLogsTests
{
    [Test]
    public void Lines_are_told_once_and_gaps_are_counted()
    {
        var logs = new JobLogs(null);
        Assert.That(Told(logs, (1, 0, 0, "a b"), (2, 1, 0, "")), Is.EqualTo("0:a b"));
        Assert.That(Told(logs, (1, 0, 0, "a b c"), (2, 1, 5, "x")), Is.EqualTo("0:c 1+5:x"));
        Assert.That(Told(logs, (1, 0, 9, "j"), (2, 1, 5, "x")), Is.EqualTo("0+6:j"));
        Assert.That(Told(logs, (1, 3, 0, "a"), (2, 1, 5, "x")), Is.EqualTo("3:a"), "the next task of a lease counts from 0");
    }

    [Test]
    public void One_task_can_be_asked_for() => Assert.That(Told(new JobLogs(1), (1, 0, 0, "a"), (2, 1, 0, "x")), Is.EqualTo("1:x"));

    private static string Told(JobLogs logs, params (byte Lease, uint Task, ulong First, string Lines)[] leases)
    {
        var views = leases.Select(static l => new LeaseView(
            Hash32.Of([l.Lease]), default, PeerId.None, PeerId.None, 0, 9, LeasePhase.Running, default, 0, 0, "")
        {
            Live = new LiveView(l.Task, 0, "", [], l.First, [.. l.Lines.Split(' ', StringSplitOptions.RemoveEmptyEntries)]),
        });
        var job = new JobView(default, null!, JobState.Running, "", 0, 0, [], [.. views], 0);
        return string.Join(' ', logs.Next(job).Select(static p => $"{p.Task}{(p.Lost > 0 ? $"+{p.Lost}" : "")}:{string.Join(' ', p.Lines)}"));
    }
}
