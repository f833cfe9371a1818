// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Wire.Tests;

/// <summary>A record of the wire: a valid one, how it is read and written, and its generated message where it is one.</summary>
internal sealed record RecordCase(
    string Name,
    byte[] Bytes,
    Func<ReadOnlyMemory<byte>, object> Decode,
    Func<object, byte[]> Encode,
    int Limit,
    Func<byte[], IEnumerable<Mutation>>? Mutate = null)
{
    public override string ToString() => Name;
}

/// <summary>One case for each record, bodies of entries one by one.</summary>
internal static class Records
{
    public static IEnumerable<RecordCase> All()
    {
        var make = new Samples(11);
        var (client, worker) = (make.Key(), make.Key());
        yield return Of("offer", make.Offer(client).Encode(), Offer.Decode, static r => r.Encode(), WireLimits.OfferBytes, V1.Offer.Parser);
        yield return Of("bid", make.Bid(worker, make.Hash()).Encode(), Bid.Decode, static r => r.Encode(), WireLimits.BidBytes, V1.Bid.Parser);
        yield return Of(
            "sealed bid", new SealedBid(make.Hash(), make.Bytes(99)).Encode(),
            SealedBid.Decode, static r => r.Encode(), WireLimits.BidBytes, V1.SealedBid.Parser);
        yield return Of(
            "decline", new Decline(make.Hash(), DeclineReason.Price, "dear").Encode(),
            Decline.Decode, static r => r.Encode(), WireLimits.BidBytes, V1.Decline.Parser);
        yield return Of("native spec", make.NativeSpec(7).Encode(), JobSpec.Decode, static r => r.Encode(), WireLimits.SpecBytes, V1.JobSpec.Parser);
        var native = make.Offer(client) with { Semantics = make.Native().ToString(), Limits = make.NativeLimits(), Isolation = "native-degraded" };
        yield return Of("native offer", native.Encode(), Offer.Decode, static r => r.Encode(), WireLimits.OfferBytes, V1.Offer.Parser);
        yield return Of("spec", make.Spec(7, withKeys: true).Encode(), JobSpec.Decode, static r => r.Encode(), WireLimits.SpecBytes, V1.JobSpec.Parser);
        foreach (var body in make.Bodies(client.PeerId, worker.PeerId))
        {
            yield return Of(
                "entry " + body.GetType().Name, make.Entry(body).Encode(), Entry.Decode, static r => r.Encode(), WireLimits.EntryBytes, V1.Entry.Parser);
        }

        var bundle = new TaskBundle(3, "trap", [new OutputFile("a", make.Bytes(9)), new OutputFile("b", default)], make.Bytes(20));
        yield return Of("bundle", bundle.Encode(), TaskBundle.Decode, static r => r.Encode(), TaskBundle.MaxBytes, V1.TaskBundle.Parser);
        yield return Of(
            "secrets", new JobSecrets(make.Hash(), [new JobSecret("A", "1"), new JobSecret("B", "")]).Encode(),
            JobSecrets.Decode, static r => r.Encode(), JobSecrets.MaxBytes, V1.Secrets.Parser);
        yield return Of(
            "secrets message", new SecretsMessage(make.Hash(), make.Bytes(300)).Encode(),
            SecretsMessage.Decode, static r => r.Encode(), SecretsMessage.MaxBytes, V1.LeaseSecrets.Parser);
        var said = new LiveReport(
            make.Small(1, LiveReport.DoneMost), make.Text(), [new("loss", "-1.5e-3", make.Number(1, 99)), new("a/b", "nan", 0)], 7, ["one", "two ä", "中"]);
        yield return Of(
            "live message", new LiveMessage(make.Hash(), make.Small(1, 999), said).Encode(),
            LiveMessage.Decode, static r => r.Encode(), LiveMessage.MaxBytes, V1.LiveReport.Parser);
        yield return Of(
            "checkpoint", new Checkpoint(1, 2, make.Hash(), 300, [make.Blob(true), make.Blob(true)]).Encode(),
            Checkpoint.Decode, static r => r.Encode(), Checkpoint.MaxBytes, V1.Checkpoint.Parser);
        yield return Of(
            "checkpoint message", new CheckpointMessage(make.Hash(), 4, make.Small(0, 1) == 1 ? make.Bytes(300) : default).Encode(),
            CheckpointMessage.Decode, static r => r.Encode(), CheckpointMessage.MaxBytes, V1.LeaseCheckpoint.Parser);
        yield return Of(
            "sync", (new SyncMessage(make.Hash(), 3, make.Hash(), 0, default, true) { Collected = make.Small(0, 1) == 1 }).Encode(),
            SyncMessage.Decode, static r => r.Encode(), SyncMessage.MaxBytes, V1.Sync.Parser);
        var manifest = new BlobManifest(WireLimits.ChunkBytes + 1, [make.Hash(), make.Hash()]);
        yield return Of("manifest", manifest.Encode(), BlobManifest.Decode, static r => r.Encode(), WireLimits.ManifestBytes, V1.BlobManifest.Parser);
        yield return Of(
            "blob request", new BlobRequest(make.Hash(), 4, 3, true, make.Bytes(300)).Encode(),
            BlobRequest.Decode, static r => r.Encode(), BlobRequest.MaxBytes, V1.BlobRequest.Parser);
        yield return Of(
            "blob answer", new BlobAnswer(manifest, BlobRefusal.None, [new Contact(worker.PeerId, [Multiaddr.Parse("/ip4/192.0.2.7/tcp/4001")])]).Encode(),
            BlobAnswer.Decode, static r => r.Encode(), BlobAnswer.MaxBytes, V1.BlobAnswer.Parser);
        var token = make.Token(client, worker.PeerId);
        yield return Of("blob token", token.Token.Encode(), BlobToken.Decode, static r => r.Encode(), BlobToken.MaxBytes, V1.BlobToken.Parser);
        yield return new RecordCase(
            "signed token", token.Envelope.Bytes.ToArray(), static b => SignedToken.Decode(b), static r => ((SignedToken)r).Envelope.Bytes.ToArray(),
            SignedToken.MaxBytes);
        yield return Of(
            "award secrets", new AwardSecrets(make.Spec(7, withKeys: true), token).Encode(),
            AwardSecrets.Decode, static r => r.Encode(), AwardSecrets.MaxBytes, V1.AwardSecrets.Parser);
        yield return Of("receipt", Receipt(make).Encode(), Receipts.Receipt.Decode, static r => r.Encode(), WireLimits.ReceiptBytes, V1.Receipt.Parser);

        var advert = make.Answer(worker);
        yield return Of(
            "profile", Advert(make).Encode(), Profile.Decode, static r => r.Encode(), WireLimits.ProfileBytes, V1.Profile.Parser);
        yield return Of(
            "status", advert.Status.Status.Encode(), Status.Decode, static r => r.Encode(), WireLimits.StatusBytes, V1.Status.Parser);
        yield return Of(
            "advert query", new AdvertQuery(make.Hash()).Encode(), AdvertQuery.Decode, static r => r.Encode(), AdvertQuery.MaxBytes, V1.AdvertQuery.Parser);
        yield return Of("advert", advert.Encode(), AdvertAnswer.Decode, static r => r.Encode(), AdvertAnswer.MaxBytes, V1.AdvertAnswer.Parser);

        var word = SignedImage.Sign(worker, make.Hash(), 7);
        yield return Of(
            "image query", new ImageQuery(make.Hash()).Encode(), ImageQuery.Decode, static r => r.Encode(), ImageQuery.MaxBytes, V1.ImageQuery.Parser);
        yield return Of("image word", word.Word.Encode(), ImageSignature.Decode, static r => r.Encode(), ImageSignature.MaxBytes, V1.ImageSignature.Parser);
        yield return new RecordCase(
            "signed image", word.Envelope.Bytes.ToArray(), static b => SignedImage.Decode(b), static r => ((SignedImage)r).Envelope.Bytes.ToArray(),
            SignedImage.MaxBytes);
        yield return Of(
            "image parcel", make.Parcel(word, worker.PeerId).Encode(), ImageParcel.Decode, static r => r.Encode(), ImageParcel.MaxBytes, V1.ImageParcel.Parser);

        var offer = OfferMessage.Sign(client, make.Offer(client));
        yield return new RecordCase(
            "offer message", offer.Encode(), static b => OfferMessage.Decode(b), static r => ((OfferMessage)r).Encode(),
            WireLimits.OfferBytes + SignedEnvelope.MaxOverhead);
        var kept = KeptEntry.Sign(worker, make.Entry(new Accept()));
        yield return Of(
            "entries", new EntriesMessage(make.Hash(), [kept, kept]).Encode(),
            EntriesMessage.Decode, static r => r.Encode(), WireLimits.EntriesBytes, V1.Entries.Parser);
    }

