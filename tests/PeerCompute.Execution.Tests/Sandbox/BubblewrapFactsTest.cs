// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>What bubblewrap told of its child is believed only while it is its child: numbers of processes are given out again.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class BubblewrapFactsTest
{
    [Test]
    public async Task A_process_that_has_the_number_of_the_child_is_not_taken_for_it()
    {
        Spawned child = await Spawned.StartAsync(["/bin/sleep", "600"], []);
        string facts = $"{{\n    \"child-pid\": {child.Id}\n}}\n";
        int? own = BubblewrapFacts.FirstProcess(facts, Environment.ProcessId), anothers = BubblewrapFacts.FirstProcess(facts, child.Id);
        child.Kill();
        await child.End;
        Assert.Multiple(() =>
        {
            Assert.That(own, Is.EqualTo(child.Id));
            Assert.That(anothers, Is.Null);
            Assert.That(BubblewrapFacts.FirstProcess(facts, Environment.ProcessId), Is.Null, "it has ended");
            Assert.That(BubblewrapFacts.FirstProcess("{}", Environment.ProcessId), Is.Null);
        });
    }
}
