// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Native;

[TestFixture]
[Platform("Linux")]
internal sealed class NativeProbeTest
{
    [Test]
    public async Task Every_wall_that_no_native_program_runs_without_holds()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        NativeWalls walls = await NativeProbe.RunAsync(Children.Walled, GroupReport.Unknown, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(walls.Walls.Where(wall => wall is { Needed: true, Holds: false }), Is.Empty, walls.Note);
            Assert.That(walls.Isolation, Is.EqualTo(NativeIsolation.Degraded), "no control group was said to hold");
            Assert.That(walls.Walls.Single(wall => !wall.Holds && wall.Name.Contains("memory", StringComparison.Ordinal)).Remedy, Is.Not.Empty);
        });
    }

    [Test]
    public async Task Nothing_runs_below_the_class_that_a_job_or_the_owner_asks_for()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        var spec = new NativeRunSpec { Arguments = ["/bin/echo", "ran"] };
        NativeReport[] reports =
        [
            await RunAsync(NativeIsolation.Strict, NativeIsolation.Strict, NativeIsolation.Strict),
            await RunAsync(NativeIsolation.Degraded, NativeIsolation.None, NativeIsolation.Degraded),
            await RunAsync(NativeIsolation.Degraded, NativeIsolation.Degraded, NativeIsolation.Strict),
            await RunAsync(NativeIsolation.Degraded, NativeIsolation.Strict, NativeIsolation.Degraded),
            await RunAsync(NativeIsolation.None, NativeIsolation.None, NativeIsolation.None),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(reports.Select(report => report.OutputTail), Is.EqualTo(new[] { "ran\n", "ran\n", "", "", "" }));
            Assert.That(reports.Select(report => report.Fault), Is.EqualTo(
                new[] { FaultKind.None, FaultKind.None, FaultKind.Host, FaultKind.Host, FaultKind.Host }));
            Assert.That(reports[2].Text, Does.Contain("native-degraded, below native-strict").And.Contain("a wall does not hold (mend it)"));
        });

        Task<NativeReport> RunAsync(NativeIsolation host, NativeIsolation owner, NativeIsolation job)
        {
            var walls = new NativeWalls([new NativeWall("a wall", host == NativeIsolation.Strict, host == NativeIsolation.None, "mend it")], "");
            var executor = new NativeExecutor(Children.Walled with { MinimumNativeIsolation = owner }, walls);
            return executor.RunAsync(spec with { Isolation = job }, CancellationToken.None);
        }
    }

    [Test]
    public async Task A_control_group_that_stood_when_the_class_was_advertised_stands_or_nothing_runs()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        var spec = new NativeRunSpec { Arguments = ["/bin/echo", "ran"] };
        NativeReport report = await NativeExecutor.TryAsync(Children.Walled, spec, grouped: true, static _ => null, CancellationToken.None);
        Assert.That((report.Fault, report.OutputTail), Is.EqualTo((FaultKind.Host, "")));
        Assert.That(report.Text, Does.Contain("control group"));
    }

    [Test]
    public async Task Without_bubblewrap_there_is_no_class_and_the_reason_is_said()
    {
        NativeWalls walls = await NativeProbe.RunAsync(Children.WithoutBubblewrap, GroupReport.Unknown, CancellationToken.None);
        Assert.That((walls.Isolation, walls.Isolation.Name()), Is.EqualTo((NativeIsolation.None, "none")));
        Assert.That(walls.Missing, Does.Contain("bwrap").And.Contain("install bubblewrap"));
    }
}
