// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Tests;

/// <summary>Secrets reach who signed a lease, and stand in no journal, no receipt and no message in plain.</summary>
public class SecretsTest
{
    private const string Value = "kestrel-9f41-tremolo";

    [Test]
    public void OnlyWhoSignedALeaseGetsThemAndNothingThatIsKeptHoldsThem()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var idle = bench.Add(7, new NodeSettings { Slots = 2, Isolation = "test" });
        var request = WithSecrets(client, Bench.Job(4, 2, 2, worker), out var secrets);
        var job = OneJobTest.Submit(client, request);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 60), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(worker.Given.Concat(client.Given).Select(static g => g.Secrets.Items.Single().Value), Is.All.EqualTo(Value));
        Assert.That((worker.Given.Count, client.Given.Count, idle.Given.Count), Is.EqualTo((2, 2, 0)));
        var sent = bench.Wire.Where(static w => w.Message is SecretsMessage).ToList();
        Assert.That(sent.Select(static w => (w.From, w.To)).Distinct(), Is.EqualTo(new[] { (client.Id, worker.Id) }));
        foreach (var (_, _, message) in bench.Wire) AssertClean(message.Frame());
        foreach (var entry in client.Journal.Concat(worker.Journal)) AssertClean(JournalCodec.Encode(entry));
        AssertClean(client.Receipts[job]);
        Assert.That(secrets.ToString() + request + secrets.Items[0], Does.Not.Contain(Value));
    }

    [Test]
    public void AWorkerThatStartsAgainAsksForThemAgain()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var job = OneJobTest.Submit(client, WithSecrets(client, Bench.Job(8, 8, 1, worker), out _));
        Assert.That(bench.RunUntil(() => worker.Ran.Count == 3, 60), Is.True);
        worker.Kill();
        worker.Start();
        var before = worker.Given.Count;
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        Assert.That(worker.Given.Skip(before).Select(static g => g.Secrets.Items.Single().Value), Is.EqualTo(new[] { Value }));
    }

    [Test]
    public void AReplicaGetsThemThroughItsOwnLease()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        BenchNode[] workers = [worker, .. Enumerable.Range(3, 2).Select(i => bench.Add((byte)i, new NodeSettings { Slots = 2, Isolation = "test" }))];
        var request = WithSecrets(client, Bench.Job(2, 2, 1, workers), out _) with { Verification = VerificationTerms.Of(2) };
        var job = OneJobTest.Submit(client, request);
        Assert.That(bench.RunUntil(() => client.Job(job).Ended, 120), Is.True);
        Assert.That(client.Job(job).State, Is.EqualTo(JobState.Accepted), client.Job(job).Cause);
        var given = workers.Where(static w => w.Given.Count > 0).ToList();
        Assert.That(given, Has.Count.EqualTo(2), "who was not drawn has nothing");
        Assert.That(given.SelectMany(static w => w.Given).All(static g => g.Secrets.Items.Single().Value == Value), Is.True);
        var to = bench.Wire.Where(static w => w.Message is SecretsMessage).Select(static w => w.To).Distinct();
        Assert.That(to, Is.EquivalentTo(given.Select(static w => w.Id)));
    }

    [Test]
    public void OtherSecretsThanTheSpecNamesAreRefusedBeforeAnythingRuns()
    {
        var (bench, client, worker) = OneJobTest.TwoNodes();
        var request = WithSecrets(client, Bench.Job(2, 2, 1, worker), out _);
        request = request with { Spec = request.Spec with { SecretsHash = Hash32.Of([4]) } };
        var job = OneJobTest.Submit(client, request);
        Assert.That(bench.RunUntil(() => worker.Work.Any(static l => l.Text.Contains("secrets", StringComparison.Ordinal)), 60), Is.True);
        Assert.That(worker.Ran, Is.Empty);
        Assert.That(client.Job(job).Cause, Does.Not.Contain(Value));
    }

    private static JobRequest WithSecrets(BenchNode client, JobRequest request, out JobSecrets secrets)
    {
        secrets = new JobSecrets(Hash32.Of([9]), [new JobSecret("TOKEN", Value)]);
        var box = SealedBox.Seal(
            new Secrets(new byte[32]), client.Key.SealingKey.Span, secrets.Encode(), Domains.SealedSecrets, request.Spec.Salt.ToArray());
        return request with { Spec = request.Spec with { SecretsHash = secrets.Hash() }, SealedSecrets = box };
    }

    private static void AssertClean(ReadOnlySpan<byte> bytes)
        => Assert.That(bytes.IndexOf(Encoding.UTF8.GetBytes(Value)), Is.EqualTo(-1), "the secret stands there in plain");
}
