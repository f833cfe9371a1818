// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>What a captured engine without bubblewrap could do to the daemon, as a process of the same user.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class NodeWallsTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pc-").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    [CancelAfter(60_000)]
    public async Task Its_memory_where_the_key_lies_cannot_be_opened()
    {
        Assume.That(TestUser.Exists || Environment.UserName != "root", "root may open any process's memory");
        Assert.That(await OpensAsync("sleep 5 & exec 3</proc/$!/mem"), Is.True, "that of any other process can");
        await using var daemon = DaemonProcess.Light(Path.Combine(_folder, "home"));
        Assert.That(await daemon.StartAsync(), Is.True);
        Assert.That(await OpensAsync(string.Create(CultureInfo.InvariantCulture, $"exec 3</proc/{daemon.Pid}/status")), Is.True, "it is there");
        Assert.That(await OpensAsync(string.Create(CultureInfo.InvariantCulture, $"exec 3</proc/{daemon.Pid}/mem")), Is.False);
        await daemon.KillAsync();
    }

    /// <summary>Whether a shell of the daemon's user can open a file.</summary>
    private static async Task<bool> OpensAsync(string command)
    {
        var start = TestUser.Start();
        if (TestUser.Exists) start.ArgumentList.Clear();
        if (TestUser.Exists) start.ArgumentList.Add("sh");
        else start.FileName = "sh";
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command + " 2>&-");
        using var shell = Process.Start(start)!;
        await shell.WaitForExitAsync();
        return shell.ExitCode == 0;
    }
}
