// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Tests;

[TestFixture]
internal sealed class PairTest
{
    [Test]
    public void One_job_between_two_nodes_is_accepted_and_paid()
    {
        var result = Lab.Run(Lab.Read("pair"), 1);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        Assert.That(result.OwedMicro, Is.EqualTo(4_000));
        Assert.That(result.SettledMicro, Is.EqualTo(4_000));
    }

    [TestCase("fifty")]
    [TestCase("crooks")]
    public void Try(string name)
    {
        var result = Lab.Run(Lab.Read(name), 1);
        TestContext.Out.WriteLine(Lab.Text(result));
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
    }
}
