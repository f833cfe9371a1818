// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>
/// A mesh in which every node has D links, nobody changes them and judging takes no time: N(D - 1) + 1 transmissions reach N - 1 others, so each delivery
/// comes with D - 2 copies too many (Vac research, "libp2p and duplicates", 2025-08-12).
/// </summary>
[CancelAfter(300_000)]
internal sealed class RegularMeshTests
{
    [TestCase(4, Category = "Slow")]
    [TestCase(6)]
    [TestCase(8, Category = "Slow")]
    [TestCase(12, Category = "Slow")]
    public void Duplicates_per_delivery_are_D_minus_2(int degree)
    {
        const int nodes = 10_000, messages = 5;
        var options = new GossipOptions { Degree = degree, DegreeLow = degree, DegreeHigh = degree, DegreeScore = 2, DegreeOut = 1 };
        var lab = new GossipLab(options, nodes, keyed: messages);
        lab.LinkRegular(degree);
        lab.SubscribeAll();
        lab.Run(TimeSpan.FromSeconds(4));
        Assert.That(lab.Nodes.Select(n => n.Router.Mesh(GossipLab.Topic).Count), Has.All.EqualTo(degree));
        for (var i = 0; i < messages; i++) lab.Publish(i);
        lab.Run(TimeSpan.FromSeconds(6));
        Assert.That(lab.Deliveries, Is.EqualTo((long)messages * (nodes - 1)));
        Assert.That((lab.MessageSends - lab.Deliveries) / (double)lab.Deliveries, Is.EqualTo(degree - 2).Within(0.002));
    }
}
