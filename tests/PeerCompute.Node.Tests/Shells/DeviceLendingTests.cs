// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Api.V1;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Benchmarks;
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>What a node's machine is told when its owner lends a device, or not.</summary>
[CancelAfter(120_000)]
internal sealed class DeviceLendingTests
{
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private TempFolder _host = null!;

    [SetUp]
    public void Make() => _host = new TempFolder();

    [TearDown]
    public void Remove() => _host.Dispose();

    [Test]
    public async Task A_drained_device_is_offered_no_more_before_what_runs_on_it_ends(CancellationToken cancel)
    {
        File.WriteAllText(_host["clinfo.txt"], "[X/0] CL_DEVICE_NAME One\n[X/0] CL_DEVICE_TYPE CL_DEVICE_TYPE_CPU\n");
        await using var node = await TestNode.StartAsync(light: false);
        if ((await node.Shell.Node.GetNode(new GetNodeRequest(), new FakeCall())).NativeIsolationClass == "none")
            Assert.Ignore("no native program can be walled in here: see 'peercompute doctor --walls'");
        await node.Shell.StopAsync();
        var offered = NativeSemantics.Of(NativeSystems.Architecture, NativeSemantics.OpenClRuntime)!.ToString();
        var device = (await DeviceInventory.ReadAsync(new RecordedHost(_host.Path), cancel)).Devices.Single(static d => d.OpenClPlace is not null);
        var kept = new HostBenchmarks(node.Home, NodeShell.Agent, TimeProvider.System);
        await kept.GpuAsync(device, static () => Task.FromResult<IReadOnlyList<ulong>>([5, 6, 7, 8]));
        new ImageStore(NodeHome.ImagesOf(node.Home)).Decide(static policy => policy.Offer(NativeSemantics.OpenClRuntime));
        await node.AgainAsync(light: false, options => options with { Inventory = _host.Path, Wrap = machine => new Told(machine, _told.Writer) });
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo(offered), "by figures that are kept");

        await DrainAsync(now: false);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("nothing"));
        await DrainAsync(off: true);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo(offered));
        await DrainAsync(now: true);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("nothing"));
        Assert.That(_told.Reader.TryRead(out var next) ? next : "", Is.EqualTo("what runs on the device ends"));

        Task DrainAsync(bool now = false, bool off = false)
            => node.Shell.Lending.Drain(new DrainRequest { Device = device.Model, Now = now, Off = off }, new FakeCall());
    }

    [Test]
    public async Task A_watch_that_breaks_ends_the_node_and_the_home_is_free(CancellationToken cancel)
    {
        await using var node = await TestNode.StartAsync(light: false);
        await node.Shell.StopAsync();
        Directory.CreateDirectory(_host["proc/7"]);
        File.WriteAllText(_host["proc/7/stat"], "7 (game) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0");
        const string Config = """{ "version": 1, "listen": ["/ip4/127.0.0.1/tcp/0"], "owner": { "programs": ["game"] } }""";
        File.WriteAllText(Path.Combine(node.Home, "config.json"), Config);
        await node.AgainAsync(light: false, options => options with { Inventory = _host.Path, Log = Break });
        Assert.That(await node.Shell.Completion.WaitAsync(cancel), Is.EqualTo((int)Base.Errors.ErrorCode.Internal));
        NodeHome.Open(node.Home).Dispose();

        static void Break(string line)
        {
            if (line.StartsWith("the machine is its owner's now", StringComparison.Ordinal)) throw new InvalidOperationException("a test");
        }
    }

    /// <summary>Says what its machine is told of programs and of the owner.</summary>
    private sealed class Told(INodeMachine inner, ChannelWriter<string> told) : WrappedMachine(inner)
    {
        public override void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
        {
            base.Handle(e, now, effects);
            if (e is NativesChanged { Natives: var natives })
                told.TryWrite(natives.IsEmpty ? "nothing" : string.Join(' ', natives.Select(static native => native.Semantics.ToString())));
            else if (e is StopWork { DeviceOnly: var device })
                told.TryWrite(device ? "what runs on the device ends" : "what runs ends");
        }
    }
}
