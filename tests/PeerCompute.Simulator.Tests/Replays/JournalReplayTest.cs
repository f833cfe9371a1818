// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Replays;

namespace PeerCompute.Simulator.Tests.Replays;

/// <summary>Journals of simulated nodes, as a disk would hold them.</summary>
[TestFixture]
internal sealed class JournalReplayTest
{
    [Test]
    public void A_journal_shows_what_its_node_showed_whenever_it_is_cut()
    {
        using var experiment = Lab.Prepare(Lab.Read("pair"), 5);
        var result = experiment.Run();
        foreach (var node in experiment.World.Nodes)
        {
            var bodies = node.Disk.Entries.Select(JournalCodec.Encode).ToList();
            var replay = JournalReplay.Of(node.Signer, bodies);
            Assert.That(replay.Entries, Is.EqualTo(bodies.Count).And.Positive);
            Assert.That(replay.Kinds.Values.Sum(), Is.EqualTo(bodies.Count));
            Assert.That(replay.Jobs.Select(static j => $"{j.JobId} {j.State}"), Is.EqualTo(node.Machine!.Jobs().Select(static j => $"{j.JobId} {j.State}")));
            Assert.That(replay.Work.Select(static l => $"{l.LeaseId} {l.Head}"), Is.EqualTo(node.Machine!.Work().Select(static l => $"{l.LeaseId} {l.Head}")));
            Assert.That(JournalReplay.Of(node.Signer, bodies).ViewHash, Is.EqualTo(replay.ViewHash));
            var hashes = new HashSet<string>();
            for (var most = 0; most <= bodies.Count; most++) hashes.Add(JournalReplay.Of(node.Signer, bodies, most).JournalHash);
            Assert.That(hashes, Has.Count.EqualTo(bodies.Count + 1));
        }

        Assert.That(result.Accepted, Is.EqualTo(1));
    }

    [Test]
    public void Two_machines_that_differ_are_a_bug()
    {
        using var experiment = Lab.Prepare(Lab.Read("pair"), 5);
        experiment.Run();
        var node = experiment.World.Nodes.First(static n => n.Machine!.Jobs().Any());
        var bodies = node.Disk.Entries.Select(JournalCodec.Encode).ToList();
        NodeCore After(int entries)
        {
            var machine = JournalReplay.Machine(node.Signer);
            foreach (var entry in node.Disk.Entries.Take(entries)) machine.Restore(entry);
            return machine;
        }

        Assert.That(JournalReplay.Of([], 0, After(bodies.Count), After(bodies.Count)).Jobs, Is.Not.Empty);
        var refused = Assert.Throws<PeerComputeException>(() => JournalReplay.Of([], 0, After(bodies.Count), After(0)))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Internal));
        Assert.That(refused.Message, Does.Contain("not bit for bit: two machines show"));
    }

    [Test]
    public void What_is_read_is_encoded_to_the_same_bytes_whatever_byte_of_it_is_another_one()
    {
        using var experiment = Lab.Prepare(Lab.Read("pair"), 5);
        experiment.Run();
        var (read, refused) = (0, 0);
        foreach (var body in experiment.World.Nodes.SelectMany(static node => node.Disk.Entries).Select(JournalCodec.Encode))
        {
            for (var at = 0; at < body.Length; at++)
            {
                byte[] other = [.. body];
                other[at] ^= (byte)(1 << (at % 8));
                try
                {
                    Assert.That(JournalCodec.Encode(JournalCodec.Decode(other)), Is.EqualTo(other), $"byte {at} of {Convert.ToHexString(body)}");
                    read++;
                }
                catch (WireException)
                {
                    refused++;
                }
            }
        }

        Assert.That(read, Is.GreaterThan(100));
        Assert.That(refused, Is.GreaterThan(100));
    }

    [Test]
    public void An_entry_that_cannot_be_read_is_named()
    {
        using var experiment = Lab.Prepare(Lab.Read("pair"), 5);
        experiment.Run();
        var node = experiment.World.Nodes[0];
        var bodies = node.Disk.Entries.Select(JournalCodec.Encode).ToList();
        bodies[1] = [.. bodies[1], 0];
        var refused = Assert.Throws<PeerComputeException>(() => JournalReplay.Of(node.Signer, bodies))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.BadInput));
        Assert.That(refused.Message, Does.StartWith("entry 2 of the journal cannot be read"));
    }
}
