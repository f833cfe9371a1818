// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Working;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests.Working;

/// <summary>An award whose token would not be served is found by its worker before anything is fetched.</summary>
public class AwardTokenTest
{
    private BenchNode _client = null!;
    private BenchNode _worker = null!;
    private Entry _award = null!;
    private AwardSecrets _secrets = null!;

    [SetUp]
    public void TakeAnAward()
    {
        (var bench, _client, _worker) = OneJobTest.TwoNodes();
        OneJobTest.Submit(_client, Bench.Job(6, 2, 2, _worker));
        Assert.That(bench.RunUntil(() => Awards().Any(), 60));
        _award = Awards().First();
        var award = (Award)_award.Body;
        _secrets = AwardSecrets.Decode(_worker.Key.Open(award.SealedSpec.Span, Domains.SealedSpec, award.Lease.Id.ToArray()));

        IEnumerable<Entry> Awards() => _worker.Journal.OfType<EntryKept>().Select(static e => e.Kept.Entry).Where(static e => e.Body is Award);
    }

    [Test]
    public void TheIssuersOwnOpensAndIsForThisWorkerUntilItsResultMustBeConfirmed()
    {
        var lease = ((Award)_award.Body).Lease;
        var token = _secrets.InputToken.Token;
        Assert.That((token.JobId, token.LeaseId, token.Scope, token.Holder), Is.EqualTo((lease.JobId, lease.Id, BlobScope.Inputs, _worker.Id)));
        Assert.That(token.NotAfterMs, Is.EqualTo(lease.ConfirmByMs));
        Assert.That(_secrets.InputToken.Envelope.Signer, Is.EqualTo(_client.Id));
        Assert.That(Opened(_secrets.InputToken), Is.Empty);
    }

    [Test]
    public void AnotherSignerJobLeaseScopeOrHolderIsRefused()
    {
        var other = Hash32.Of("other"u8);
        var token = _secrets.InputToken.Token;
        Assert.That(Opened(SignedToken.Sign(_worker.Key, token)), Does.Contain("token"));
        foreach (var (job, lease, scope, holder) in ((Hash32, Hash32, BlobScope, PeerId)[])
            [
                (other, token.LeaseId, token.Scope, token.Holder),
                (token.JobId, other, token.Scope, token.Holder),
                (token.JobId, token.LeaseId, BlobScope.Outputs, token.Holder),
                (token.JobId, token.LeaseId, token.Scope, _client.Id),
            ])
        {
            var header = token.Header with { Context = BlobToken.ContextOf(job, lease, scope, holder) };
            Assert.That(Opened(SignedToken.Sign(_client.Key, new BlobToken(header, job, lease, scope, holder, token.NotAfterMs))), Does.Contain("token"));
        }
    }

    /// <summary>What a worker says to the award with another token in it.</summary>
    private string Opened(SignedToken token)
    {
        var award = (Award)_award.Body;
        var secrets = new AwardSecrets(_secrets.Spec, token).Encode();
        var box = SealedBox.Seal(new Secrets(new byte[32]), _worker.Key.SealingKey.Span, secrets, Domains.SealedSpec, award.Lease.Id.ToArray());
        var node = new NodeContext(_worker.Key, new NodeSettings(), new Secrets(new byte[32]), new Choices(1));
        var lease = new WorkedLease(node, award.Lease.Id, _client.Id);
        lease.Link.Restore(KeptEntry.Sign(_client.Key, _award with { Body = award with { SealedSpec = box } }));
        return lease.OpenSpec();
    }
}
