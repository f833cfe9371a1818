// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Tests.Validation;

/// <summary>The daemon's DHT nodes against figures that others published; docs/simulator-validation.md has the sources.</summary>
[TestFixture]
[CancelAfter(1_200_000)]
internal sealed class DhtValidationTest
{
    [TestCase(1000, 3, 27.7)]
    [TestCase(10_000, 1, 31.3)]
    [TestCase(10_000, 5, 31.3, Category = "Long")]
    [TestCase(100_000, 1, 36.9, Category = "Long")]
    public void T11_lookups_cost_what_theory_says_and_find_exactly_the_closest(int nodes, int seeds, double requests)
    {
        var study = Study.Of("T11", seeds, ("nodes", nodes));
        Assert.That(study.Each("lookup_exact_share"), Is.All.EqualTo(1));
        Assert.That(study.Mean("lookup_requests"), Is.EqualTo(requests).Within(10).Percent);
    }
}
