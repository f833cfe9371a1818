// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Tests;

/// <summary>Each limit is enforced by the field's name.</summary>
internal sealed class LimitTests
{
    private static readonly Samples Make = new(5);

    [Test]
    public void An_offers_fields_have_limits()
    {
        Refuses(V1.Offer.Parser, Make.Offer(Make.Key()).Encode(), static b => Offer.Decode(b),
            ("tasks", static o => o.Tasks = 0),
            ("tasks", static o => o.Tasks = WireLimits.TasksPerJob + 1),
            ("issuer", static o => o.Issuer = ByteString.CopyFrom(1, 2)),
            ("steward", static o => o.Steward = ByteString.Empty),
            ("spec_hash", static o => o.SpecHash = ByteString.CopyFrom(new byte[31])),
            ("spec_hash", static o => o.SpecHash = ByteString.CopyFrom(new byte[32])),
            ("class", static o => o.Class = new string('x', WireLimits.NameBytes + 1)),
            ("semantics", static o => o.Semantics = "a\0b"),
            ("limits", static o => o.Limits = null),
            ("limits.memory_bytes", static o => o.Limits.MemoryBytes = WireLimits.MemoryBytes + 1),
            ("limits.fuel", static o => o.Limits.Fuel = 0),
            ("limits.fuel", static o => o.Limits.Fuel = WireLimits.Fuel + 1),
            ("limits.wall_ms", static o => o.Limits.WallMs = WireLimits.WallMs + 1),
            ("limits.output_bytes", static o => o.Limits.OutputBytes = WireLimits.OutputBytes + 1),
            ("module_bytes", static o => o.ModuleBytes = 0),
            ("deadline_ms", static o => o.DeadlineMs = ulong.MaxValue),
            ("bid_end_ms", static o => o.BidEndMs = 0),
            ("price_ceiling_micro", static o => o.PriceCeilingMicro = WireLimits.PriceMicro + 1),
            ("verification.by", static o => o.Verification.By = 0),
            ("verification.by", static o => o.Verification.By = (V1.VerificationTerms.Types.By)9),
            ("verification.replicas", static o => o.Verification.Replicas = 6),
            ("via", static o => o.Via.Add(Enumerable.Repeat(o.Via[0], 3))),
            ("via[0].addresses[0]", static o => o.Via[0].Addresses[0] = ByteString.CopyFrom(255, 255)),
            ("price.settlement", static o => o.Price.Settlement = (V1.PriceTerms.Types.Settlement)2),
            ("placement.tasks_per_lease", static o => o.Placement.TasksPerLease = 0),
            ("placement.parallel", static o => o.Placement.Parallel = 1025),
            ("placement.retain_ms", static o => o.Placement.RetainMs = PlacementTerms.RetainMsMost + 1),
            ("reach_start_ppm", static o => o.ReachStartPpm = 1_000_001),
            ("reach_double_ms", static o => o.ReachDoubleMs = 0),
            ("header", static o => o.Header = null),
            ("header.version", static o => o.Header.Version = 2),
            ("header.context", static o => o.Header.Context = ByteString.Empty),
            ("header.rules", static o => o.Header.Rules = ByteString.Empty),
            ("header.time_ms", static o => o.Header.TimeMs = ulong.MaxValue));
    }

    [Test]
    public void A_bids_fields_have_limits()
    {
        Refuses(V1.Bid.Parser, Make.Bid(Make.Key(), Make.Hash()).Encode(), static b => Bid.Decode(b),
            ("slots", static o => o.Slots = 0),
            ("slots", static o => o.Slots = 1025),
            ("valid_until_ms", static o => o.ValidUntilMs = 0),
            ("per_task_micro", static o => o.PerTaskMicro = WireLimits.PriceMicro + 1),
            ("isolation", static o => o.Isolation = new string('x', 256)));
    }

