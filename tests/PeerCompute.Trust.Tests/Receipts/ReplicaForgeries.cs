// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>What issuer and workers could sign together against the rules of replicas: all signatures and links are good.</summary>
internal static class ReplicaForgeries
{
    private const string Award = ".issuer_chain[0].award.lease.";

    /// <summary>Each: the field that must be named, and who signs what in a scene of two tasks, two replicas and five workers.</summary>
    public static TestCaseData[] All { get; } =
    [
        Forgery("a worker that was not drawn", "lease[1]" + Award + "worker", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            worker: s.Drawn(first, 1)))),
        Forgery("another place", "lease[1]" + Award + "drawn_place", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { DrawnPlace = 1 }))),
        Forgery("a place behind the last", "lease[1]" + Award + "drawn_place", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { DrawnPlace = 4 }))),
        Forgery("the first worker again", "lease[1]" + Award + "worker", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            worker: s.Workers[0]))),
        Forgery("a drawn worker twice", "lease[2]" + Award + "worker", static s => s.Pair(first =>
        {
            var replica = s.OpenReplica(first, 0, ReceiptScene.Lie);
            s.JudgeBy(s.OpenReplica(first, 0, ReceiptScene.Truth, static l => l with { Slot = 2 }), ReceiptScene.Truth);
            return replica;
        })),
        Forgery("another pool", "lease[1]" + Award + "pool_root", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            pool: Pool.Of(s.Workers.Select(static w => w.PeerId).Append(s.Client.PeerId))))),
        Forgery("a first lease that is not there", "lease[1]" + Award + "drawn_from", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { DrawnFrom = Hash32.Of([1]) }))),
        Forgery("drawn from a replica", "lease[2]" + Award + "drawn_from", static s => s.Pair(first =>
        {
            var replica = s.OpenReplica(first, 0, ReceiptScene.Truth);
            s.JudgeBy(s.OpenReplica(first, 1, ReceiptScene.Truth, l => l with { DrawnFrom = replica.Lease!.Id }), ReceiptScene.Truth);
            return replica;
        })),
        Forgery("a slot twice", "lease[2]" + Award + "slot", static s => s.Pair(first =>
        {
            var replica = s.OpenReplica(first, 0, ReceiptScene.Truth);
            s.JudgeBy(s.OpenReplica(first, 1, ReceiptScene.Truth, static l => l with { Slot = 1 }), ReceiptScene.Truth);
            return replica;
        })),
        Forgery("a slot that no range has", "lease[1].issuer_chain[0].lease.slot", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { Slot = WireLimits.LeasesPerRange }))),
        Forgery("fewer tasks than were committed", "lease[1]" + Award + "task_count", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { TaskCount = 1 }))),
        Forgery("other tasks", "lease[1]" + Award + "first_task", static s => s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth,
            static l => l with { FirstTask = 1, TaskCount = 1 }))),
        Forgery("nobody else", "lease[0].verdict.tasks[0].recomputed_hash", static s => s.Agree(s.Workers[0], 0, 2, false)),
        Forgery("two first workers in place of a drawn one", "lease[0].verdict.tasks[1].recomputed_hash", static s =>
        {
            s.Agree(s.Workers[0], 0, 2, false);
            s.Agree(s.Workers[1], 0, 2, false);
        }),
        Forgery("a liar accepted against an honest pair", "lease[1].verdict.tasks[0].recomputed_hash", static s =>
        {
            var first = s.Open(s.Workers[0], 0, 2, ReceiptScene.Truth);
            var liar = s.OpenReplica(first, 0, ReceiptScene.Lie);
            s.JudgeBy(first, ReceiptScene.Truth);
            s.JudgeBy(liar, ReceiptScene.Lie);
            s.JudgeBy(s.OpenReplica(first, 1, ReceiptScene.Truth), ReceiptScene.Truth);
        }),
        Forgery("rejected by an output that nobody opened", "lease[2].verdict.tasks[0].recomputed_hash", static s =>
        {
            s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth));
            s.JudgeBy(s.OpenReplica(s.Leases[0].Chains, 1, ReceiptScene.Truth), static task => Hash32.Of([3, (byte)task]), settle: false);
        }),
        Forgery("rejected by the output of one", "lease[2].verdict.tasks[0].recomputed_hash", static s =>
        {
            s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth));
            s.JudgeBy(s.OpenReplica(s.Leases[0].Chains, 1, ReceiptScene.Truth), ReceiptScene.Lie, settle: false);
            s.JudgeBy(s.OpenReplica(s.Leases[0].Chains, 2, ReceiptScene.Lie), ReceiptScene.Truth);
        }),
        Forgery("two outputs of one task, each by a pair", "lease[2].verdict.tasks[0].recomputed_hash", static s =>
        {
            s.Pair(first => s.OpenReplica(first, 0, ReceiptScene.Truth));
            var others = new[] { 1, 2 }.Select(place => s.OpenReplica(s.Leases[0].Chains, place, ReceiptScene.Lie)).ToList();
            others.ForEach(chains => s.JudgeBy(chains, ReceiptScene.Lie));
        }),
        Forgery("the issuer as first worker", "lease[0]" + Award + "worker", static s =>
        {
            var pool = Pool.Of(s.Workers.Select(static w => w.PeerId).Append(s.Client.PeerId));
            var first = s.Open(s.Client, 0, 2, ReceiptScene.Truth, pool: pool);
            var replica = s.OpenReplica(first, 0, ReceiptScene.Truth, pool: pool);
            s.JudgeBy(first, ReceiptScene.Truth);
            s.JudgeBy(replica, ReceiptScene.Truth);
        }),
        Forgery("a lease under other terms", "lease[0]" + Award + "verification", static s =>
            s.JudgeBy(s.Open(s.Workers[0], 0, 2, ReceiptScene.Truth, static l => l with { Verification = VerificationTerms.Issuer }, pool: Pool.Empty),
                ReceiptScene.Truth)),
    ];

    private static TestCaseData Forgery(string name, string field, Action<ReceiptScene> forge) => new TestCaseData(field, forge).SetArgDisplayNames(name);
}
