// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using JobState = PeerCompute.Api.V1.JobState;

namespace PeerCompute.Node.Tests.Shells;

/// <summary>A node that starts, stops, and refuses to start.</summary>
[TestFixture]
internal sealed class NodeShellTests
{
    [Test]
    public async Task A_node_says_who_it_is_and_ends_when_asked()
    {
        await using var node = await TestNode.StartAsync(light: false);
        var view = await node.Shell.Node.GetNode(new GetNodeRequest(), new FakeCall());
        Assert.That(view.PeerId, Is.EqualTo(node.Shell.PeerId.ToString()));
        Assert.That(view.Listen.Single(), Does.EndWith("/p2p/" + view.PeerId));
        Assert.That(view.Incarnation, Does.StartWith("1-"));
        Assert.That(view.IsolationClass, Is.Not.Empty);
        Assert.That(view.NativeIsolationClass, Is.AnyOf("none", "native-degraded", "native-strict"));
        await node.Shell.Node.Shutdown(new ShutdownRequest(), new FakeCall());
        Assert.That(await node.Shell.Completion, Is.Zero);
    }

    [Test]
    public async Task Each_start_is_a_new_life()
    {
        await using var node = await TestNode.StartAsync(light: true);
        var first = (await node.Shell.Node.GetNode(new GetNodeRequest(), new FakeCall())).Incarnation;
        await node.Shell.StopAsync();
        await node.AgainAsync(light: true);
        var second = (await node.Shell.Node.GetNode(new GetNodeRequest(), new FakeCall())).Incarnation;
        Assert.That(first, Does.StartWith("1-"));
        Assert.That(second, Does.StartWith("2-"));
        Assert.That(second[2..], Is.Not.EqualTo(first[2..]));
    }

    [Test]
    public async Task A_second_node_in_the_same_home_is_refused_and_the_first_goes_on()
    {
        await using var node = await TestNode.StartAsync(light: true);
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => NodeShell.StartAsync(new NodeOptions { Home = node.Home }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.Home));
        Assert.That(refused.Message, Does.Contain("process id " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        Assert.That((await node.Shell.Jobs.List(new ListJobsRequest(), new FakeCall())).Jobs, Is.Empty);
    }

    [Test]
    public async Task A_port_in_use_is_named_and_the_home_is_free_again()
    {
        await using var first = await TestNode.StartAsync(light: false);
        await using var second = await TestNode.StartAsync(light: true);
        await second.Shell.StopAsync();
        var taken = first.Shell.Addresses[0];
        taken = taken[..taken.IndexOf("/p2p/", StringComparison.Ordinal)];
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => second.AgainAsync(light: false, options => options with { Listen = [taken] }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.Host));
        Assert.That(refused.Message, Does.Contain("in use"));
        await second.AgainAsync(light: true);
    }

    [Test]
    public async Task A_peer_is_connected_shown_and_proven()
    {
        await using var worker = await TestNode.StartAsync(light: false);
        await using var client = await TestNode.StartAsync(light: true);
        var peer = (await client.Shell.Node.Connect(new ConnectRequest { Address = worker.Shell.Addresses[0] }, new FakeCall())).Peer;
        Assert.That(peer.PeerId, Is.EqualTo(worker.Shell.PeerId.ToString()));
        Assert.That((await client.Shell.Node.ListPeers(new ListPeersRequest(), new FakeCall())).Peers.Single().PeerId, Is.EqualTo(peer.PeerId));
        var address = worker.Shell.Addresses[0];
        await using var other = await TestNode.StartAsync(light: true);
        var wrong = address[..address.IndexOf("/p2p/", StringComparison.Ordinal)] + "/p2p/" + client.Shell.PeerId;
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => other.Shell.Node.Connect(new ConnectRequest { Address = wrong }, new FakeCall()));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotAuthentic));
    }

    [TestCase("nonsense", "no address")]
    [TestCase("/ip4/1.2.3.4", "")]
    public async Task An_address_that_is_none_is_refused(string address, string told)
    {
        await using var node = await TestNode.StartAsync(light: true);
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => node.Shell.Node.Connect(new ConnectRequest { Address = address }, new FakeCall()));
        Assert.That(refused!.Message, Does.Contain(told));
    }

    [Test]
    public async Task A_worker_whose_clock_is_off_takes_no_lease_and_the_client_is_told()
    {
        await using var worker = await TestNode.StartAsync(light: false, static options => options with { ClockOffset = TimeSpan.FromMinutes(3) });
        await using var client = await TestNode.StartAsync(light: true);
        var module = await client.UploadAsync(Samples.Read("misc/noop.wasm"));
        var submission = Samples.Job(module, worker);
        submission.DeadlineMs = 5000;
        var jobId = await client.SubmitAsync(submission);
        var job = await client.EndOfAsync(jobId);
        Assert.That(job.State, Is.Not.EqualTo(JobState.Accepted));
        Assert.That(job.Leases, Is.Empty);
        Assert.That(job.Failure.Cause, Does.Contain("clock"));
    }

    [Test]
    public async Task A_bug_of_the_machine_ends_the_node_with_exit_code_70_and_frees_the_home()
    {
        await using var node = await TestNode.StartAsync(light: true, static options => options with { Wrap = static machine => new Faulty(machine) });
        Assert.That(await node.Shell.Completion, Is.EqualTo(70));
        await node.AgainAsync(light: true);
    }

    [Test]
    public async Task A_full_disk_ends_the_node_with_exit_code_71_and_a_restart_finds_everything()
    {
        await using var node = await TestNode.StartAsync(light: true);
        await node.Shell.StopAsync();
        var copy = Directory.CreateTempSubdirectory("pc-disk-").FullName;
        using (SmallDisk.Mount(copy, "8m"))
        {
            var home = Path.Combine(copy, "home");
            Directory.CreateDirectory(home);
            foreach (var name in (string[])["key", "config.json"]) File.Copy(Path.Combine(node.Home, name), Path.Combine(home, name));
            await node.AgainAsync(light: true, options => options with { Home = home, Wrap = static machine => new Chatty(machine) });
            Assert.That(await node.Shell.Completion, Is.EqualTo(71));
        }

        Directory.Delete(copy);
    }

    /// <summary>Breaks at its first tick.</summary>
    private sealed class Faulty(INodeMachine inner) : WrappedMachine(inner)
    {
        public override void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects) => throw Invariant.Unreachable("a test");
    }

    /// <summary>Keeps far too much.</summary>
    private sealed class Chatty(INodeMachine inner) : WrappedMachine(inner)
    {
        public override Instant NextWake => new(0);

        public override void Handle(NodeEvent e, NodeTime now, List<NodeEffect> effects)
        {
            if (e is NodeStarted) base.Handle(e, now, effects);
            else effects.Add(new Keep(new JobEnded(Base.Crypto.Hash32.Of([1]), Core.Views.JobState.Failed, new string('x', 10_000), 1, default)));
        }
    }
}