    [Test]
    public void A_leases_fields_have_limits()
    {
        var award = new Entry(Make.Header(Make.Hash(), 0), default, default, new Award(Make.Lease(Make.Peer(), Make.Peer()), Make.Bytes(9), Pool.Empty));
        Refuses(V1.Entry.Parser, award.Encode(), static b => Entry.Decode(b),
            ("lease.lease_id", static o => o.Award.Lease.AwardNumber++),
            ("lease.lease_id", static o => o.Award.Lease.LeaseId = ByteString.CopyFrom(Make.Bytes(32))),
            ("lease.task_count", static o => o.Award.Lease.TaskCount = WireLimits.TasksPerLease + 1),
            ("lease.task_count", static o => (o.Award.Lease.FirstTask, o.Award.Lease.TaskCount) = (WireLimits.TasksPerJob - 1, 2)),
            ("lease.first_task", static o => o.Award.Lease.FirstTask = WireLimits.TasksPerJob),
            ("lease.slot", static o => o.Award.Lease.Slot = 2000),
            ("lease.start_by_ms", static o => o.Award.Lease.StartByMs = 0),
            ("lease.result_by_ms", static o => o.Award.Lease.ResultByMs = o.Award.Lease.StartByMs - 1),
            ("lease.confirm_by_ms", static o => o.Award.Lease.ConfirmByMs = o.Award.Lease.ResultByMs - 1),
            ("award.sealed_spec", static o => o.Award.SealedSpec = ByteString.Empty),
            ("award.sealed_spec", static o => o.Award.SealedSpec = ByteString.CopyFrom(new byte[AwardSecrets.MaxBytes + 129])),
            ("lease", static o => o.Award.Lease = null),
            ("body", static o => o.ClearBody()));
    }

    [Test]
    public void An_entrys_fields_have_limits()
    {
        static byte[] Encoded(EntryBody body) => Make.Entry(body).Encode();
        Refuses(V1.Entry.Parser, Encoded(new Commit(Make.Hash(), 1)), static b => Entry.Decode(b),
            ("commit.done", static o => o.Commit.Done = 0),
            ("commit.done", static o => o.Commit.Done = WireLimits.TasksPerLease + 1),
            ("commit.root", static o => o.Commit.Root = ByteString.Empty));
        Refuses(V1.Entry.Parser, Encoded(new Opening(Make.Hash(), [Make.Leaf(1)], Make.Bytes(5))), static b => Entry.Decode(b),
            ("opening.leaves", static o => o.Opening.Leaves.Add(Enumerable.Repeat(o.Opening.Leaves[0], WireLimits.TasksPerLease))),
            ("opening.leaves[0].task", static o => o.Opening.Leaves[0].Task = WireLimits.TasksPerJob),
            ("opening.leaves[0].size", static o => o.Opening.Leaves[0].Size = WireLimits.BlobBytes + 1),
            ("opening.leaves[0].fuel", static o => o.Opening.Leaves[0].Fuel = WireLimits.Fuel + 1),
            ("opening.sealed_keys", static o => o.Opening.SealedKeys = ByteString.Empty));
        Refuses(V1.Entry.Parser, Encoded(new Verdict(Make.Hash(), Make.Peer(), [new(0, VerdictOutcome.Accepted, Make.Hash())])), static b => Entry.Decode(b),
            ("verdict.tasks[0].outcome", static o => o.Verdict.Tasks[0].Outcome = 0),
            ("verdict.tasks[0].outcome", static o => o.Verdict.Tasks[0].Outcome = (V1.TaskVerdict.Types.Outcome)4),
            ("verdict.tasks", static o => o.Verdict.Tasks.Add(Enumerable.Repeat(o.Verdict.Tasks[0], WireLimits.TasksPerLease))));
        Refuses(V1.Entry.Parser, Encoded(new Close(1, 1)), static b => Entry.Decode(b),
            ("close.accepted", static o => o.Close.Accepted = WireLimits.TasksPerLease + 1),
            ("close.due_micro", static o => o.Close.DueMicro = ulong.MaxValue));
        Refuses(V1.Entry.Parser, Encoded(new Fail(FailKind.Host, 1, "x")), static b => Entry.Decode(b),
            ("fail.kind", static o => o.Fail.Kind = (V1.Fail.Types.Kind)6),
            ("fail.text", static o => o.Fail.Text = new string('x', WireLimits.TextBytes + 1)));
        Refuses(V1.Entry.Parser, Encoded(new Cancel(CancelReason.Expired, "x")), static b => Entry.Decode(b),
            ("cancel.reason", static o => o.Cancel.Reason = 0));
    }

