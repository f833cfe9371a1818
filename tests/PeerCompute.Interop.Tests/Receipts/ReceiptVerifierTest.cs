// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Tests.Kit;
using PeerCompute.Trust.Receipts;
using PeerCompute.Trust.Tests.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Interop.Tests.Receipts;

/// <summary>js/verify-receipt.mjs and <see cref="ReceiptCheck"/> say the same of every receipt, good, damaged or forged.</summary>
[TestFixture]
[CancelAfter(300_000)]
internal sealed class ReceiptVerifierTest
{
    private static readonly (ReceiptScene Scene, byte[] File)[] Scenes =
        [ReceiptScene.Finished(), ReceiptScene.Replicated(), ReceiptScene.Replicated(liar: false)];

    [Test]
    public async Task Both_accept_every_good_receipt()
    {
        var good = Scenes.Select(static s => ("a scene", s.File)).ToList();
        good.Add(("not countersigned", NotCountersigned()));
        good.Add(("the largest box", WithBoxOf(AwardSecrets.MaxBytes + 128)));
        good.Add(("by three", ByThree()));
        good.Add(("nodes, by the client", OfNodes(VerificationTerms.Issuer)));
        good.Add(("nodes, by replicas, one lies", OfNodes(VerificationTerms.Of(2))));
        await AgreeAsync(good);
        foreach (var (what, file) in good) Assert.That(ReceiptCheck.Verify(file).Problems, Is.Empty, what);
        Assert.That(await AgreeAsync([("a box too large", WithBoxOf(AwardSecrets.MaxBytes + 129))]), Is.Zero);
    }

    [Test]
    [Category("Slow")]
    public async Task Both_refuse_a_thousand_changed_bytes()
    {
        var pick = new Samples(1);
        var changed = new List<(string, byte[])>();
        for (var i = 0; i < 1000; i++)
        {
            var file = (byte[])Scenes[i % Scenes.Length].File.Clone();
            var at = pick.Number(0, (ulong)file.Length - 1);
            file[at] ^= (byte)(1 << (int)pick.Number(0, 7));
            changed.Add(($"byte {at}", file));
        }

        Assert.That(await AgreeAsync(changed), Is.Zero);
    }

    [Test]
    [Category("Slow")]
    public async Task Both_say_the_same_of_changed_bytes_that_the_client_signed()
    {
        var pick = new Samples(2);
        var forgers = Scenes.Select(static s => new Forger(s.Scene, s.File)).ToList();
        await AgreeAsync([.. Enumerable.Range(0, 1000).Select(i => ($"number {i}", forgers[i % forgers.Count].Byte(pick)))]);
    }

    [Test]
    public async Task Both_say_the_same_of_forgeries_that_the_client_signed()
    {
        var pick = new Samples(3);
        var forgers = Scenes.Select(static s => new Forger(s.Scene, s.File)).ToList();
        var forged = new List<(string, byte[])>();
        for (var i = 0; i < 200; i++) forged.Add(i % 2 == 0 ? forgers[i % 3].Field(pick) : forgers[i % 3].Entry(pick, together: false));
        for (var i = 0; i < 200; i++) forged.Add(forgers[i % 3].Entry(pick, together: true));
        Assert.That(await AgreeAsync(forged), Is.GreaterThan(5), "some fields are the signer's word alone");
    }

    [Test]
    public async Task Both_refuse_what_all_sign_together_against_the_rules_of_replicas()
    {
        var forged = new List<(string, byte[])>();
        foreach (var forgery in ReplicaForgeries.All)
        {
            var scene = new ReceiptScene(tasks: 2, replicas: 2, workers: 5);
            ((Action<ReceiptScene>)forgery.Arguments[1]!)(scene);
            forged.Add(((string)forgery.Arguments[0]!, scene.Build()));
        }

        Assert.That(await AgreeAsync(forged), Is.Zero);
    }

    /// <summary>Asks both about every file; a disagreement fails with the reasons of both.</summary>
    /// <returns>How many both accept.</returns>
    private static async Task<int> AgreeAsync(List<(string What, byte[] File)> files)
    {
        var others = await SecondOpinion.OnAsync([.. files.Select(static f => f.File)]);
        var ours = files.AsParallel().AsOrdered().Select(static f => ReceiptCheck.Verify(f.File)).ToList();
        var disagreements = Enumerable.Range(0, files.Count).Where(i => ours[i].Ok != (others[i] == "ok"))
            .Select(i => $"{files[i].What}: we say [{string.Join("; ", ours[i].Problems)}], they say {others[i]}").ToList();
        Assert.That(disagreements, Is.Empty, string.Join('\n', disagreements));
        return ours.Count(static report => report.Ok);
    }

    private static byte[] NotCountersigned()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2, settle: false);
        scene.Run(scene.Workers[1], 2, 1, VerdictOutcome.Rejected);
        scene.Run(scene.Workers[0], 2, 1, price: 0);
        return scene.Build();
    }

    private static byte[] WithBoxOf(int bytes)
    {
        var scene = new ReceiptScene(tasks: 1) { SealedBytes = bytes };
        scene.Run(scene.Workers[0], 0, 1);
        return scene.Build();
    }

    private static byte[] ByThree()
    {
        var scene = new ReceiptScene(tasks: 2, replicas: 3, workers: 7);
        scene.Agree(scene.Workers[2], 0, 2, true, false, true, false, false);
        return scene.Build();
    }

    /// <summary>What five worker nodes and a client's node make of a job, messages and all.</summary>
    private static byte[] OfNodes(VerificationTerms terms)
    {
        var bench = new Bench();
        var client = bench.Add(1, new NodeSettings { TakesWork = false });
        BenchNode[] workers = [.. Enumerable.Range(0, 5).Select(i => bench.Add((byte)(10 + i), new NodeSettings { Slots = 1 }))];
        if (terms.By == ConfirmedBy.Replicas)
            workers[2].Lie = static (_, r) => r with { OutputHash = ReceiptScene.Lie(r.Task), Blob = r.Blob! with { Plain = ReceiptScene.Lie(r.Task) } };
        var request = Bench.Job(12, 2, 8, workers) with { Verification = terms };
        client.Post(new SubmitJob(request));
        var job = request.IdFor(client.Id);
        Assert.That(bench.RunUntil(() => client.Receipts.ContainsKey(job), 300), Is.True);
        return client.Receipts[job];
    }
}
