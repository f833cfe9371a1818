// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>Two bodies in one place under one incarnation are kept as a proof, once.</summary>
public class EquivocationTest
{
    [Test]
    public void AWorkerThatSignsTwoAcceptsIsProvenOnceHoweverOftenItTries()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, Bench.Job(4, 2, 2, worker));
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        var message = bench.Wire.Select(static w => w.Message).OfType<EntriesMessage>().First(static m => m.Items[0].Entry.Body is Accept);
        var accept = message.Items[0];
        for (ulong later = 1; later <= 20; later++)
        {
            var header = accept.Entry.Header;
            var other = KeptEntry.Sign(worker.Key, accept.Entry with { Header = header with { TimeMs = header.TimeMs + later } });
            client.Post(new EntriesCame(worker.Id, new EntriesMessage(message.LeaseId, [other])));
        }

        var proofs = client.Journal.OfType<EquivocationSeen>().ToList();
        Assert.That(proofs, Has.Count.EqualTo(1));
        Assert.That(proofs[0].First.Envelope.Signer, Is.EqualTo(worker.Id));
        Assert.That(proofs[0].First.Entry.Header.Incarnation, Is.EqualTo(proofs[0].Second.Entry.Header.Incarnation));
        Assert.That(proofs[0].First.Hash, Is.Not.EqualTo(proofs[0].Second.Hash));
    }
}
