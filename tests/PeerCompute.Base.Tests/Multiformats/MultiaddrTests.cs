// SPDX-License-Identifier: Apache-2.0
using System.Net;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Base.Tests.Multiformats;

internal sealed class MultiaddrTests
{
    private const string Peer = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

    [Test]
    public void Texts_and_bytes_are_those_of_js_libp2p()
    {
        foreach (var golden in Vectors.Load("libp2p/js-golden.json").GetProperty("multiaddrs").EnumerateObject())
        {
            var bytes = Convert.FromHexString(golden.Value.GetString()!);
            Assert.That(Multiaddr.Parse(golden.Name).Bytes.ToArray(), Is.EqualTo(bytes), golden.Name);
            Assert.That(Multiaddr.Decode(bytes).ToString(), Is.EqualTo(golden.Name));
            Assert.That(Multiaddr.Decode(bytes), Is.EqualTo(Multiaddr.Parse(golden.Name)));
        }
    }

    [TestCase("")]
    [TestCase("ip4/127.0.0.1")]
    [TestCase("/")]
    [TestCase("/ip4")]
    [TestCase("/ip4/127.1")]
    [TestCase("/ip4/::1")]
    [TestCase("/ip6/fe80::1%eth0")]
    [TestCase("/ip4/127.0.0.1/tcp/65536")]
    [TestCase("/ip4/127.0.0.1/tcp/-1")]
    [TestCase("/ip4/127.0.0.1/tcp/+1")]
    [TestCase("/dns4//tcp/1")]
    [TestCase("/p2p/12D3KooW")]
    [TestCase("/what/1")]
    [TestCase("/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls/tls")]
    public void Malformed_text_is_refused(string text) => Assert.That(() => Multiaddr.Parse(text), Throws.TypeOf<WireException>());

    [TestCase("")]
    [TestCase("04")]
    [TestCase("047f0000")]
    [TestCase("8400", Description = "not the shortest code")]
    [TestCase("ffff03", Description = "unknown protocol")]
    [TestCase("3600", Description = "empty name")]
    [TestCase("36ff01", Description = "name longer than the bytes")]
    [TestCase("3603612f62", Description = "name with a slash")]
    [TestCase("a50302002408", Description = "peer id cut short")]
    public void Malformed_bytes_are_refused(string hex) => Assert.That(() => Multiaddr.Decode(Convert.FromHexString(hex)), Throws.TypeOf<WireException>());

    [Test]
    public void The_peer_at_the_end_is_put_on_and_taken_off()
    {
        var id = PeerId.Parse(Peer);
        var plain = Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001");
        var full = plain.WithPeer(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(full.ToString(), Is.EqualTo($"/ip4/192.0.2.1/tcp/4001/p2p/{Peer}"));
            Assert.That(full.Peer, Is.EqualTo(id));
            Assert.That(plain.Peer.IsNone);
            Assert.That(full.WithPeer(id), Is.EqualTo(full));
            Assert.That(full.WithoutPeer(), Is.EqualTo(plain));
            Assert.That(Multiaddr.Parse($"/ipfs/{Peer}"), Is.EqualTo(Multiaddr.Parse($"/p2p/{Peer}")), "old name");
            Assert.That(() => full.WithPeer(KeyPair.FromSeed(new byte[32]).PeerId), Throws.TypeOf<WireException>());
        }
    }

    [TestCase("/ip4/192.0.2.1/tcp/4001", 4001)]
    [TestCase("/ip6/::1/tcp/1/p2p/" + Peer, 1)]
    [TestCase("/dns4/example.com/tcp/443", 443)]
    [TestCase("/ip4/192.0.2.1/tcp/4001/ws", -1)]
    [TestCase("/ip4/192.0.2.1/udp/4001", -1)]
    [TestCase("/ip4/192.0.2.1/tcp/1/p2p/" + Peer + "/p2p-circuit", -1)]
    public void Only_plain_tcp_is_taken_for_tcp(string text, int port)
    {
        var plain = Multiaddr.Parse(text).TryGetTcp(out _, out var found);
        Assert.That(plain ? found : -1, Is.EqualTo(port));
    }

    [Test]
    public void A_socket_address_mapped_into_ipv6_is_ipv4() =>
        Assert.That(Multiaddr.FromTcp(IPAddress.Parse("::ffff:192.0.2.1"), 80).ToString(), Is.EqualTo("/ip4/192.0.2.1/tcp/80"));
}
