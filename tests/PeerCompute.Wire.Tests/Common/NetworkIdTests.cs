// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Tests.Common;

public class NetworkIdTests
{
    [Test]
    public void An_own_network_is_ten_bytes_of_chance()
    {
        var id = NetworkId.Of([0x66, 0x6f, 0x6f, 0x62, 0x61, 0x72, 0x66, 0x6f, 0x6f, 0x62]);
        Assert.That(id.ToString(), Is.EqualTo("mzxw6ytbojtg633c"), "RFC 4648: base32 of 'foobarfoob'");
        Assert.That(NetworkId.TryParse("mzxw6ytbojtg633c"), Is.EqualTo(id));
        Assert.That(id.ProtocolVersion, Is.EqualTo("peercompute/1/mzxw6ytbojtg633c"));
    }

    [TestCase("")]
    [TestCase("Open")]
    [TestCase("mzxw6ytbojtg633")]
    [TestCase("mzxw6ytbojtg633cc")]
    [TestCase("mzxw6ytbojtg6331")]
    [TestCase("MZXW6YTBOJTG633C")]
    public void What_is_no_id_is_none(string text) => Assert.That(NetworkId.TryParse(text), Is.Null);

    [Test]
    public void A_peer_names_its_network_or_none()
    {
        Assert.That(NetworkId.OfPeer("peercompute/1/open"), Is.EqualTo(NetworkId.Open));
        Assert.That(NetworkId.OfPeer("peercompute/1/mzxw6ytbojtg633c")!.ToString(), Is.EqualTo("mzxw6ytbojtg633c"));
        foreach (var other in new[] { "", "peercompute/1", "peercompute/1/", "peercompute/2/open", "ipfs/0.1.0" })
            Assert.That(NetworkId.OfPeer(other), Is.Null, other);
    }
}
