// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Tests.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>Whole jobs between two nodes over loopback.</summary>
[Category("Slow")]
[TestFixture]
internal sealed class JobTests
{
    private TestNode _worker = null!;
    private TestNode _client = null!;

    [SetUp]
    public async Task Start()
    {
        _worker = await TestNode.StartAsync(light: false);
        _client = await TestNode.StartAsync(light: true);
    }

    [TearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _worker.DisposeAsync();
    }

    [Test]
    public async Task A_job_is_run_confirmed_and_receipted()
    {
        var module = await _client.UploadAsync(Samples.Read("misc/noop.wasm"));
        var jobId = await _client.SubmitAsync(Samples.Job(module, _worker, tasks: 8));
        var job = await _client.EndOfAsync(jobId);
        Assert.That(job.State, Is.EqualTo(JobState.Accepted), job.Failure?.Cause);
        Assert.That(job.Counts.Accepted, Is.EqualTo(8));
        Assert.That(job.Tasks.Select(static t => t.Worker), Is.All.EqualTo(_worker.Shell.PeerId.ToString()));
        var receipt = await _client.Shell.Jobs.GetReceipt(new GetReceiptRequest { JobId = jobId }, new FakeCall());
        Assert.That(receipt.Receipt.Length, Is.GreaterThan(0));
        Assert.That(File.Exists(receipt.Path));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(_worker.Home, "work")), Is.Empty, "nothing plain is left");
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(_client.Home, "work")), Is.Empty);
    }

    [Test]
    public async Task Outputs_come_back_as_the_program_wrote_them()
    {
        var module = await _client.UploadAsync(Samples.Read("raytrace/raytrace.wasm"));
        var scene = Samples.Read("raytrace/scene.txt");
        var job = Samples.Job(module, _worker, tasks: 24);
        job.Args.AddRange(["scene.txt", "tile.ppm", "--tile", "{index}", "--of", "{count}"]);
        job.Inputs.Add(new InputFile { Name = "scene.txt", Sha256 = await _client.UploadAsync(scene), Size = (ulong)scene.Length });
        job.Outputs.Add("tile.ppm");
        var jobId = await _client.SubmitAsync(job);
        var end = await _client.EndOfAsync(jobId);
        Assert.That(end.State, Is.EqualTo(JobState.Accepted), end.Failure?.Cause);
        Assert.That(end.Leases, Has.Count.GreaterThanOrEqualTo(4));
        for (uint i = 0; i < 24; i++) Assert.That((await _client.DownloadAsync(jobId, i, "tile.ppm"))[..2], Is.EqualTo("P6"u8.ToArray()));
    }

    [Test]
    public async Task A_job_survives_a_restart_of_both_nodes()
    {
        var module = await _client.UploadAsync(Samples.Read("misc/noop.wasm"));
        var jobId = await _client.SubmitAsync(Samples.Job(module, _worker, tasks: 60));
        var address = _worker.Shell.Addresses[0];
        await _worker.Shell.StopAsync();
        await _client.Shell.StopAsync();
        await _worker.AgainAsync(light: false, options => options with { Listen = [address[..address.IndexOf("/p2p/", StringComparison.Ordinal)]] });
        await _client.AgainAsync(light: true);
        var job = await _client.EndOfAsync(jobId);
        Assert.That(job.State, Is.EqualTo(JobState.Accepted), job.Failure?.Cause);
    }

    [Test]
    public async Task A_cancelled_job_ends()
    {
        var module = await _client.UploadAsync(Samples.Read("misc/loop.wasm"));
        var submission = Samples.Job(module, _worker);
        submission.Limits.Fuel = 1UL << 39;
        var jobId = await _client.SubmitAsync(submission);
        var job = await _client.Shell.Jobs.Cancel(new CancelJobRequest { JobId = jobId }, new FakeCall());
        Assert.That(job.State, Is.EqualTo(JobState.Cancelled));
    }

    [Test]
    public async Task A_program_that_traps_is_a_result_and_the_job_says_so()
    {
        var module = await _client.UploadAsync(Samples.Read("misc/trap.wasm"));
        var jobId = await _client.SubmitAsync(Samples.Job(module, _worker));
        var job = await _client.EndOfAsync(jobId);
        Assert.That(job.State, Is.EqualTo(JobState.Failed));
        Assert.That(job.Tasks[0].Error, Does.Contain("trap"));
    }

    [Test]
    public async Task A_stranger_beside_a_running_job_gets_no_blob_of_it()
    {
        await using var client = await TestNode.StartAsync(light: false);
        var job = Samples.Job(await client.UploadAsync(Samples.Read("misc/loop.wasm")), _worker);
        job.Limits.Fuel = 1UL << 39;
        job.Inputs.Add(new InputFile { Name = "secret.txt", Sha256 = await client.UploadAsync("secret"u8.ToArray()), Size = 6 });
        job.Inputs.Add(new InputFile { Name = "open.txt", Sha256 = await client.UploadAsync("open"u8.ToArray()), Size = 4, Public = true });
        var first = await client.SubmitAsync(job);
        var second = await client.SubmitAsync(job);
        await UntilAsync(() => Roots(_worker).Intersect(Roots(client)).Count() >= 3, "the worker has what it runs");

        var key = KeyPair.FromSeed([.. Enumerable.Repeat((byte)9, 32)]);
        await using var stranger = await Host.StartAsync(new HostOptions { Key = key });
        foreach (var node in new[] { client, _worker }) await stranger.ConnectAsync(Multiaddr.Parse(node.Shell.Addresses[0]));
        var token = Tokens.Inputs(key, key.PeerId, null, long.MaxValue).Envelope.Bytes;
        var open = BlobRef.PublicKey(Hash32.Of("open"u8));
        var store = BlobStore.Open(Path.Combine(client.Home, "blobs"), 1 << 30, TimeProvider.System);
        var seen = new List<Hash32>();
        foreach (var root in Roots(client))
        {
            var answers = new[] { await AskAsync(stranger, client, root, default), await AskAsync(stranger, client, root, token) };
            if (answers[0].Manifest is not null) seen.Add(root);
            else Assert.That((answers[0].Refusal, answers[1].Refusal), Is.EqualTo((BlobRefusal.NoToken, BlobRefusal.NotServed)));
        }

        Assert.That(Roots(client), Has.Count.EqualTo(3 + 4 + 1), "uploads, copies of module and secret for each job, one public copy");
        Assert.That(seen, Has.Count.EqualTo(1), "the public one");
        await store.OpenAsync(new BlobRef(Hash32.Of("open"u8), 4, seen[0], open), Stream.Null);
        foreach (var root in Roots(_worker)) Assert.That((await AskAsync(stranger, _worker, root, token)).Manifest, Is.Null);

        foreach (var id in new[] { first, second }) await client.Shell.Jobs.Cancel(new CancelJobRequest { JobId = id }, new FakeCall());
        await UntilAsync(() => Roots(client).Count == 4, "copies of ended jobs go");
        Assert.That(Roots(client), Does.Contain(seen[0]), "uploads and the public copy stay");
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var i = 0; i < 3000 && !holds(); i++) await Task.Delay(20);
        Assert.That(holds(), what);
    }

    private static List<Hash32> Roots(TestNode node)
        => [.. Directory.GetFiles(Path.Combine(node.Home, "blobs")).Select(Path.GetFileName).Where(static n => n!.Length == 64)
            .Select(static n => new Hash32(Convert.FromHexString(n!)))];

    private static async Task<BlobAnswer> AskAsync(Host host, TestNode node, Hash32 root, ReadOnlyMemory<byte> token)
    {
        await using var stream = await host.OpenAsync(node.Shell.PeerId, Protocols.Blob);
        await stream.WriteFrameAsync(new BlobRequest(root, 0, 1, true, token).Encode());
        return BlobAnswer.Decode(await stream.ReadFrameAsync(BlobAnswer.MaxBytes));
    }

    [Test]
    public void A_job_whose_module_was_not_uploaded_is_refused()
    {
        var refused = Assert.ThrowsAsync<PeerComputeException>(
            () => _client.SubmitAsync(Samples.Job(Google.Protobuf.ByteString.CopyFrom(new byte[32]), _worker)));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(refused.Message, Does.Contain("module_sha256"));
    }
}
