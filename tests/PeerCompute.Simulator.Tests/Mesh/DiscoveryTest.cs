// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Tests.Mesh;

/// <summary>Five hundred nodes of the same Core: workers are found, a fifth of the network comes and goes, a tenth lies, the job is accepted.</summary>
[Category("Slow")]
[CancelAfter(600_000)]
internal sealed class DiscoveryTest
{
    [Test]
    public void A_light_client_gets_its_job_done_by_strangers_among_churn_and_liars([Values(1UL, 2UL)] ulong seed) => Check(seed);

    [Test]
    [Category("Long")]
    public void So_it_does_with_other_seeds([Range(3, 12)] int seed) => Check((ulong)seed);

    private static void Check(ulong seed)
    {
        var result = Lab.Run(Lab.Read("discovery"), seed);
        TestContext.Out.WriteLine($"{Lab.Text(result)}idle node hour {result.IdleNodeHour}\nper job {result.PerJob}");
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Nodes, Is.EqualTo(500));
        Assert.That(result.Crashes, Is.GreaterThan(50), "there was churn");
        Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        Assert.That(result.Found, Is.EqualTo(result.Judged), "no lie was accepted");
        Assert.That(result.PerJob.Adverts, Is.GreaterThan(0), "workers were found by their adverts");
    }
}
