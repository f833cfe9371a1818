// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class SandboxProbeTest
{
    [Test]
    public async Task Behind_bubblewrap_every_wall_holds()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        SandboxReport report = await SandboxProbe.RunAsync(Children.Walled, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.WasmStrict), string.Join("; ", report.Notes));
            Assert.That(report.Walls, Has.Count.EqualTo(8).And.All.Matches<KeyValuePair<string, bool>>(wall => wall.Value));
            Assert.That(report.Notes, Is.Empty);
        });
    }

    [Test]
    public async Task Without_bubblewrap_the_class_is_lower_and_the_reason_is_said()
    {
        SandboxReport report = await SandboxProbe.RunAsync(Children.WithoutBubblewrap, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.WasmSeccomp), string.Join("; ", report.Notes));
            Assert.That(report.Bubblewrap, Is.Null);
            Assert.That(report.Notes, Has.One.Contains("bubblewrap"));
            Assert.That(report.Walls.Where(wall => wall.Key is "no sockets" or "no new processes" or "no new privileges")
                .Select(wall => wall.Value), Is.All.True);
        });
    }

    [Test]
    public async Task A_bubblewrap_that_fails_lowers_the_class_and_its_words_are_passed_on()
    {
        string folder = Directory.CreateTempSubdirectory("bwrap").FullName;
        string fake = Path.Combine(folder, "bwrap");
        await File.WriteAllTextAsync(fake, "#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n");
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        SandboxReport report = await SandboxProbe.RunAsync(Children.Walled with { SearchPath = folder }, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.WasmSeccomp));
            Assert.That(report.Notes, Has.One.Contains("No permissions to create a new namespace"));
        });
    }

    [Test]
    public async Task A_program_that_is_no_child_gives_no_class_at_all()
    {
        var command = new SandboxCommand(null, "/usr/bin/true");
        SandboxReport report = await SandboxProbe.RunAsync(Children.WithoutBubblewrap with { Command = command }, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.None));
            Assert.That(report.Notes, Has.Some.Contains("no child starts"));
        });
    }
}
