// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using PeerCompute.Sandbox.Tests.Kit;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Native programs by runc, on a node of an ordinary user that finds no bubblewrap.</summary>
[TestFixture]
internal sealed class RuncTest
{
    private OuterGroup? _group;

    [OneTimeSetUp]
    public void Make()
    {
        Assume.That(NodeCommand.Runc, Is.Not.Null, "runc is not installed");
        Assume.That(Suite.User, Is.Not.Null, "only root hands out control groups here, and tests/run makes the user that gets one");
        _group = NodeCommand.Enclose(Suite.User);
    }

    [OneTimeTearDown]
    public void Remove() => _group?.Dispose();

    [TestCase("echo out; echo err >&2", "Ok None 0 out err")]
    [TestCase("exit 7", "JobFault ExitCode 7")]
    [TestCase("ulimit -v 100000; ulimit -c; pwd; id -u; hostname; ls -d /home /root /var /sys 2>/dev/null", "JobFault ExitCode 2 0\n/job\n0\nsandbox")]
    [TestCase("head -c 100000000 /dev/zero >/job/large", "JobFault WorkFull")]
    [TestCase("head -c 2000000000 /dev/zero | tail", "JobFault MemoryLimit")]
    public async Task A_program_ends_as_it_does_behind_bubblewrap(string script, string end) =>
        Assert.That(await SaysAsync("/bin/sh", "-c", script), Does.StartWith(end));

    [Test]
    public async Task A_program_that_is_not_there_is_the_jobs_fault() =>
        Assert.That(await SaysAsync("/nowhere"), Does.StartWith("JobFault MissingProgram").And.Contain("there is no program /nowhere"));

    [Test]
    public async Task A_node_that_is_killed_takes_the_program_along_and_the_next_one_sweeps()
    {
        string mark = $"600.{Random.Shared.Next(100_000, 999_999)}";
        using var node = Process.Start(new ProcessStartInfo("/bin/sh", Shell("/bin/sleep", mark)))!;
        try
        {
            await UntilAsync(() => Of("/bin/sleep\0" + mark).Count == 1);
            Assert.That(Folders(), Is.Not.Empty);
            node.Kill();
            await UntilAsync(() => Of("/bin/sleep\0" + mark).Count == 0);
        }
        finally
        {
            if (!node.HasExited) node.Kill();
        }

        Assert.That(await SaysAsync("/bin/true"), Does.StartWith("Ok"));
        Assert.That(Folders(), Is.Empty);
    }

    private async Task<string> SaysAsync(params string[] program) => await Command.OutputAsync("/bin/sh", Shell(program));

    private string[] Shell(params string[] program) => NodeCommand.Within(_group, NodeCommand.As(Suite.User, withRunc: true, [Program.Native, .. program]));

    private static string[] Folders() =>
        [.. Directory.GetDirectories(Path.GetTempPath(), "peercompute-*").Where(static folder => File.Exists(Path.Combine(folder, "config.json")))];

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (long start = Stopwatch.GetTimestamp(); !holds(); await Task.Delay(20))
            Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromMinutes(2)), "it did not come about");
    }

    /// <summary>Processes with a text in their command line, the test's own excepted.</summary>
    private static List<string> Of(string text)
    {
        byte[] mark = Encoding.UTF8.GetBytes(text);
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(static folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
        {
            try
            {
                if (File.ReadAllBytes(Path.Combine(folder, "cmdline")).AsSpan().StartsWith(mark)) found.Add(folder);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Ended meanwhile.
            }
        }

        return found;
    }
}