    [Test]
    public void A_specs_fields_have_limits()
    {
        var spec = Make.Spec(3, withKeys: true) with
        {
            Inputs = [new("in", Make.Blob(true)), new("other", Make.Blob(true))],
            Outputs = ["a", "b"],
            Args = ["x"],
        };
        Refuses(V1.JobSpec.Parser, spec.Encode(), static b => JobSpec.Decode(b),
            ("args", static o => o.Args.Add(Enumerable.Repeat("x", WireLimits.SpecItems))),
            ("args[0]", static o => o.Args[0] = new string('x', WireLimits.TextBytes + 1)),
            ("inputs[1].name", static o => o.Inputs[1].Name = "in"),
            ("inputs[0].name", static o => o.Inputs[0].Name = "../in"),
            ("inputs[0].name", static o => o.Inputs[0].Name = ".."),
            ("outputs[1]", static o => o.Outputs[1] = "a"),
            ("outputs[0]", static o => o.Outputs[0] = "a\nb"),
            ("module", static o => o.Module = null),
            ("module.key", static o => o.Module.Key = ByteString.CopyFrom(1)),
            ("module.size", static o => o.Module.Size = WireLimits.BlobBytes + 1),
            ("module", static o => o.Native = "native-1/x64/debian-12@12.11"),
            ("limits.work_bytes", static o => o.Limits.WorkBytes = TaskLimits.WorkBytesLeast),
            ("limits.processes", static o => o.Limits.Processes = 1),
            ("limits.cores", static o => o.Limits.Cores = 1),
            ("salt", static o => o.Salt = ByteString.Empty),
            ("tasks", static o => o.Tasks = 0));
    }

    [Test]
    public void A_native_specs_fields_have_limits()
        => Refuses(V1.JobSpec.Parser, Make.NativeSpec(3).Encode(), static b => JobSpec.Decode(b),
            ("module", static o => o.Module = new V1.BlobRef()),
            ("native", static o => o.Native = "wasm-2.0/pc1"),
            ("native", static o => o.Native = "native-1/x64"),
            ("native", static o => o.Native = "native-1/z80/debian-12@12.11"),
            ("native", static o => o.Native = "native-1/x64/debian-12"),
            ("native", static o => o.Native = "native-1/x64/debian-12@"),
            ("native", static o => o.Native = "native-1/x64/Debian@12"),
            ("native", static o => o.Native = "native-1/x64/../etc@1"),
            ("native", static o => o.Native = "native-1/x64/" + new string('a', NativeSemantics.RuntimePartMost + 1) + "@1"),
            ("native", static o => o.Native = "native-1/x64/sha256:" + new string('A', 64)),
            ("native", static o => o.Native = "native-1/x64/sha256:" + new string('a', 63)),
            ("forms[0].form", static o => o.Forms[0].Form = "jpeg"),
            ("forms[0].output", static o => o.Forms[0].Output = "other"),
            ("forms[1].output", static o => o.Forms[1].Output = "frame.png"),
            ("isolation", static o => o.Isolation = new string('x', WireLimits.LabelBytes + 1)),
            ("limits.fuel", static o => o.Limits.Fuel = 1),
            ("limits.work_bytes", static o => o.Limits.WorkBytes = TaskLimits.WorkBytesLeast - 1),
            ("limits.work_bytes", static o => o.Limits.WorkBytes = WireLimits.MemoryBytes + 1),
            ("limits.processes", static o => o.Limits.Processes = 0),
            ("limits.processes", static o => o.Limits.Processes = TaskLimits.ProcessesMost + 1),
            ("limits.cores", static o => o.Limits.Cores = 0),
            ("limits.cores", static o => o.Limits.Cores = TaskLimits.CoresMost + 1));