    /// <summary>Bytes are refused with a name, or are the one encoding of what they are read as.</summary>
    public static void OnlyCanonical(RecordCase record, byte[] bytes)
    {
        object read;
        try
        {
            read = record.Decode(bytes);
        }
        catch (WireException e)
        {
            Assert.That(e.Field, Is.Not.Empty);
            return;
        }

        Assert.That(record.Encode(read), Is.EqualTo(bytes));
    }

    private static Receipt Receipt(Samples make) => new()
    {
        Header = make.Header(make.Hash(), 1),
        Issuer = make.Peer(),
        JobName = "sum",
        Offer = make.Bytes(30),
        Tasks = 2,
        TasksRoot = make.Hash(),
        TaskList = [new(0, make.Hash(), make.Peer(), make.Hash(), 1, 2), new(1, make.Hash(), make.Peer(), make.Hash(), 3, 4)],
        Leases = [new(make.Hash(), make.Peer(), make.Bytes(20), Parts(make), Parts(make))],
        Shares = [new(make.Peer(), 5, ReceiptShare.Work)],
        TotalMicro = 5,
        TotalFuel = 4,
        ConfirmedBy = "me",
        SubmittedMs = 1,
        EndedMs = 2,
        Inputs = [new("in", make.Hash())],
        ModuleHash = make.Hash(),
        Spec = make.Bytes(50),
    };

    private static Profile Advert(Samples make)
    {
        var profile = make.Profile(make.Incarnation(), 7, 1_000_000);
        return profile with
        {
            Capabilities = profile.Capabilities with
            {
                Devices = [make.Device(DeviceKind.Cpu), make.Device(DeviceKind.Gpu), make.Device(DeviceKind.Accelerator)],
                Runtimes = [new("a", "1", []), new("wasm", "2", ["a", "b"])],
                Benchmarks = [new("a", 5, "B/s", 9), new("b", 6, "fuel/s", 8)],
            },
        };
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Parts(Samples make) => [make.Bytes(10), make.Bytes(11)];

    private static RecordCase Of<TRecord, TMessage>(
        string name, byte[] bytes, Func<ReadOnlyMemory<byte>, TRecord> decode, Func<TRecord, byte[]> encode, int limit, MessageParser<TMessage> parser)
        where TRecord : class
        where TMessage : IMessage<TMessage>, IDeepCloneable<TMessage>
        => new(name, bytes, b => decode(b), r => encode((TRecord)r), limit, b => Mutations.Of(parser.ParseFrom(b)));
}
