// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Api.V1;
using PeerCompute.Core.Journal;
using PeerCompute.Node.Journals;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>A client's home that was copied while its job ran.</summary>
[TestFixture]
[Category("Slow")]
internal sealed class CopiedClientTests
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
    public async Task A_client_restored_from_a_copy_goes_on_from_what_the_worker_holds()
    {
        using var copies = new TempFolder();
        var jobId = await SubmitAsync(deadlineMs: 600_000);
        await SomeAcceptedAsync(jobId, 1);
        await _client.Shell.StopAsync();
        Copy(_client.Home, copies["home"]);
        await _client.AgainAsync(light: true);
        await SomeAcceptedAsync(jobId, 9);
        await _client.Shell.StopAsync();
        Directory.Delete(_client.Home, recursive: true);
        Copy(copies["home"], _client.Home);
        await _client.AgainAsync(light: true);
        var job = await _client.EndOfAsync(jobId);
        Assert.That(job.State, Is.EqualTo(JobState.Accepted), job.Failure?.Cause);
        await NobodyEquivocatedAsync();
    }

    [Test]
    public async Task A_client_copied_and_started_beside_the_original_ends_and_proves_nothing_against_anybody()
    {
        using var copies = new TempFolder();
        var jobId = await SubmitAsync(deadlineMs: 30_000);
        await SomeAcceptedAsync(jobId, 1);
        await _client.Shell.StopAsync();
        Copy(_client.Home, copies["home"]);
        await _client.AgainAsync(light: true);
        await using (var twin = await NodeShell.StartAsync(
            new NodeOptions { Home = copies["home"], Light = true, SandboxCommand = TestNode.Sandbox, Mdns = false }))
        {
            var job = await _client.EndOfAsync(jobId);
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await twin.Jobs.Watch(new WatchJobRequest { JobId = jobId }, new FakeReader<JobView>(), new FakeCall(patience.Token));
            var twins = await twin.Jobs.Show(new ShowJobRequest { JobId = jobId }, new FakeCall());
            TestContext.Out.WriteLine($"original {job.State}, twin {twins.State}");
        }

        await NobodyEquivocatedAsync();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private async Task<ByteString> SubmitAsync(ulong deadlineMs)
    {
        var submission = Samples.Job(await _client.UploadAsync(Samples.Read("misc/noop.wasm")), _worker, tasks: 40);
        submission.Placement.TasksPerLease = 2;
        submission.DeadlineMs = deadlineMs;
        return await _client.SubmitAsync(submission);
    }

    private async Task SomeAcceptedAsync(ByteString jobId, uint tasks)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await _client.ShowAsync(jobId)).Counts.Accepted < tasks) await Task.Delay(20, patience.Token);
    }

    private async Task NobodyEquivocatedAsync()
    {
        await _client.Shell.StopAsync();
        await _worker.Shell.StopAsync();
        foreach (var home in (string[])[_client.Home, _worker.Home])
        {
            using var journal = Journal.Open(Path.Combine(home, "journal.db"));
            Assert.That(journal.Replay().Select(static body => JournalCodec.Decode(body)).OfType<EquivocationSeen>(), Is.Empty);
        }
    }
}
