// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Tests.Checks;

public sealed class ChecksTests
{
    [Test]
    public void ABrokenInvariantNamesItsRule()
    {
        var balance = -1;
        Assert.That(() => Invariant.Check(balance >= 0), Throws.TypeOf<InvariantException>().With.Message.Contains("balance >= 0"));
        Assert.That(() => Invariant.Check(balance < 0), Throws.Nothing);
        Assert.That(Invariant.Unreachable("why").Message, Does.Contain("why"));
    }

    [Test]
    public void AnArmedFaultPointIsCalledWithItsName()
    {
        var hits = new List<string>();
        FaultPoint.Hit("before");
        FaultPoint.Armed = hits.Add;
        try
        {
            FaultPoint.Hit("room.noun.moment");
        }
        finally
        {
            FaultPoint.Armed = null;
        }

        FaultPoint.Hit("after");
        Assert.That(hits, Is.EqualTo(new[] { "room.noun.moment" }));
    }

    [Test]
    public void AWireErrorNamesFieldReasonAndOffset()
    {
        Assert.That(new WireException("price", "above the limit", 7).Message, Is.EqualTo("price: above the limit (at byte 7)"));
        Assert.That(new WireException("price", "above the limit").Message, Is.EqualTo("price: above the limit"));
    }
}
