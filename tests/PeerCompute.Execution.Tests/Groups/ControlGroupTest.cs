// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Supervising;

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
        string earlier = Path.Combine(Path.GetDirectoryName(group.Folders[0])!, (GroupMaker.Self! with { StartTicks = 1 }).NewName());
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
    public async Task What_runs_in_a_group_of_another_node_is_never_ended()
    {
        if (ControlGroup.TryMake(new GroupBounds(64 << 20, 32)) is not { } group)
        {
            Assert.Ignore("no control group can be made here");
            return;
        }

        // Of this maker, which lives; of one in another namespace of processes; of another version of this program; of nobody.
        GroupMaker self = GroupMaker.Self!;
        string beside = Path.GetDirectoryName(group.Folders[0])!;
        string[] names = [self.NewName(), (self with { Pid = int.MaxValue, Namespace = 1 }).NewName(), $"peercompute-{self.Pid}-abc.def", "peercompute-x"];
        string[] folders = [.. names.Select(name => Directory.CreateDirectory(Path.Combine(beside, name)).FullName)];
        Spawned[] inside = await Task.WhenAll(folders.Select(folder => Spawned.StartAsync(
            StartShell.Around(["/bin/sleep", "600"], [Path.Combine(folder, GroupFiles.Processes)]), ["PATH=/usr/bin:/bin"])));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (folders.Any(folder => GroupFiles.Lines(Path.Combine(folder, GroupFiles.Processes)).Length == 0)) await timer.WaitForNextTickAsync();
        bool swept = group.Sweep();
        bool[] ended = [.. inside.Select(process => process.End.IsCompleted)];
        foreach (Spawned process in inside) process.Kill();
        await Task.WhenAll(inside.Select(process => process.End));
        foreach (string folder in folders)
        {
            while (!GroupFiles.TryRemove(folder)) await timer.WaitForNextTickAsync();
        }

        await group.RemoveAsync();
        Assert.That(swept, "nothing was to be swept");
        Assert.That(ended, Is.All.False);
    }

    [TestCase("peercompute-12-34-56.abc.def", ExpectedResult = "12 34 56")]
    [TestCase("peercompute-12-34-abc.def", ExpectedResult = "")]
    [TestCase("peercompute-12-abc.def", ExpectedResult = "")]
    [TestCase("peercompute--12-34-56.abc.def", ExpectedResult = "")]
    [TestCase("peercompute-12-34-.abc.def", ExpectedResult = "")]
    [TestCase("other-12-34-56.abc.def", ExpectedResult = "")]
    public string The_maker_of_a_group_is_read_from_its_name(string name) =>
        GroupMaker.Of(name) is { } maker ? $"{maker.Pid} {maker.StartTicks} {maker.Namespace}" : "";

    [Test]
    public async Task A_maker_has_ended_when_the_kernel_knows_it_no_more()
    {
        GroupMaker self = GroupMaker.Self!;
        Spawned other = await Spawned.StartAsync(["/bin/sleep", "600"], []);
        GroupMaker maker = self with { Pid = other.Id, StartTicks = ProcessIdentity.Of(other.Id)!.StartTicks };
        Assert.That((self.HasEnded, maker.HasEnded), Is.EqualTo((false, false)));
        other.Kill();
        await other.End;
        Assert.That(maker.HasEnded);
        Assert.That((maker with { Namespace = 1 }).HasEnded, Is.False, "of another namespace nothing is known");
        Assert.That((self with { StartTicks = 1 }).HasEnded);
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
