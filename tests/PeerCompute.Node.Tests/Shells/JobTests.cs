// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;

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
    public void A_job_whose_module_was_not_uploaded_is_refused()
    {
        var refused = Assert.ThrowsAsync<PeerComputeException>(
            () => _client.SubmitAsync(Samples.Job(Google.Protobuf.ByteString.CopyFrom(new byte[32]), _worker)));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(refused.Message, Does.Contain("module_sha256"));
    }
}
