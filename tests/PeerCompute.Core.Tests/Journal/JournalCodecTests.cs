// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Core.Tests.Journal;

internal sealed class JournalCodecTests
{
    [Test]
    public void Every_kind_of_entry_comes_back_as_it_was([Range(1, 8)] int seed)
    {
        foreach (var entry in Entries((ulong)seed))
        {
            var bytes = JournalCodec.Encode(entry);
            var back = JournalCodec.Decode(bytes);
            Assert.That(Samples.Describe(back), Is.EqualTo(Samples.Describe(entry)));
            Assert.That(JournalCodec.Encode(back), Is.EqualTo(bytes));
        }
    }

    [Test]
    public void The_samples_hold_every_kind_that_there_is()
    {
        var kinds = typeof(JournalEntry).Assembly.GetTypes().Where(t => t.BaseType == typeof(JournalEntry)).Select(t => t.Name);
        Assert.That(Entries(1).Select(e => e.GetType().Name).Distinct(), Is.EquivalentTo(kinds));
    }

    [Test]
    public void The_longest_address_and_note_come_back()
    {
        var added = Entries(4).OfType<JobAdded>().First();
        var worker = new NamedWorker(new Samples(4).Peer(), new string('/', 5 * Multiaddr.MaxLength));
        var longest = added with { Job = added.Job with { Workers = [worker], Note = new byte[JobRequest.NoteBytes] } };
        Assert.That(Samples.Describe(JournalCodec.Decode(JournalCodec.Encode(longest))), Is.EqualTo(Samples.Describe(longest)));
    }

    [Test]
    public void Bytes_cut_short_anywhere_are_refused()
    {
        foreach (var entry in Entries(2))
        {
            var bytes = JournalCodec.Encode(entry);
            for (var length = 0; length < bytes.Length; length++)
                Assert.That(() => JournalCodec.Decode(bytes.AsMemory(0, length)), Throws.TypeOf<WireException>());
        }
    }

    [Test]
    public void A_changed_byte_is_refused_or_read_back_to_the_same_bytes()
    {
        foreach (var entry in Entries(3))
        {
            var bytes = JournalCodec.Encode(entry);
            for (var i = 0; i < bytes.Length; i++)
            {
                foreach (var mask in new byte[] { 0x01, 0x80, 0xFF })
                {
                    var changed = (byte[])bytes.Clone();
                    changed[i] ^= mask;
                    if (Read(changed) is { } read) Assert.That(JournalCodec.Encode(read), Is.EqualTo(changed));
                }
            }
        }
    }

    [Test]
    public void What_another_version_or_a_stranger_wrote_is_refused()
    {
        var bytes = JournalCodec.Encode(new OutputsKept(new Samples(1).Hash(), []));
        Assert.That(() => JournalCodec.Decode((byte[])[8, 2, .. bytes[2..]]), Throws.TypeOf<WireException>().With.Message.Contains("version"));
        Assert.That(() => JournalCodec.Decode(bytes[2..]), Throws.TypeOf<WireException>().With.Message.Contains("version"));
        Assert.That(() => JournalCodec.Decode(new byte[] { 8, 1 }), Throws.TypeOf<WireException>().With.Message.Contains("no body"));
        Assert.That(() => JournalCodec.Decode(new byte[] { 8, 1, 0x82, 1, 0 }), Throws.TypeOf<WireException>().With.Message.Contains("kind 16"));
        Assert.That(() => JournalCodec.Decode(bytes.Concat(bytes[2..]).ToArray()), Throws.TypeOf<WireException>());
    }

    private static JournalEntry? Read(byte[] bytes)
    {
        try
        {
            return JournalCodec.Decode(bytes);
        }
        catch (WireException)
        {
            return null;
        }
    }

    private static List<JournalEntry> Entries(ulong seed)
    {
        var make = new Samples(seed);
        var (client, worker) = (make.Key(), make.Key());
        var offer = make.Signed(client, Domains.Offer, make.Offer(client).Encode());
        var bid = make.Signed(worker, Domains.Bid, make.Bid(worker, make.Hash()).Encode());
        var bodies = make.Bodies(client.PeerId, worker.PeerId);
        var kept = bodies.Select(body => KeptEntry.Sign(LeaseChains.IsIssuers(body) ? client : worker, make.Entry(body))).ToImmutableArray();
        var workers = Enumerable.Range(0, (int)make.Number(1, 5)).Select(_ => new NamedWorker(make.Peer(), make.Text())).ToImmutableArray();
        var job = new JobRequest(
            make.Spec(make.Small(1, 1000), withKeys: true), workers, make.Placement(), make.Text(),
            make.Number(0, ulong.MaxValue), make.Number(0, ulong.MaxValue), make.Bytes(100));
        var result = new TaskResult(make.Small(0, 1000), make.Hash(), make.Blob(withKey: true), make.Number(0, 1000), make.Number(0, 1000), make.Number(0, 9),
            make.Text())
        {
            CpuMs = make.Number(0, 1000),
            PeakMemoryBytes = make.Number(0, 1000),
        };
        List<JournalEntry> entries =
        [
            new LifeBegan(make.Incarnation()),
            new LifeBegan(default),
            new JobAdded(make.Hash(), job, (long)make.Number(0, long.MaxValue)),
            new JobAdded(make.Hash(), job with { Note = default, Workers = [], Unit = "" }, 0),
            new OfferMade(make.Hash(), offer),
            new BidTaken(make.Hash(), bid),
            new BidMade(offer, bid),
            new ChainsCut(make.Hash(), make.Small(0, 16), make.Small(0, 16)),
            new TaskKept(new RunKey(make.Hash(), RunRole.Work), result),
            new TaskKept(new RunKey(make.Hash(), RunRole.Confirm), result with { Task = 0, Blob = null, Fault = "" }),
            new OutputsKept(make.Hash(), []),
            new OutputsKept(make.Hash(), [new TaskFault(0, "trap"), new TaskFault(7, "exit code 1")]),
            new JobAdded(make.Hash(), job with { Verification = VerificationTerms.Of(3), Discover = true }, 1),
            new JobAdded(make.Hash(), job with { Placement = job.Placement with { RetainMs = 0 } }, 1),
            new JobAdded(make.Hash(), job with { SealedSecrets = make.Bytes(100) }, 1),
            new ResultsReleased(make.Hash(), Collected: true),
            new ResultsReleased(make.Hash(), Collected: false),
            new CheckpointKept(new RunKey(make.Hash(), RunRole.Work), new Checkpoint(3, 7, make.Hash(), 1000, [make.Blob(true), make.Blob(true)])),
            new CheckpointsRejected(make.Hash(), 0),
            new JobEnded(make.Hash(), JobState.Accepted, "", 1, make.Bytes(300)),
            new JobEnded(make.Hash(), JobState.Failed, make.Text(), 0, default),
            new EquivocationSeen(kept[1], kept[2]),
        ];
        entries.AddRange(kept.Select(k => new EntryKept(k)));
        return entries;
    }
}