    [Test]
    public void Bundles_are_sorted_and_manifests_fit_their_size()
    {
        var bundle = new TaskBundle(0, "", [new("a", Make.Bytes(1)), new("b", Make.Bytes(1))], default);
        Refuses(V1.TaskBundle.Parser, bundle.Encode(), static b => TaskBundle.Decode(b),
            ("files[1].name", static o => o.Files[1].Name = "a"),
            ("files[1].name", static o => o.Files[0].Name = "c"));
        Refuses(V1.BlobManifest.Parser, new BlobManifest(1, [Make.Hash()]).Encode(), static b => BlobManifest.Decode(b),
            ("chunks", static o => o.Size = WireLimits.ChunkBytes + 1),
            ("size", static o => o.Size = WireLimits.BlobBytes + 1));
    }

    [Test]
    public void Half_a_character_in_a_text_does_not_keep_an_entry_from_being_signed()
    {
        var kept = KeptEntry.Sign(Make.Key(), Make.Entry(new Fail(FailKind.Host, 0, "cut \uD83D")));
        Assert.That(((Fail)KeptEntry.Decode(kept.Envelope.Bytes).Entry.Body).Text, Is.EqualTo("cut \uFFFD"));
    }

    [Test]
    public void A_frame_of_another_protocol_is_refused()
    {
        var offer = OfferMessage.Sign(Make.Key(), Make.Offer(Make.Key()));
        Assert.That(() => PeerMessage.Decode(Protocols.Offer, offer.Frame()), Throws.TypeOf<WireException>().With.Message.Contains("issuer"));
        var decline = new Decline(Make.Hash(), DeclineReason.Busy, "").Frame();
        Assert.That(PeerMessage.Decode(Protocols.Bid, decline), Is.TypeOf<Decline>());
        Assert.That(() => PeerMessage.Decode(Protocols.Lease, decline), Throws.TypeOf<WireException>());
        Assert.That(() => PeerMessage.Decode(Protocols.Bid, ReadOnlyMemory<byte>.Empty), Throws.TypeOf<WireException>());
        Assert.That(() => PeerMessage.Decode(Protocols.Bid, new byte[PeerMessage.MaxFrame(Protocols.Bid) + 1]), Throws.TypeOf<WireException>());
    }

    [Test]
    public void A_decline_says_as_much_as_fits()
    {
        var decline = new Decline(Make.Hash(), DeclineReason.Limits, "entry '" + new string('\u6f22', 200) + "'");
        Assert.That(Decline.Decode(decline.Encode()).Detail, Is.EqualTo("entry '" + new string('\u6f22', (WireLimits.NameBytes - 7) / 3)));
    }

    [Test]
    public void What_an_image_consists_of_has_limits_before_anything_of_it_is_fetched()
    {
        var key = Make.Key();
        var parcel = Make.Parcel(SignedImage.Sign(key, Make.Hash(), 7), key.PeerId);
        Refuses(V1.ImageParcel.Parser, parcel.Encode(), static b => ImageParcel.Decode(b),
            ("parts", static o => o.Parts.RemoveAt(2)),
            ("parts[0]", static o => o.Parts[0].Pieces[0].Size = ImageParcel.DocumentMost + 1),
            ("parts[1]", static o => o.Parts[1].Pieces.Insert(0, o.Parts[2].Pieces[0])),
            ("parts", static o => { for (var i = 0; i < 64; i++) o.Parts[2].Pieces.Insert(0, o.Parts[2].Pieces[0]); }),
            ("parts", static o => o.Parts.Add(new V1.ImagePart(o.Parts[2]) { UnpackedBytes = ImagePart.UnpackedMost })));
    }

    private static void Refuses<T>(
        MessageParser<T> parser, byte[] bytes, Func<ReadOnlyMemory<byte>, object> decode, params (string Field, Action<T> Change)[] cases)
        where T : IMessage<T>
    {
        Assert.That(() => decode(bytes), Throws.Nothing);
        foreach (var (field, change) in cases)
        {
            var message = parser.ParseFrom(bytes);
            change(message);
            var thrown = Assert.Throws<WireException>(() => decode(message.ToByteArray()), field);
            Assert.That(thrown!.Field, Is.EqualTo(field));
        }
    }
}
