// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Market.Bids;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Images;
using PeerCompute.Node.Runs;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Tests.Runs;

/// <summary>What is laid out for a native program, and what its owner's word is worth at that moment.</summary>
public sealed class NativeRunFilesTests
{
    private const string Runtime = "debian-12@12.11";

    private TempFolder _folder = null!;
    private BlobStore _store = null!;
    private ImageStore _images = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _store = BlobStore.Open(_folder["blobs"], 1 << 24, TimeProvider.System);
        _images = new ImageStore(_folder["images"]);
        _images.Decide(static policy => policy.Offer(Runtime));
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Folders_are_laid_out_and_bounds_are_the_jobs()
    {
        var run = await LayOutAsync(Systems(NativeIsolation.Strict), 1000);
        Assert.That(run.Inputs.Select(static input => input.Key), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(await File.ReadAllBytesAsync(Path.Combine(run.Inputs[1].Value, "data")), Has.Length.EqualTo(500));
        var native = run.Native!;
        Assert.That((native.System, native.WorkBytes, native.Processes, native.CpuMillis), Is.EqualTo((NativeSystem.OfHost, 1L << 20, 9, 2000)));
        Assert.That(native.Isolation, Is.EqualTo(NativeIsolation.Strict), "never below what was advertised");
    }

    [Test]
    public void Folders_together_have_a_bound()
    {
        var fault = Assert.ThrowsAsync<PeerComputeException>(() => LayOutAsync(Systems(NativeIsolation.Strict), 999));
        Assert.That((fault!.Code, fault.Message), Is.EqualTo((ErrorCode.BadInput, fault.Message)));
        Assert.That(fault.Message, Does.Contain("input two/ cannot be used as a folder").And.Contain("limit 499"));
    }

    [Test]
    public void What_the_owner_has_withdrawn_meanwhile_does_not_run()
    {
        Assert.That(Systems(NativeIsolation.Degraded).Offerings(), Is.EqualTo(new[] { new NativeOffering(Semantics, NativeLeave.Allowed) }));
        Assert.That(Systems(NativeIsolation.None).Offerings(), Is.Empty);
        _images.Decide(static policy => policy.WithdrawOffer(Runtime));
        foreach (var walls in (NativeIsolation[])[NativeIsolation.Strict, NativeIsolation.None])
        {
            var fault = Assert.ThrowsAsync<PeerComputeException>(() => LayOutAsync(Systems(walls), 1000));
            Assert.That(fault!.Code, Is.EqualTo(ErrorCode.Refused));
        }
    }

    [Test]
    public void A_device_that_its_owner_uses_is_for_no_job_of_others()
    {
        _images.Decide(static policy => policy.Offer(NativeSemantics.OpenClRuntime));
        var semantics = NativeSemantics.Of(NativeSystems.Architecture, NativeSemantics.OpenClRuntime)!;
        var (lends, device) = (true, new Device(DeviceKind.Cpu, "pocl"));
        var systems = new NativeSystems(_images, NativeIsolation.Strict, _ => device, _ => lends);
        Assert.That(systems.Offerings().Select(static offering => offering.Semantics), Does.Contain(semantics));
        Assert.That(systems.Find(semantics, forOthers: true).Device, Is.SameAs(device));
        lends = false;
        Assert.That(systems.Offerings().Select(static offering => offering.Semantics), Does.Not.Contain(semantics));
        Assert.That(() => systems.Find(semantics, forOthers: true), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Unavailable));
        Assert.That(systems.Find(semantics, forOthers: false).Device, Is.SameAs(device), "its own jobs run on it");
    }

    private static NativeSemantics Semantics
        => NativeSemantics.Of(RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), Runtime)!;

    private NativeSystems Systems(NativeIsolation isolation) => new(_images, isolation, static _ => null, static _ => false);

    private async Task<LeaseRunSpec> LayOutAsync(NativeSystems systems, long most)
    {
        var packer = new FolderPacker();
        packer.File("data");
        Assert.That(packer.Chunk(new byte[500]), Is.True);
        byte[] packed = [.. new byte[500], .. packer.Finish()];
        var blob = await _store.PutAsync(new MemoryStream(packed), new byte[32], 1 << 20);
        var spec = new JobSpec
        {
            Name = "test", Module = null, Native = Semantics, Args = ["/bin/true"], Env = [], Outputs = [], Tasks = 1, Salt = Hash32.Of("salt"u8),
            Inputs = [new NamedBlob("one/", blob), new NamedBlob("two/", blob)],
            Limits = new TaskLimits(1 << 20, 0, 1000, 1000) { WorkBytes = 1 << 20, Processes = 9, Cores = 2 },
        };
        var folder = Directory.CreateDirectory(_folder[$"run{most}"]).FullName;
        return await new RunFiles(_store, systems) { LaidOutMost = most }.LayOutAsync(spec, folder, forOthers: true, CancellationToken.None);
    }
}
