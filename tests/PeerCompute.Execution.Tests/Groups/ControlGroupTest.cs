// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Groups;

/// <summary>Control groups of this very host, where it lets this process make some.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class ControlGroupTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Limits_hold_or_the_remedy_is_said()
    {
        GroupReport report = await GroupProbe.RunAsync(GroupTree.OfThisHost, Patience, CancellationToken.None);
        Assert.That(report.Holds || report.Note.Length > 0, $"{report}");
        if (report.Note.Contains("no control group", StringComparison.Ordinal)) Assert.Ignore(report.Note);
        Assert.That(report.Memory, report.Note);
    }

    [Test]
    public async Task Groups_of_a_process_that_has_ended_go_though_its_number_is_another_ones_now()
    {
        if (ControlGroup.TryMake(new GroupBounds(64 << 20, 32)) is not { } group)
        {
            Assert.Ignore("no control group can be made here");
            return;
        }

        // This process, and one that had its number before it.
        string own = Path.GetFileName(group.Folders[0]), number = $"peercompute-{Environment.ProcessId}-";
        Assert.That(own, Does.StartWith(number));
        string earlier = Path.Combine(Path.GetDirectoryName(group.Folders[0])!, number + "1-abc.def");
        Directory.CreateDirectory(earlier);
        while (!group.Sweep()) await Task.Delay(10);
        Assert.Multiple(() =>
        {
            Assert.That(Directory.Exists(earlier), Is.False);
            Assert.That(group.Folders.All(Directory.Exists), "its own stay");
        });
        await group.RemoveAsync();
    }

    [Test]
    public async Task A_group_is_removed_with_everything_that_forks_in_it()
    {
        if (ControlGroup.TryMake(new GroupBounds(64 << 20, 32)) is not { } group)
        {
            Assert.Ignore("no control group can be made here");
            return;
        }

        Spawned shell = await Spawned.StartAsync(
            group.Around(["/bin/sh", "-c", "(setsid sleep 600 &) ; while :; do sleep 600 & sleep 0.01; done"]), ["PATH=/usr/bin:/bin"]);
        string list = Path.Combine(group.Folders[0], GroupFiles.Processes);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (GroupFiles.Lines(list).Length < 5 && !shell.End.IsCompleted) await timer.WaitForNextTickAsync();
        string[] inside = GroupFiles.Lines(list);
        await group.RemoveAsync();
        Assert.Multiple(() =>
        {
            Assert.That(inside, Has.Length.GreaterThanOrEqualTo(5));
            Assert.That(group.Folders.Where(Directory.Exists), Is.Empty);
        });
        Assert.That(await shell.End.WaitAsync(Patience), Is.EqualTo(128 + 9));
    }
}
