// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.BadInput;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Tests.Shells;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Offers that find their workers by gossip alone, and bids that come through the peers that the offer names.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(120_000)]
public sealed class GossipOnlyTest
{
    private Network _network = null!;

    [SetUp]
    public void Make() => _network = new Network();

    [TearDown]
    public async Task Clear() => await _network.DisposeAsync();

    /// <summary>
    /// The client asks nobody in the DHT or for adverts, listens on nothing, and is connected with nodes that take no work: no worker can dial it, and it knows
    /// none. What it hears of workers are their bids, passed on.
    /// </summary>
    [Test]
    public async Task A_client_that_can_find_nobody_gets_its_work_done_by_who_heard_the_offer()
    {
        await _network.BootstrapAsync("b0");
        await _network.BootstrapAsync("b1");
        var workers = new[] { await _network.AddAsync("w0"), await _network.AddAsync("w1"), await _network.AddAsync("w2") };
        foreach (var worker in workers) await Network.MeetsAsync(worker, 4, "before the job");
        var home = Path.Combine(_network.Folder, "c");
        NodeHome.Create(home, _network.Config() with { TakesWork = false });
        var bids = new List<BidCame>();
        await using var client = await NodeShell.StartAsync(new NodeOptions
        {
            Home = home,
            Light = true,
            Mdns = false,
            SandboxCommand = SandboxCommand.ForAssembly(Tool.Program + ".dll"),
            Wrap = machine => new Adversary(machine, static effect => effect is AskKad or AskAdvert ? null : effect, Hear),
        });
        var view = await EndOfAsync(client);
        Assert.That(view.State, Is.EqualTo(JobState.Accepted), $"{view}\n{_network.Said()}");
        var ids = workers.Select(static w => w.PeerId).ToArray();
        Assert.That(view.Tasks.Select(static t => t.Worker).Distinct(), Is.SubsetOf(ids));
        lock (bids)
        {
            var forwarded = bids.Where(static b => b.From != b.Bid.Worker).ToList();
            Assert.That(forwarded.Select(static b => b.Bid.Worker.ToString()).Distinct(), Is.EquivalentTo(ids), "each worker's first bid was passed on");
        }

        void Hear(NodeEvent e)
        {
            if (e is not BidCame bid) return;
            lock (bids) bids.Add(bid);
        }
    }

    [Test]
    public async Task A_bid_is_passed_on_only_for_an_offer_that_names_the_node_and_only_to_its_issuer()
    {
        var via = await _network.BootstrapAsync("b");
        await using var issuer = await HostilePeer.StartAsync(_network.Id);
        await using var other = await HostilePeer.StartAsync(_network.Id);
        await using var worker = await HostilePeer.StartAsync(_network.Id);
        var at = PeerId.Parse(via.PeerId);
        foreach (var peer in new[] { issuer, other, worker })
        {
            await peer.ConnectAsync(_network.AddressOf(via));
            await peer.JoinOffersAsync(at);
        }

        var contact = new Contact(at, [_network.AddressOf(via).WithoutPeer()]);
        var elsewhere = new Contact(worker.Key.PeerId, [.. worker.Self.Addresses]);
        ulong sequence = 0;
        var (named, unnamed) = (await HeardOfferAsync(contact), await HeardOfferAsync(elsewhere));

        // Wrong ones first: they are on their way before the good one is.
        var boxes = Enumerable.Range(0, 4).Select(static _ => RandomNumberGenerator.GetBytes(100)).ToArray();
        await SendAsync(new ForwardedBid(issuer.Key.PeerId, new SealedBid(unnamed.Id, boxes[0])));
        await SendAsync(new ForwardedBid(other.Key.PeerId, new SealedBid(named.Id, boxes[1])));
        await SendAsync(new ForwardedBid(issuer.Key.PeerId, new SealedBid(Hash32.Of([1]), boxes[2])));
        await SendAsync(new ForwardedBid(issuer.Key.PeerId, new SealedBid(named.Id, boxes[3])));
        await HeardAsync(issuer, boxes[3]);
        await Task.Delay(500);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(issuer.Heard(boxes[i]), Is.False, $"bid {i}");
            Assert.That(other.Heard(boxes[i]), Is.False, $"bid {i}");
        }

        // Again until the mesh is there.
        async Task<OfferMessage> HeardOfferAsync(Contact through)
        {
            while (true)
            {
                var offer = Offers.Of(issuer.Key, [through]);
                await issuer.GossipAsync(at, Offers.Gossip(issuer.Key, ++sequence, offer));
                for (var i = 0; i < 20; i++, await Task.Delay(50))
                {
                    if (worker.Heard(offer.Envelope.Bytes.Span)) return offer;
                }
            }
        }

        async Task SendAsync(ForwardedBid bid) => await worker.AskAsync(at, Protocols.Bid, HostilePeer.Framed(bid.Frame()));
    }

    /// <summary>A job of eight tasks, each done by two workers, handed in over the services of the node.</summary>
    private static async Task<JobView> EndOfAsync(NodeShell client)
    {
        var module = await File.ReadAllBytesAsync(Path.Combine(Pair.Root(), "docs", "samples", "misc", "noop.wasm"));
        var job = new JobSubmission
        {
            Name = "heard of",
            ModuleSha256 = (await client.Jobs.UploadBlob(new FakeUpload(module), new FakeCall())).Sha256,
            Tasks = 8,
            Limits = new Api.V1.TaskLimits { MemoryBytes = 1 << 20, Fuel = 10_000_000, WallMs = 60_000, OutputBytes = 1024 },
            Placement = new Placement { TasksPerLease = 1, Parallel = 4 },
            Verification = new Verification { By = "replicas", Replicas = 2 },
            DeadlineMs = 90_000,
            PriceCeiling = 1_000_000,
        };
        var id = (await client.Jobs.Submit(job, new FakeCall())).JobId;
        await client.Jobs.Watch(new WatchJobRequest { JobId = id }, new FakeReader<JobView>(), new FakeCall());
        return await client.Jobs.Show(new ShowJobRequest { JobId = id }, new FakeCall());
    }

    private static async Task HeardAsync(HostilePeer peer, byte[] bytes)
    {
        for (var i = 0; i < 200 && !peer.Heard(bytes); i++) await Task.Delay(50);
        Assert.That(peer.Heard(bytes), Is.True, Convert.ToHexString(bytes));
    }
}
