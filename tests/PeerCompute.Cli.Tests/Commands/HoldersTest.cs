// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Every worker that was paid for a result keeps it, real processes: one of them is gone for good, and the client collects from another.</summary>
[Category("Slow")]
public sealed class HoldersTest
{
    private Tool _tool = null!;

    [SetUp]
    public void Make() => _tool = new Tool();

    [TearDown]
    public void Remove() => _tool.Dispose();

    [Test]
    public async Task A_client_that_was_off_collects_from_another_holder_when_the_accepted_worker_is_gone()
    {
        var workers = new List<RunningDaemon>();
        try
        {
            for (var i = 0; i < 3; i++) workers.Add(await RunningDaemon.StartAsync(_tool, $"worker{i}"));
            string id, accepted, cid;
            await using (var client = await RunningDaemon.StartAsync(_tool, "client", "--light"))
            {
                _tool.File("words.txt", "a line\n");
                var job = _tool.File("job.yaml", $"""
                    name: test
                    module: {Tool.Sample("misc", "readinput.wasm")}
                    args: [words.txt, out.txt]
                    inputs: [words.txt]
                    outputs: [out.txt]
                    tasks: 1
                    verification: {"{"}replicas: 2{"}"}
                    """);
                string[] to = [.. workers.SelectMany(static worker => new[] { "--to", worker.Address })];
                var submitted = await _tool.RunAsync(["job", "submit", job, .. to, .. Home]);
                Assert.That(submitted.ExitCode, Is.Zero, submitted.Error);
                id = (string)submitted.Json["jobId"]!;
                await UntilAsync(async () => (string?)(await ShowAsync(id))["state"] == "accepted");
                var task = (await ShowAsync(id))["tasks"]![0]!;
                (accepted, cid) = ((string)task["worker"]!, (string)task["outputCid"]!);
                await UntilAsync(() => Task.FromResult(workers.Count(static worker => Blobs(worker.Home).Length == 1) == 2));
                await UntilAsync(async () => Keepers(await ShowAsync(id)) == 2);
                var listed = (await _tool.RunAsync(["job", "list", .. Home])).Json[0]!;
                var kept = (ulong)listed["collectBeforeMs"]! - (ulong)listed["submittedMs"]!;
                Assert.That(TimeSpan.FromMilliseconds(kept), Is.EqualTo(TimeSpan.FromDays(14) + TimeSpan.FromMinutes(10)).Within(TimeSpan.FromMinutes(1)));
            }

            var name = Path.GetFileName(Blobs(workers.Single(worker => worker.PeerId == accepted).Home).Single());
            Assert.That(Convert.ToHexStringLower(Base32.Decode(cid.AsSpan(1))), Is.EqualTo("01551220" + name), "the CID of a blob of one chunk");

            // The client is off and loses its copy; the worker whose output counts never comes back.
            foreach (var lost in Blobs(Path.Combine(_tool.Home, "client"))) File.Delete(lost);
            var dead = workers.Single(worker => worker.PeerId == accepted);
            await dead.DisposeAsync();
            Directory.Delete(dead.Home, recursive: true);
            workers.Remove(dead);

            await using var again = await RunningDaemon.StartAsync(_tool, "client", "--light");
            await UntilAsync(async () => (await _tool.RunAsync(["job", "show", id, "-o", "out", .. Home])).ExitCode == 0);
            Assert.That(await File.ReadAllTextAsync(Path.Combine(_tool.Home, "out", "tasks", "0", "out.txt")), Is.EqualTo("a line\n"));
            Assert.That(Keepers(await ShowAsync(id)), Is.Zero, "it was collected");
            await UntilAsync(() => Task.FromResult(workers.All(static worker => Blobs(worker.Home).Length == 0)));
        }
        finally
        {
            foreach (var worker in workers) await worker.DisposeAsync();
        }
    }

    private string[] Home => ["--home", Path.Combine(_tool.Home, "client"), "--json"];

    private async Task<JsonNode> ShowAsync(string id) => (await _tool.RunAsync(["job", "show", id, .. Home])).Json;

    private static int Keepers(JsonNode job) => job["leases"]!.AsArray().Count(static lease => (bool)lease!["keeps"]!);

    private static string[] Blobs(string home)
        => [.. Directory.GetFiles(Path.Combine(home, "blobs")).Where(static path => Path.GetFileName(path).Length == 64)];

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(200))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromMinutes(3)), "waited in vain");
    }
}
