// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Journal;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>Homes that are copied, restored or used twice.</summary>
[NonParallelizable]
public class HomeTest
{
    private const int Tasks = 60;

    [Test]
    [Category("Slow")]
    public async Task AHomeRestoredFromACopyTakenMidJobGoesOnFromTheOtherSidesHead()
    {
        await using var pair = new Pair();
        await pair.StartAsync();
        var job = await pair.SubmitAsync(Tasks, 4);
        await AcceptedTasksAsync(pair, job, 4);
        await pair.Worker.KillAsync();
        Copy(pair.Worker.Home, pair.Worker.Home + ".copy");
        Assert.That(await pair.Worker.StartAsync(), Is.True, pair.Worker.Said());
        await AcceptedTasksAsync(pair, job, 16);
        await pair.Worker.KillAsync();
        Directory.Delete(pair.Worker.Home, recursive: true);
        Copy(pair.Worker.Home + ".copy", pair.Worker.Home);
        Assert.That(await pair.Worker.StartAsync(), Is.True, pair.Worker.Said());
        await pair.AcceptedAsync(job, "after the older home came back");
        await NoEquivocationAsync(pair);
    }

    [Test]
    [Category("Slow")]
    public async Task AHomeCopiedAndStartedBesideTheOriginalEndsBothAndProvesNothing()
    {
        await using var pair = new Pair();
        await pair.StartAsync();
        var first = await pair.SubmitAsync(Tasks, 4);
        await AcceptedTasksAsync(pair, first, 4);
        await pair.Worker.KillAsync();
        var twin = pair.Worker.Home + ".twin";
        Copy(pair.Worker.Home, twin);
        Assert.That(await pair.Worker.StartAsync(), Is.True, pair.Worker.Said());
        var port = DaemonProcess.FreePort();
        await using var copy = DaemonProcess.Worker(twin, port);
        Assert.That(await copy.StartAsync(), Is.True, copy.Said());
        Assert.That(copy.PeerId, Is.EqualTo(pair.Worker.PeerId));
        await pair.Client.Client.ConnectAsync($"/ip4/127.0.0.1/tcp/{port}/p2p/{copy.PeerId}", CancellationToken.None);
        var second = await pair.SubmitAsync(Tasks / 2, 4);
        await pair.AcceptedAsync(first, "with a copy beside the original");
        await pair.AcceptedAsync(second, "with a copy beside the original");
        await copy.KillAsync();
        Assert.That(JournalAudit.Read(twin).OfType<EquivocationSeen>(), Is.Empty);
        await NoEquivocationAsync(pair);
    }

    [Test]
    public async Task ASecondDaemonOnALockedHomeIsRefusedAndTheFirstGoesOn()
    {
        await using var pair = new Pair();
        await pair.StartAsync();
        using var tool = new Tool();
        var answer = await tool.RunAsync("daemon", "--home", pair.Worker.Home);
        Assert.That(answer.ExitCode, Is.EqualTo(78));
        Assert.That(answer.Error, Does.Contain("is locked by the node with process id"));
        var job = await pair.SubmitAsync(4, 2);
        await pair.AcceptedAsync(job, "after a second daemon was refused");
    }

    private static async Task AcceptedTasksAsync(Pair pair, Base.Crypto.Hash32 job, uint count)
    {
        await foreach (var view in pair.Client.Client.WatchAsync(job, CancellationToken.None))
        {
            if (view.Counts?.Accepted >= count) return;
        }
    }

    private static async Task NoEquivocationAsync(Pair pair)
    {
        await pair.Client.KillAsync();
        await pair.Worker.KillAsync();
        foreach (var home in new[] { pair.Client.Home, pair.Worker.Home }) Assert.That(JournalAudit.Read(home).OfType<EquivocationSeen>(), Is.Empty);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            if (Path.GetFileName(file) is not ("api.sock" or "lock")) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
