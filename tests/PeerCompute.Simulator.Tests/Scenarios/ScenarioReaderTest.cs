// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Scenarios;

[TestFixture]
internal sealed class ScenarioReaderTest
{
    private const string Good = "nodes:\n  - { class: w, count: 2 }\n  - { class: c, role: client }\njobs: { count: 1 }\n";

    [Test]
    public void A_short_scenario_has_defaults_for_the_rest()
    {
        var scenario = Lab.Parse(Good);
        Assert.That(scenario.NodeCount, Is.EqualTo(3));
        Assert.That(scenario.Jobs.Count, Is.EqualTo(1));
        Assert.That(scenario.Links.LossPpm, Is.Zero);
    }

    [Test]
    public void Times_shares_and_spreads_are_read()
    {
        var scenario = Lab.Parse(Good + "links: { latency: [200us, 2s], loss: 2%, duplicates: 7ppm, jitter: 3ms }\nduration: 2h\n");
        Assert.That(scenario.Links.Latency, Is.EqualTo(new Spread(200, 2_000_000)));
        Assert.That(scenario.Links.LossPpm, Is.EqualTo(20_000));
        Assert.That(scenario.Links.DuplicatePpm, Is.EqualTo(7));
        Assert.That(scenario.Links.JitterMicros, Is.EqualTo(3_000));
        Assert.That(scenario.DurationMicros, Is.EqualTo(7_200_000_000));
    }

    [TestCase("- a\n", "test.yaml:1: a scenario is a mapping")]
    [TestCase("nodes: [\n", "is not YAML")]
    [TestCase(Good + "speed: 3\n", "test.yaml:5: key 'speed' is not known here")]
    [TestCase("nodes:\n  - { class: w, cuont: 2 }\njobs: { count: 0 }\n", "test.yaml:2: key 'cuont' is not known here")]
    [TestCase(Good + "links:\n  loss: 2\n", "test.yaml:6: 'loss' is '2', expected a share")]
    [TestCase(Good + "links:\n  loss: 200%\n", "test.yaml:6: 'loss' is '200%'")]
    [TestCase(Good + "links:\n  latency: [5s, 1s]\n", "has its least above its most")]
    [TestCase(Good + "duration: 10\n", "test.yaml:5: 'duration' is '10', expected a time")]
    [TestCase(Good + "duration: 99999999999999h\n", "test.yaml:5: 'duration'")]
    [TestCase(Good + "crypto: none\n", "expected one of memo, full")]
    [TestCase(Good + "adversaries: [{ kind: thief }]\n", "expected one of copier, crasher")]
    [TestCase(Good + "adversaries: [{ kind: liar, count: 3 }]\n", "add up to 3, there are 2 workers")]
    [TestCase("nodes:\n  - { class: w, count: -2 }\njobs: { count: 0 }\n", "test.yaml:2: 'count' is '-2'")]
    [TestCase("nodes:\n  - { class: w }\njobs: { count: 1 }\n", "no class with role: client")]
    [TestCase("nodes:\n  - { class: c, role: client }\njobs: { count: 1 }\n", "no class with role: worker")]
    [TestCase("nodes:\n  - { class: w }\njobs: { every: 1s }\n", "'count' is missing")]
    [TestCase("nodes:\n  - { class: w }\n  - { class: c, role: client }\njobs: { count: 1, discovery: true }\n", "'bootstrap' is missing")]
    [TestCase(Good + "bootstrap: 64\n", "'bootstrap' is 64, there are")]
    [TestCase("bootstrap: 1\nnodes:\n  - { class: l, role: light }\n  - { class: w }\njobs: { count: 0 }\n", "'bootstrap' covers class l")]
    [TestCase("nodes:\n  - { class: w }\njobs: { count: 0, verification: { replicas: 1 } }\n", "'replicas' is '1'")]
    public void A_wrong_scenario_is_refused_with_its_line(string yaml, string expected)
    {
        var refused = Assert.Throws<PeerComputeException>(() => Lab.Parse(yaml));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(refused.Message, Does.Contain(expected));
    }

    [Test]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<PeerComputeException>(() => SimulatorRun.Run("nowhere.yaml", 1, null, null));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.NotFound));
    }
}
