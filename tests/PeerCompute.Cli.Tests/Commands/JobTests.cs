// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Net;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Jobs between real processes: a worker's daemon, and a client that is a private node or a daemon.</summary>
public sealed class JobTests
{
    private Tool _tool = null!;
    private RunningDaemon _worker = null!;

    [SetUp]
    public async Task StartWorker()
    {
        _tool = new Tool();
        _worker = await RunningDaemon.StartAsync(_tool, "worker");
    }

    [TearDown]
    public async Task StopWorker()
    {
        await _worker.DisposeAsync();
        _tool.Dispose();
    }

    [Test]
    public async Task Run_without_daemon_says_so_and_brings_results_and_a_receipt_that_verifies()
    {
        var words = string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n"));
        _tool.File("words.txt", words);
        var job = Job("readinput", """
            args: ["words.txt.{index}", out.txt]
            inputs: [words.txt]
            split: {input: words.txt}
            outputs: [out.txt]
            gather: {kind: concat, file: all.txt}
            tasks: 5
            placement: {leases: 2}
            """);
        var run = await _tool.RunAsync("run", job, "-o", "out", "--to", _worker.Address, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Does.Contain("a private light node"));
        Assert.That((string?)run.Json["state"], Is.EqualTo("accepted"));
        Assert.That(run.Json["tasks"]!.AsArray().Select(t => (string?)t!["worker"]), Is.All.EqualTo(_worker.PeerId));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "all.txt")), Is.EqualTo(words));

        var receipt = (string)run.Json["receipt"]!;
        var verified = await _tool.RunAsync("verify", receipt, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
        Assert.That((string?)verified.Json["jobId"], Is.EqualTo((string?)run.Json["jobId"]));
        Assert.That((string?)verified.Json["confirmedBy"], Is.EqualTo("the client itself"));
        Assert.That(verified.Json["trusts"]!.AsArray(), Is.Not.Empty);
        await HoldsInNodeAsync(Path.Combine(_tool.Home, receipt));

        var listed = await _tool.RunAsync("job", "list", "--json");
        Assert.That(listed.Json.AsArray().Select(j => (string?)j!["jobId"]), Is.EqualTo(new[] { (string?)run.Json["jobId"] }));
        var shown = await _tool.RunAsync("job", "show", (string)run.Json["jobId"]!, "-o", "again", "--json");
        Assert.That(shown.ExitCode, Is.Zero, shown.Error);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "again", "all.txt")), Is.EqualTo(words));
    }

    [Test]
    [Category("Slow")]
    public async Task A_receipt_with_one_byte_changed_is_not_authentic()
    {
        var run = await _tool.RunAsync("run", Job("noop", "tasks: 1"), "-o", "out", "--to", _worker.Address, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var bytes = await File.ReadAllBytesAsync((string)run.Json["receipt"]!);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(_tool.Home, "bad"), bytes);
        var verified = await _tool.RunAsync("verify", "bad", "--json");
        Assert.That(verified.ExitCode, Is.EqualTo((int)ErrorCode.NotAuthentic));
        Assert.That((bool)verified.Json["ok"]!, Is.False);
        Assert.That((string?)verified.Json["problems"]![0]!["field"], Is.Not.Empty);
    }

    [TestCase("noop", "args: ['3']")]
    [TestCase("trap", "")]
    [Category("Slow")]
    public async Task A_program_that_fails_fails_the_job_with_its_cause(string module, string more)
    {
        var run = await _tool.RunAsync("run", Job(module, "tasks: 1\n" + more), "-o", "out", "--to", _worker.Address, "--json");
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.JobFailed), run.Error);
        Assert.That((string?)run.Json["state"], Is.EqualTo("failed"));
        Assert.That((string?)run.Json["failure"]!["cause"], Is.Not.Empty);
        Assert.That(run.Error, Does.Contain("error: the job ended failed: "));
    }

    [Test]
    [Category("Slow")]
    public async Task Results_stay_with_their_worker_until_collected_and_come_back_from_it_where_the_client_lost_them()
    {
        await using var client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        string[] home = ["--home", client.Home, "--json"];
        _tool.File("words.txt", "a line\n");
        var job = Job("readinput", "args: [words.txt, out.txt]\ninputs: [words.txt]\noutputs: [out.txt]\ntasks: 2\nretain: 1h");
        var id = (string)(await _tool.RunAsync(["job", "submit", job, "--to", _worker.Address, .. home])).Json["jobId"]!;
        await UntilAsync(async () => (string?)(await _tool.RunAsync(["job", "show", id, .. home])).Json["state"] == "accepted");
        await UntilAsync(() => Task.FromResult(Blobs(_worker).Length == 2));
        var listed = (await _tool.RunAsync(["job", "list", .. home])).Json[0]!;
        Assert.That((ulong)listed["collectBeforeMs"]!, Is.EqualTo((ulong)listed["submittedMs"]! + 600_000 + 3_600_000).Within(60_000UL));
        Assert.That((bool)listed["collected"]!, Is.False);

        foreach (var kept in Blobs(_worker)) File.Delete(Path.Combine(client.Home, "blobs", kept));
        var fetched = await _tool.RunAsync(["job", "show", id, "-o", "out", .. home]);
        Assert.That(fetched.ExitCode, Is.Zero, fetched.Error);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "tasks", "1", "out.txt")), Is.EqualTo("a line\n"));
        await UntilAsync(() => Task.FromResult(Blobs(_worker).Length == 0));
        Assert.That((bool)(await _tool.RunAsync(["job", "list", .. home])).Json[0]!["collected"]!, Is.True);
    }

    [Test]
    [Category("Slow")]
    public async Task Submitted_jobs_go_on_in_the_daemon_and_can_be_cancelled()
    {
        await using var client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        string[] home = ["--home", client.Home, "--json"];
        var loop = Job("loop", "tasks: 2\nlimits: {fuel: 1T, wall: 1h}");
        var submitted = await _tool.RunAsync(["job", "submit", loop, "--to", _worker.Address, .. home]);
        Assert.That(submitted.ExitCode, Is.Zero, submitted.Error);
        Assert.That(submitted.Error, Is.Empty);
        var id = (string)submitted.Json["jobId"]!;

        var shown = await _tool.RunAsync(["job", "show", id, .. home]);
        Assert.That((string?)shown.Json["state"], Is.AnyOf("offered", "running"));
        var early = await _tool.RunAsync(["job", "show", id, "-o", "out", .. home]);
        Assert.That(early.ExitCode, Is.EqualTo((int)ErrorCode.Unavailable));
        var cancelled = await _tool.RunAsync(["job", "cancel", id, .. home]);
        Assert.That((cancelled.ExitCode, (string?)cancelled.Json["state"]), Is.EqualTo((0, "cancelled")));
        var unknown = await _tool.RunAsync(["job", "show", new string('0', 64), .. home]);
        Assert.That(unknown.ExitCode, Is.EqualTo((int)ErrorCode.NotFound));
    }

    [Test]
    [Category("Slow")]
    public async Task A_public_input_is_served_to_a_stranger_who_can_name_it_and_another_is_not()
    {
        await using var client = await RunningDaemon.StartAsync(_tool, "client");
        _tool.File("open.txt", "for everybody\n");
        _tool.File("secret.txt", "for the worker\n");
        var job = Job("readinput", """
            args: [open.txt, out.txt]
            inputs: [secret.txt, {path: open.txt, public: true}]
            outputs: [out.txt]
            gather: {kind: concat, file: all.txt}
            tasks: 1
            """);
        for (var i = 0; i < 2; i++)
        {
            var run = await _tool.RunAsync("run", job, "-o", "out", "--to", _worker.Address, "--home", client.Home, "--json");
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "all.txt")), Is.EqualTo("for everybody\n"));
        }

        var address = Multiaddr.Parse(client.Address);
        await using var stranger = await Host.StartAsync(new HostOptions { Key = KeyPair.FromSeed(new byte[32]) });
        await stranger.ConnectAsync(address);
        var (root, chunk) = Public("for everybody\n"u8);
        Assert.That(await AskAsync(stranger, address.Peer, root), Is.EqualTo(chunk), "two jobs, one copy, still there");
        Assert.That(await AskAsync(stranger, address.Peer, Public("for the worker\n"u8).Root), Is.Null);
        var kept = Directory.GetFiles(Path.Combine(client.Home, "blobs")).Select(Path.GetFileName).Select(n => new Hash32(Convert.FromHexString(n!))).ToList();
        Assert.That(kept, Does.Contain(root));
        foreach (var other in kept.Where(r => r != root)) Assert.That(await AskAsync(stranger, address.Peer, other), Is.Null);
    }

    /// <summary>Root and encrypted chunk of a small public blob, by docs/protocol/blob.md.</summary>
    private static (Hash32 Root, byte[] Chunk) Public(ReadOnlySpan<byte> plain)
    {
        using var cipher = new ChaChaPoly(BlobRef.PublicKey(Hash32.Of(plain)));
        var chunk = new byte[plain.Length + ChaChaPoly.TagLength];
        cipher.Encrypt(new byte[ChaChaPoly.NonceLength], plain, chunk, []);
        return (new BlobManifest((ulong)plain.Length, [Hash32.Of(chunk)]).Root(), chunk);
    }

    private static async Task<byte[]?> AskAsync(Host stranger, PeerId peer, Hash32 root)
    {
        await using var stream = await stranger.OpenAsync(peer, Protocols.Blob);
        await stream.WriteFrameAsync(new BlobRequest(root, 0, 1, true, default).Encode());
        var answer = BlobAnswer.Decode(await stream.ReadFrameAsync(BlobAnswer.MaxBytes));
        if (answer.Manifest is not null) return await stream.ReadFrameAsync(WireLimits.ChunkBytes + ChaChaPoly.TagLength);
        Assert.That(answer.Refusal, Is.EqualTo(BlobRefusal.NoToken));
        return null;
    }

    [Test]
    [Category("Slow")]
    public async Task Ctrl_C_ends_run_with_130()
    {
        var job = Job("loop", "tasks: 1\nlimits: {fuel: 1T, wall: 1h}");
        await using var client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        using var run = _tool.Start("run", job, "-o", "out", "--to", _worker.Address, "--home", client.Home);
        JsonNode? listed;
        do listed = (await _tool.RunAsync("job", "list", "--home", client.Home, "--json")).Json;
        while (listed.AsArray().Count == 0);
        await Tool.SignalAsync(run, "INT");
        var answer = await Tool.EndOfAsync(run);
        Assert.That(answer.ExitCode, Is.EqualTo(130), answer.Error);
        Assert.That(answer.Error, Does.Contain("The job goes on in the daemon"));
    }

    [Test]
    [Category("Slow")]
    public async Task Drawn_workers_confirm_each_other_and_the_receipt_verifies()
    {
        await using var second = await RunningDaemon.StartAsync(_tool, "second");
        await using var third = await RunningDaemon.StartAsync(_tool, "third");
        var run = await _tool.RunAsync("run", Job("noop", "tasks: 4\nplacement: {tasks-per-lease: 2}"), "-o", "out", "--replicas", "2",
            "--to", _worker.Address, "--to", second.Address, "--to", third.Address, "--json");
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var receipt = (string)run.Json["receipt"]!;
        var verified = await _tool.RunAsync("verify", receipt, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
        Assert.That((string?)verified.Json["confirmedBy"], Is.EqualTo("2 workers with equal outputs, all but the first drawn from its pool"));
        await HoldsInNodeAsync(Path.Combine(_tool.Home, receipt));
    }

    [Test]
    public async Task A_private_node_without_worker_says_what_is_missing()
    {
        var run = await _tool.RunAsync("run", Job("noop", "tasks: 1"), "-o", "out");
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        Assert.That(run.Error, Does.Contain("--to ADDR"));
    }

    [Test]
    [Category("Slow")]
    public async Task A_worker_that_cannot_be_reached_lets_the_job_expire_with_its_cause()
    {
        var nobody = $"/ip4/127.0.0.1/tcp/1/p2p/{_worker.PeerId}";
        var run = await _tool.RunAsync("run", Job("noop", "tasks: 1\ndeadline: 2s"), "-o", "out", "--to", nobody, "--json");
        Assert.That(run.ExitCode, Is.EqualTo((int)ErrorCode.JobFailed), run.Error);
        Assert.That((string?)run.Json["state"], Is.EqualTo("expired"));
    }

    /// <summary>Asks the second opinion on receipts, where Node is there.</summary>
    private static async Task HoldsInNodeAsync(string receipt)
    {
        if (Tools.Find("node") is not { } node) return;
        var script = Path.Combine(Pair.Root(), "tests", "PeerCompute.Interop.Tests", "js", "verify-receipt.mjs");
        using var second = Process.Start(new ProcessStartInfo(node, [script, receipt]) { RedirectStandardOutput = true })!;
        var said = await second.StandardOutput.ReadToEndAsync();
        await second.WaitForExitAsync();
        Assert.That(said.TrimEnd(), Is.EqualTo(receipt + ": ok"));
        Assert.That(second.ExitCode, Is.Zero);
    }

    private string Job(string module, string rest) =>
        _tool.File("job.yaml", $"name: test\nmodule: {Tool.Sample("misc", module + ".wasm")}\n{rest}\n");

    private static string[] Blobs(RunningDaemon daemon)
        => [.. Directory.GetFiles(Path.Combine(daemon.Home, "blobs")).Select(static path => Path.GetFileName(path)).Where(static name => name.Length == 64)];

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(200))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromMinutes(3)), "waited in vain");
    }
}
