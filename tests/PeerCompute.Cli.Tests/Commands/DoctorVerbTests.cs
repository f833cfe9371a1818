// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary><c>doctor</c>: what is wrong here, and how to mend it.</summary>
[Platform("Linux")]
public sealed class DoctorVerbTests
{
    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [Test]
    public async Task Behind_bubblewrap_the_walls_are_well_and_not_even_the_nodes_key_can_be_opened()
    {
        Assume.That(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed");
        await _tool.RunAsync("init");
        var answer = await _tool.RunAsync("doctor", "--walls", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(answer.ExitCode, Is.Zero, answer.Output);
            Assert.That((bool?)answer.Json["well"], Is.True);
            Assert.That((string?)answer.Json["isolation"], Is.EqualTo("wasm-strict"));
            var walls = answer.Json["walls"]!.AsArray();
            Assert.That(walls.Select(w => (string?)w!["kind"]), Is.EqualTo(new[] { "hostFile", "hostFile", "nodeMemory", "signal", "inetSocket", "fork" }));
            Assert.That(walls.Select(w => (string?)w!["tried"]), Does.Contain($"open {_tool.DefaultNode}/key"));
            Assert.That(walls.Select(w => (bool?)w!["stopped"]), Is.All.True);
            Assert.That(Sections(answer.Json), Is.EqualTo(new[] { "walls" }));
        });
    }

    [Test]
    public async Task Without_bubblewrap_files_are_not_stopped_here_and_the_remedy_is_named()
    {
        using var process = _tool.Start(start => start.Environment["PATH"] = "/nowhere", "doctor", "--walls");
        process.StandardInput.Close();
        var answer = await Tool.EndOfAsync(process);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Host));
            Assert.That(answer.Output, Does.Contain("wrong  isolation class wasm-seccomp"));
            Assert.That(answer.Output, Does.Contain("install it for wasm-strict"));
            Assert.That(answer.Output, Does.Contain("native programs: isolation class none").And.Contain("install bubblewrap 0.8 or newer"));
            Assert.That(answer.Output, Does.Contain("open /etc/passwd: not stopped here"));
            Assert.That(answer.Output, Does.Contain("open an INET socket: stopped by filter of system calls (EPERM)"));
        });
    }

    [Test]
    public async Task Home_clock_and_network_are_looked_at_too_and_a_wrong_home_is_named()
    {
        var before = await _tool.RunAsync("doctor", "--json");
        await _tool.RunAsync("init");
        File.SetUnixFileMode(Path.Combine(_tool.DefaultNode, "key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await File.WriteAllTextAsync(Path.Combine(_tool.DefaultNode, "config.json"), """{"version": 1, "slots": 0}""");
        var after = await _tool.RunAsync("doctor", "--json");
        Assert.Multiple(() =>
        {
            Assert.That(Sections(before.Json), Is.EqualTo(new[] { "walls", "home", "clock", "network" }));
            Assert.That(Wrong(before.Json, "home"), Is.Empty);
            Assert.That(after.ExitCode, Is.EqualTo((int)ErrorCode.Host));
            Assert.That(Wrong(after.Json, "home"), Has.Exactly(2).Items.And.One.Contains("slots").And.One.Contains("other users"));
        });
    }

    private static IEnumerable<string?> Sections(JsonNode answer) => answer["findings"]!.AsArray().Select(f => (string?)f!["section"]).Distinct();

    private static IEnumerable<string> Wrong(JsonNode answer, string section) => answer["findings"]!.AsArray()
        .Where(f => (string?)f!["section"] == section && !(bool)f["well"]!).Select(f => (string)f!["what"]!);
}
