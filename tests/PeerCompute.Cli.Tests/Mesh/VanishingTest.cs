// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Client.Jobs;
using PeerCompute.Core;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Who promises and vanishes, on either side, and a node whose clock is wrong.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(120_000)]
public sealed class VanishingTest : HostileFixture
{
    [Test]
    public async Task What_a_worker_was_given_that_bid_least_and_vanished_is_done_by_others()
    {
        await using var vanishing = await HostilePeer.StartAsync(Network.Id);
        vanishing.Advert = () => Adverts.Of(vanishing.Key, Network.Id, vanishing.Self);
        var leased = new TaskCompletionSource();
        vanishing.Host.Handle(Protocols.Offer, async (stream, cancel) =>
        {
            var frame = await stream.ReadFrameAsync(PeerMessage.MaxFrame(Protocols.Offer), cancel);
            var bid = Bid(vanishing, (OfferMessage)PeerMessage.Decode(Protocols.Offer, frame!));
            await vanishing.AskAsync(stream.Peer, Protocols.Bid, HostilePeer.Framed(bid.Frame()));
        });
        vanishing.Host.Handle(Protocols.Lease, (_, _) =>
        {
            leased.TrySetResult();
            return Task.CompletedTask;
        });
        foreach (var node in new[] { Bootstrap, Victim, Honest })
        {
            await vanishing.ConnectAsync(Network.AddressOf(node));
            await vanishing.ProvideAsync(PeerId.Parse(node.PeerId));
        }

        var job = await Network.SubmitAsync(Client, Network.Noop(40, 1, 6, "{by: issuer}"));
        await leased.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await vanishing.DisposeAsync();
        var view = await Network.AcceptedAsync(Client, job, "after a worker vanished");
        Assert.That(view.Tasks.Select(static t => t.Worker), Has.None.EqualTo(vanishing.Key.PeerId.ToString()));
        Assert.That(view.Leases.Select(static l => l.Worker), Does.Contain(vanishing.Key.PeerId.ToString()), "it was trusted with some");
    }

    [Test]
    public async Task A_worker_frees_itself_of_a_client_that_leased_and_vanished()
    {
        await using var client = await Network.LightAsync("v");
        var yaml = $$"""
            name: endless
            module: {{Path.Combine(Pair.Root(), "docs", "samples", "misc", "loop.wasm")}}
            tasks: 8
            limits: {memory: 1MiB, fuel: 1T, wall: 5s, output: 1KiB}
            placement: {tasks-per-lease: 1, parallel: 8}
            deadline: 10s
            """;
        await Network.SubmitAsync(client, JobFile.Parse(yaml, "endless.yaml", Network.Folder));
        await UntilAsync(async () => await BusyAsync(Victim) + await BusyAsync(Honest) >= 4, "all slots are taken");
        await client.KillAsync();
        await UntilAsync(async () => await BusyAsync(Victim) + await BusyAsync(Honest) == 0, "the slots are free again");
    }

    [Test]
    public async Task A_worker_whose_clock_is_off_bids_on_no_gossiped_offer_and_says_so_once()
    {
        var said = new List<string>();
        var home = Path.Combine(Network.Folder, "late");
        NodeHome.Create(home, Network.Config("/ip4/127.0.0.1/tcp/0"));
        await using var late = await NodeShell.StartAsync(new NodeOptions
        {
            Home = home,
            Mdns = false,
            ClockOffset = TimeSpan.FromSeconds(-70),
            SandboxCommand = SandboxCommand.ForAssembly(Tool.Program + ".dll"),
            Log = line =>
            {
                lock (said) said.Add(line);
            },
        });
        await using var issuer = await HostilePeer.StartAsync(Network.Id);
        await issuer.ConnectAsync(Base.Multiformats.Multiaddr.Parse(late.Addresses[0]));
        ulong sequence = 0;
        await UntilAsync(
            async () =>
            {
                await issuer.GossipAsync(late.PeerId, Offers.Gossip(issuer.Key, ++sequence, Offers.Of(issuer.Key, [])));
                lock (said) return said.Any(static line => line.Contains("the clock of this node is 70 s off", StringComparison.Ordinal));
            },
            "it says that its clock is off");
        await Network.WorksAsync(Client, "with a worker whose clock is off");
        lock (said) Assert.That(said.Count(static line => line.Contains("the clock of this node", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(issuer.Heard([(byte)MessageKind.SealedBid, 10, 32]), Is.False, "no bid");
    }

    private static SealedBid Bid(HostilePeer worker, OfferMessage offer)
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var bid = new Bid(
            new Header(new Incarnation(1, 7), 0, offer.Id, Rules.Hash, now), offer.Id, worker.Key.PeerId, 0, 4, offer.Offer.DeadlineMs, worker.Key.SealingKey,
            NodeSettings.WasmSemantics, "wasm-strict", worker.Self.Addresses);
        var signed = SignedEnvelope.Seal(worker.Key, Domains.Signature, Domains.Bid, bid.Encode());
        var secrets = new Secrets(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var box = SealedBox.Seal(secrets, offer.Offer.SealingKey.Span, signed.Bytes.Span, Domains.SealedBid, offer.Id.ToArray());
        return new SealedBid(offer.Id, box);
    }

    private static async Task<int> BusyAsync(DaemonProcess worker)
        => (await worker.Client.WorkAsync(CancellationToken.None)).Count(static w => w.Lease.State == LeaseState.Running);
}
