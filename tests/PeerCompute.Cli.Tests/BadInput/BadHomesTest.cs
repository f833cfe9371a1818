// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>Homes that a daemon cannot live in: it says why and what to do, changes nothing, and starts again when the home is mended.</summary>
[Category("Slow")]
public sealed class BadHomesTest
{
    private const int Home = 78;

    private Tool _tool = null!;
    private string _home = null!;
    private string _peer = null!;

    [SetUp]
    public async Task MakeHome()
    {
        _tool = new Tool();
        _home = Path.Combine(_tool.Home, "node");
        await using var daemon = await RunningDaemon.StartAsync(_tool, "node");
        _peer = daemon.PeerId;
        daemon.Process.StandardInput.Close();
        await daemon.Process.WaitForExitAsync();
        Assert.That(daemon.Process.ExitCode, Is.Zero);
    }

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [TestCase("""{"version": 2}""", "config.json: version 2 is newer than this program reads (up to 1): install the newer peercompute")]
    [TestCase("""{"version": 1, "slots": 0}""", "config.json: slots must be a whole number from 1 to 1024")]
    [TestCase("""{"version": 1, "solts": 2}""", "config.json: solts is not known: remove it")]
    [TestCase("{\n\"version\": 1\n\"slots\": 2}", "config.json, line 3: not JSON: mend it")]
    [TestCase("""{"version": 1, "listen": ["nonsense"]}""", "'nonsense' is no address to listen on")]
    [TestCase("", "config.json, line 1: not JSON: mend it")]
    public async Task A_configuration_that_is_newer_or_wrong_is_refused(string config, string told)
        => await RefusedAndMendedAsync("config.json", _ => Encoding.UTF8.GetBytes(config), told);

    [Test]
    public async Task A_journal_of_a_newer_version_is_refused()
        => await RefusedAndMendedAsync(
            "journal.db", UserVersion2, "journal.db has journal version 2, this program reads up to 1: install the newer peercompute");

    [Test]
    public async Task A_journal_that_is_none_is_refused()
        => await RefusedAndMendedAsync(
            "journal.db", static bytes => [.. bytes.Select(static b => (byte)(b ^ 0x55))], "journal.db is damaged or no journal: restore");

    [Test]
    public async Task A_journal_with_a_changed_byte_in_an_entry_is_refused()
        => await RefusedAndMendedAsync("journal.db", ChangedEntry, "restore the home from a copy");

    [Test]
    public async Task A_key_that_is_none_is_refused()
        => await RefusedAndMendedAsync("key", static _ => [1, 2, 3], "key is no key");

    [Test]
    public async Task A_home_on_a_read_only_disk_is_refused()
    {
        using (Mounts.ReadOnly(_home))
        {
            var answer = await _tool.RunAsync("daemon", "--home", _home, "--json");
            Assert.That(answer.ExitCode, Is.EqualTo(Home), answer.Error);
            Assert.That(answer.Error, Does.Contain(_home).And.Contain("make it writable, or use another home"));
            var init = await _tool.RunAsync("init", "--home", Path.Combine(_home, "new"));
            Assert.That(init.ExitCode, Is.EqualTo(Home).Or.EqualTo(71), init.Error);
            Assert.That(init.Error, Does.StartWith("error: "));
            var list = await _tool.RunAsync("job", "list", "--home", _home, "--json");
            Assert.That(list.ExitCode, Is.Zero, list.Error);
            Assert.That(list.Error, Does.Contain("takes a temporary home instead"));
        }

        await StartsAsync();
    }

    [Test]
    public async Task A_daemon_that_is_told_to_end_before_it_is_ready_ends_in_order()
    {
        var answer = await _tool.RunAsync("daemon", "--home", _home, "--listen", "/ip4/127.0.0.1/tcp/0", "--leash");
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That(answer.Error, Does.Not.Contain("error: "));
        await StartsAsync();
    }

    [Test]
    public async Task A_home_of_another_user_is_refused()
    {
        using var program = Unprivileged.Find();
        Directory.CreateDirectory(Path.Combine(program.Folder, "node"));
        foreach (var name in (string[])["key", "config.json", "journal.db"]) File.Copy(Path.Combine(_home, name), Path.Combine(program.Folder, "node", name));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(program.Folder, "node"))) File.SetUnixFileMode(file, Unprivileged.Readable);
        File.SetUnixFileMode(Path.Combine(program.Folder, "node"), Unprivileged.Readable | UnixFileMode.OtherExecute | UnixFileMode.UserExecute);
        var answer = await program.RunAsync("daemon", "--home", Path.Combine(program.Folder, "node"));
        Assert.That(answer.ExitCode, Is.EqualTo(Home), answer.Error);
        Assert.That(answer.Error, Does.Contain("belongs to another user: run the node as that user, or make a home of your own"));
    }

    [Test]
    public async Task A_folder_that_may_not_be_written_gets_no_home()
    {
        using var program = Unprivileged.Find();
        var closed = Path.Combine(program.Folder, "closed");
        Directory.CreateDirectory(closed, Unprivileged.Readable | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        var answer = await program.RunAsync("init", "--home", Path.Combine(closed, "node"));
        Assert.That(answer.ExitCode, Is.EqualTo(Home), answer.Error);
        Assert.That(answer.Error, Does.Contain("may not be written"));
    }

    /// <summary>The version that SQLite keeps for its users, at offset 60 of the file.</summary>
    private static byte[] UserVersion2(byte[] bytes)
    {
        bytes[63] = 2;
        return bytes;
    }

    /// <summary>The first entry holds the node's first life; its bytes stand at the end of their page.</summary>
    private static byte[] ChangedEntry(byte[] bytes)
    {
        bytes[^10] ^= 1;
        return bytes;
    }

    private async Task RefusedAndMendedAsync(string name, Func<byte[], byte[]> spoil, string told)
    {
        var path = Path.Combine(_home, name);
        var good = await File.ReadAllBytesAsync(path);
        var bad = spoil([.. good]);
        await File.WriteAllBytesAsync(path, bad);
        var answer = await _tool.RunAsync("daemon", "--home", _home, "--json");
        Assert.That(answer.ExitCode, Is.EqualTo(told.Contains("listen", StringComparison.Ordinal) ? 64 : Home), answer.Error);
        Assert.That(answer.Error, Does.StartWith("error: ").And.Contain(told).And.Not.Contain("   at "));
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(bad), "what could not be read is not overwritten");
        await File.WriteAllBytesAsync(path, good);
        await StartsAsync();
    }

    /// <summary>The same node lives in the home as before.</summary>
    private async Task StartsAsync()
    {
        using var process = _tool.Start("daemon", "--home", _home, "--listen", "/ip4/127.0.0.1/tcp/0", "--leash", "--json");
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line == "}") break;
        }

        process.StandardInput.Close();
        var answer = await Tool.EndOfAsync(process);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        Assert.That((string?)JsonNode.Parse(text.ToString())!["peerId"], Is.EqualTo(_peer));
    }
}
