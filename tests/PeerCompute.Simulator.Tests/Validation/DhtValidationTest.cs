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

    [TestCase(300, "4h", "2h", 1)]
    [TestCase(3000, "3h", "1h", 1, Category = "Long")]
    public void T13_with_the_churn_of_a_public_network_records_find_holders_and_keep_them(int nodes, string duration, string first, int seeds)
    {
        var study = Study.Of("T13", seeds, ("nodes", nodes), ("duration", duration), ("first", first));
        Assert.Multiple(() =>
        {
            Assert.That(study.Mean("lookup_depth_p50"), Is.LessThanOrEqualTo(3));
            Assert.That(study.Mean("lookup_depth_p95"), Is.LessThanOrEqualTo(4));
            Assert.That(study.Mean("provide_stored_p5"), Is.GreaterThanOrEqualTo(14));
            Assert.That(study.Mean("holders_online_q1_least"), Is.GreaterThanOrEqualTo(12));
            Assert.That(study.Mean("lookup_closest_share"), Is.GreaterThanOrEqualTo(0.95));
        });
    }

    /// <summary>
    /// A record is gone when all k holders are: 1 - C^k of them are left. Tolerance: three standard deviations of as many independent keys; there are a
    /// hundred nodes for each key, so that few keys share holders.
    /// </summary>
    [TestCase(10, 20, 20, 90)]
    [TestCase(10, 20, 15, 90)]
    [TestCase(20, 60, 20, 90, Category = "Long")]
    [TestCase(20, 60, 15, 90, Category = "Long")]
    [TestCase(20, 60, 5, 80, Category = "Long")]
    public void T14_records_survive_as_often_as_one_of_their_holders_does(int seeds, int keys, int k, int percent)
    {
        var study = Study.Of("T14", seeds, ("nodes", 100 * keys), ("keys", keys), ("k", k), ("leave", percent + "%"));
        var expected = 1 - Math.Pow(percent / 100.0, k);
        Assert.That(study.Each("provide_stored_p5"), Is.All.EqualTo(k));
        Assert.That(study.Mean("record_survival"), Is.EqualTo(expected).Within(3 * Math.Sqrt(expected * (1 - expected) / (seeds * keys))));
    }

    [TestCase(300, 2)]
    [TestCase(2000, 3, Category = "Long")]
    public void T15_with_sessions_of_84_seconds_lookups_find_the_closest_node(int nodes, int seeds)
    {
        var study = Study.Of("T15", seeds, ("nodes", nodes));
        study.Mean("bytes_per_node_second");
        study.Mean("lookup_exact_share");
        Assert.That(study.Mean("lookup_closest_share"), Is.GreaterThanOrEqualTo(0.95));
    }
}
