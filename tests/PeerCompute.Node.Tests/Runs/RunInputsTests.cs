// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Runs;

/// <summary>Inputs that came as their root promises and open to something else: the spec lied, and nothing is started.</summary>
[TestFixture]
internal sealed class RunInputsTests
{
    private TempFolder _folder = null!;
    private BlobStore _store = null!;
    private BlobRef _module = null!;
    private byte _keys;

    [SetUp]
    public async Task Make()
    {
        _folder = new TempFolder();
        _store = BlobStore.Open(_folder["blobs"], 1 << 30, TimeProvider.System);
        _module = await PutAsync([0, 97, 115, 109]);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task What_is_as_declared_reaches_the_sandbox()
    {
        var host = new NoHost();
        var broke = await RunAsync(host, new NamedBlob("words.txt", await PutAsync([1, 2, 3])));
        Assert.That((broke.Kind, broke.Reason), Is.EqualTo((FailKind.Host, NoHost.Reason)));
        Assert.That(host.Asked!.Inputs.Single().Key, Is.EqualTo("words.txt"));
    }

    [Test]
    public async Task An_input_of_other_bytes_than_declared_is_refused_by_name()
    {
        var blob = await PutAsync([1, 2, 3]);
        foreach (var (lie, why) in new[]
        {
            (blob with { Plain = Hash32.Of([1]) }, "the plain bytes have another hash"),
            (blob with { Size = 2 }, "3 bytes instead of 2"),
            (blob with { Key = new byte[32] }, "does not open with its key"),
        })
        {
            var host = new NoHost();
            var broke = await RunAsync(host, new NamedBlob("good.txt", blob), new NamedBlob("words.txt", lie));
            Assert.That(broke.Kind, Is.EqualTo(FailKind.Input));
            Assert.That(broke.Reason, Does.StartWith("input words.txt: ").And.Contain(why));
            Assert.That(host.Asked, Is.Null);
        }
    }

    [Test]
    public async Task A_module_of_other_bytes_than_declared_is_refused_by_name()
    {
        _module = _module with { Plain = Hash32.Of([9]) };
        var broke = await RunAsync(new NoHost());
        Assert.That((broke.Kind, broke.Reason), Is.EqualTo((FailKind.Input, broke.Reason)));
        Assert.That(broke.Reason, Does.StartWith("module: "));
    }

    [Test]
    public async Task A_folder_that_is_none_or_whose_list_lies_is_refused_by_name()
    {
        var packer = new FolderPacker();
        packer.File("a");
        packer.Chunk([5]);
        byte[] good = [5, .. packer.Finish()], bad = [6, .. good[1..]];
        Assert.That((await RunAsync(new NoHost(), new NamedBlob("data/", await PutAsync(good)))).Kind, Is.EqualTo(FailKind.Host));
        foreach (var (bytes, why) in new[] { (bad, "'a' holds other bytes"), (good[..^1], "no packed folder"), (new byte[3], "no packed folder") })
        {
            var broke = await RunAsync(new NoHost(), new NamedBlob("data/", await PutAsync(bytes)));
            Assert.That(broke.Kind, Is.EqualTo(FailKind.Spec));
            Assert.That(broke.Reason, Does.StartWith("input data/ cannot be used as a folder").And.Contain(why));
        }
    }

    private Task<BlobRef> PutAsync(byte[] plain)
        => _store.PutAsync(new MemoryStream(plain), Enumerable.Repeat(++_keys, 32).ToArray(), 1 << 20);

    private async Task<RunBroke> RunAsync(NoHost host, params NamedBlob[] inputs)
    {
        var spec = new JobSpec
        {
            Name = "test", Module = _module, Args = [], Env = [], Inputs = [.. inputs], Outputs = [], Tasks = 1,
            Limits = new TaskLimits(1 << 20, 1000, 1000, 1000), Salt = Hash32.Of("salt"u8),
        };
        Directory.CreateDirectory(_folder["work"]);
        var natives = new NativeSystems(new ImageStore(_folder["images"]), NativeIsolation.None, static _ => null, static _ => false);
        using var director = new RunDirector(host, _store, natives, _folder["work"], 1, 1);
        var events = new List<NodeEvent>();
        await director.RunAsync(new StartRun(new RunKey(Hash32.Of("lease"u8), RunRole.Work), spec, [0], new byte[32]), Post, CancellationToken.None);
        Assert.That(Directory.GetFileSystemEntries(_folder["work"]), Is.Empty, "no plain file stays");
        return (RunBroke)events.Single();

        ValueTask Post(NodeEvent e)
        {
            events.Add(e);
            return default;
        }
    }

    /// <summary>Starts nothing, and keeps what it was asked for.</summary>
    private sealed class NoHost : IRunHost
    {
        public const string Reason = "there is no host";

        public LeaseRunSpec? Asked { get; private set; }

        public IReadOnlyCollection<string> Unclaimed => [];

        public bool HasLeft => false;

        public ValueTask<ILeaseRun?> ClaimAsync(string key, CancellationToken cancellation) => new((ILeaseRun?)null);

        public ValueTask<ILeaseRun> StartAsync(string key, string folder, LeaseRunSpec spec, CancellationToken cancellation)
        {
            Asked = spec;
            throw new PeerComputeException(ErrorCode.Host, Reason);
        }

        public void Leave()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
