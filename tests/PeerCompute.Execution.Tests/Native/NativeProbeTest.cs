// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Native;
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
    public async Task Without_bubblewrap_there_is_no_class_and_the_reason_is_said()
    {
        NativeWalls walls = await NativeProbe.RunAsync(Children.WithoutBubblewrap, GroupReport.Unknown, CancellationToken.None);
        Assert.That((walls.Isolation, walls.IsolationName), Is.EqualTo((NativeIsolation.None, "none")));
        Assert.That(walls.Note, Does.Contain("bwrap"));
    }
}
