// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Adverts;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class IsolationRankTests
{
    private static readonly string[][] Kinds =
        [["wasm-process", "wasm-seccomp", "wasm-strict"], ["native-degraded", "native-strict"], ["device-degraded", "device-strict"]];

    [Test]
    public void A_class_meets_weaker_ones_of_its_own_kind_and_none_of_another()
    {
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            for (var has = 0; has < Kinds[kind].Length; has++)
            {
                foreach (var (otherKind, names) in Kinds.Index())
                {
                    foreach (var (need, name) in names.Index())
                        Assert.That(IsolationRank.Meets(Kinds[kind][has], name), Is.EqualTo(otherKind == kind && need <= has), $"{Kinds[kind][has]}, {name}");
                }

                Assert.That(IsolationRank.Meets(Kinds[kind][has], ""));
                Assert.That(IsolationRank.Meets(Kinds[kind][has], "unheard-of"), Is.False);
                Assert.That(IsolationRank.Meets("unheard-of", Kinds[kind][has]), Is.False);
            }
        }
    }

    [Test]
    public void An_advert_is_asked_for_the_class_of_the_kind_that_is_needed()
    {
        var any = Wire.Tests.AdvertSamples.Capabilities(new Wire.Tests.Samples(3));
        var advert = any with { Isolation = "wasm-strict", NativeIsolation = "native-strict", DeviceIsolation = "device-degraded" };
        Assert.That(IsolationRank.Name(IsolationRank.Of("device-strict", advert)), Is.EqualTo("device-degraded"));
        Assert.That(IsolationRank.Name(IsolationRank.Of("native-degraded", advert)), Is.EqualTo("native-strict"));
        Assert.That(IsolationRank.Of("device-degraded", advert with { DeviceIsolation = "" }), Is.Zero);
        Assert.That(IsolationRank.Of("device-degraded", advert with { DeviceIsolation = "native-strict" }), Is.Zero, "a class of another kind");
    }
}
