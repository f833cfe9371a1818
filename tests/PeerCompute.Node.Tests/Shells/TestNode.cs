// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Api.V1;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node.Homes;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>A node of a test, in a home of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private TestNode()
    {
    }

    /// <summary>This assembly is the sandboxed child.</summary>
    public static SandboxCommand Sandbox { get; } = SandboxCommand.ForAssembly(typeof(TestNode).Assembly.Location);

    public NodeShell Shell { get; private set; } = null!;

    public string Home => _folder["home"];

    public static async Task<TestNode> StartAsync(bool light, Func<NodeOptions, NodeOptions>? change = null)
    {
        var node = new TestNode();
        NodeHome.Create(node.Home, new HomeConfig { Listen = ["/ip4/127.0.0.1/tcp/0"] });
        await node.AgainAsync(light, change);
        return node;
    }

    public async Task AgainAsync(bool light, Func<NodeOptions, NodeOptions>? change = null)
    {
        var options = new NodeOptions
        {
            Home = Home,
            Light = light,
            SandboxCommand = Sandbox,
            Mdns = false,
            Log = line => TestContext.Progress.WriteLine($"{(light ? "client" : "worker")}: {line}"),
        };
        Shell = await NodeShell.StartAsync(change is null ? options : change(options));
    }

    public async Task<ByteString> UploadAsync(byte[] bytes) => (await Shell.Jobs.UploadBlob(new FakeUpload(bytes), new FakeCall())).Sha256;

    public async Task<ByteString> SubmitAsync(JobSubmission job) => (await Shell.Jobs.Submit(job, new FakeCall())).JobId;

    public async Task<JobView> ShowAsync(ByteString jobId) => await Shell.Jobs.Show(new ShowJobRequest { JobId = jobId }, new FakeCall());

    /// <summary>Follows a job to its end.</summary>
    public async Task<JobView> EndOfAsync(ByteString jobId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await Shell.Jobs.Watch(new WatchJobRequest { JobId = jobId }, new FakeReader<JobView>(), new FakeCall(patience.Token));
        return await ShowAsync(jobId);
    }

    public async Task<byte[]> DownloadAsync(ByteString jobId, uint task, string name)
    {
        var chunks = new FakeReader<Chunk>();
        await Shell.Jobs.Download(new DownloadRequest { JobId = jobId, Task = task, Name = name }, chunks, new FakeCall());
        return [.. chunks.Messages.SelectMany(static chunk => chunk.Data)];
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.StopAsync();
        _folder.Dispose();
    }
}
