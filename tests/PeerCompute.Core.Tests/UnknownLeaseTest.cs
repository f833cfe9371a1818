// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>What a node says of a lease that it has never heard of.</summary>
public class UnknownLeaseTest
{
    private static readonly Hash32 _lease = Hash32.Of([1]);

    [Test]
    public void WhoHoldsEntriesIsAskedForThemAndTheQuestionIsNotAnsweredByAnother()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        bench.Connect(client, worker);
        bench.RunUntil(static () => false, 1);
        client.Post(new SyncCame(worker.Id, new SyncMessage(_lease, 1, Hash32.Of([2]), 1, Hash32.Of([3]), Answer: true)));
        bench.RunUntil(static () => false, 10);
        var said = bench.Wire.Where(static w => w.Message is SyncMessage sync && sync.LeaseId == _lease).ToList();
        Assert.That(said, Has.Count.EqualTo(1));
        Assert.That(said[0].Message, Is.EqualTo(new SyncMessage(_lease, 0, default, 0, default, Answer: false)));
    }
}
