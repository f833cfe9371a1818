// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Base.Crypto;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Interop.Tests;

/// <summary>
/// Three js-libp2p peers and three nodes of ours in one DHT: a chain in which no two alike are neighbours, so that each learns of most by lookups.
/// </summary>
[CancelAfter(180_000)]
internal sealed class JsKademliaTests
{
    private readonly List<JsPeer> _js = [];
    private readonly List<KadDriver> _ours = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        for (byte i = 1; i <= 3; i++)
        {
            _js.Add(await JsPeer.StartAsync());
            _ours.Add(await KadDriver.StartAsync(i));
        }

        for (var i = 0; i < 3; i++)
        {
            await _ours[i].Host.ConnectAsync(_js[i].Address);
            if (i > 0) await _js[i].CallAsync("dial", new { address = _ours[i - 1].Host.ListenAddresses[0].WithPeer(_ours[i - 1].Host.PeerId).ToString() });
        }

        await EventuallyAsync("full tables", async () =>
        {
            foreach (var peer in _js)
            {
                if ((int)(await peer.CallAsync("dhtSize", new { }))["size"]! < 3) return false;
            }

            return _ours.All(n => n.Contacts == 5);
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var node in _ours) await node.DisposeAsync();
        foreach (var peer in _js) await peer.DisposeAsync();
    }

    [Test]
    public async Task Values_that_we_put_are_got_by_js()
    {
        var time = Encoding.ASCII.GetBytes(DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture));
        var record = new KadRecord("/pc/ours"u8.ToArray(), "from us"u8.ToArray(), time);
        var put = await _ours[0].RunAsync((node, now, effects) => node.Put(record, now, effects));
        Assert.That(put.Stored, Is.EqualTo(5));
        foreach (var peer in _js)
            Assert.That((string?)(await peer.CallAsync("get", new { key = "/pc/ours" }))["value"], Is.EqualTo(Convert.ToBase64String("from us"u8)));
    }

    [Test]
    public async Task Values_that_js_puts_are_got_by_us()
    {
        var put = await _js[0].CallAsync("put", new { key = "/pc/theirs", value = Convert.ToBase64String("from js"u8) });
        Assert.That((int)put["stored"]!, Is.GreaterThanOrEqualTo(4), put.ToJsonString());
        Assert.That(_ours.Count(n => n.Holds("/pc/theirs"u8.ToArray())), Is.GreaterThanOrEqualTo(2), "js leaves one peer out now and then");
        foreach (var node in _ours)
        {
            var got = await node.RunAsync((n, now, effects) => n.Get("/pc/theirs"u8.ToArray(), 3, now, effects));
            Assert.That(got.Record?.Value.ToArray(), Is.EqualTo("from js"u8.ToArray()));
        }
    }

    [Test]
    public async Task What_we_provide_is_found_by_js_and_by_us()
    {
        var key = new Hash32(SHA256.HashData("provided by us"u8));
        var provided = await _ours[1].RunAsync((node, now, effects) => node.Provide(key, now, effects));
        Assert.That(provided.Stored, Is.EqualTo(5));
        foreach (var peer in _js)
        {
            var found = (await peer.CallAsync("findProviders", new { key = "provided by us" }))["providers"]!.AsObject();
            Assert.That(found.Select(p => p.Key), Is.EqualTo(new[] { _ours[1].Host.PeerId.ToString() }));
            Assert.That(found.Single().Value!.AsArray().Select(a => (string?)a), Does.Contain(_ours[1].Host.ListenAddresses[0].ToString()));
        }

        var ours = await _ours[2].RunAsync((node, now, effects) => node.FindProviders(key, 20, now, effects));
        Assert.That(ours.Peers.Single().Id, Is.EqualTo(_ours[1].Host.PeerId));
    }

    [Test]
    public async Task What_js_provides_is_found_by_us()
    {
        await _js[2].CallAsync("provide", new { key = "provided by js" });
        var key = new Hash32(SHA256.HashData("provided by js"u8));
        foreach (var node in _ours)
        {
            await EventuallyAsync("the provider", async () =>
            {
                var found = await node.RunAsync((n, now, effects) => n.FindProviders(key, 20, now, effects));
                return found.Peers.Length == 1 && found.Peers[0].Id == _js[2].PeerId && found.Peers[0].Addresses.Contains(_js[2].Address.WithoutPeer());
            });
        }
    }

    [Test]
    public async Task Peers_are_found_both_ways()
    {
        foreach (var peer in _js)
        {
            foreach (var node in _ours)
            {
                var found = await node.RunAsync((n, now, effects) => n.FindPeer(peer.PeerId, now, effects));
                Assert.That(found.Peers.Single().Addresses, Does.Contain(peer.Address.WithoutPeer()));
                var back = (await peer.CallAsync("findPeer", new { peer = node.Host.PeerId.ToString() }))["addresses"];
                Assert.That(back?.AsArray().Select(a => (string?)a), Does.Contain(node.Host.ListenAddresses[0].ToString()));
            }
        }
    }

    private static async Task EventuallyAsync(string what, Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await holds()) return;
            await Task.Delay(100);
        }

        Assert.Fail($"Waited in vain for {what}.");
    }
}
