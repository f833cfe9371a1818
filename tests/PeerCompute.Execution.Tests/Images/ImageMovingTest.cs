// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Execution.Images;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>What a store gives away, and what it takes of a holder that may lie.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageMovingTest : ImageFixture
{
    private static readonly KeyPair Publisher = KeyPair.FromSeed(Enumerable.Repeat((byte)7, 32).ToArray());

    private static TarMaker Common => new TarMaker().File("common", "both");

    private ImageStore Other => new(Path.Combine(Scratch, "other"));

    [Test]
    public void An_image_goes_from_store_to_store_with_its_signatures_and_without_the_layers_that_are_there()
    {
        Import(Layers(Common), "base");
        string archive = Path.Combine(Scratch, "files.tar.gz");
        File.WriteAllBytes(archive, LayoutMaker.Zipped(new TarMaker().File("own", "own").File(".wh.common", "kept").Done()));
        ImageRecord image = Store.Import(new ImageRequest(archive) { Base = "base" }, null, CancellationToken.None);
        Hash32 digest = Hash32.Parse(image.Digest[7..]);
        image = Store.Sign(image, SignedImage.Sign(Publisher, digest, 1));
        Other.Import(new ImageRequest(Layers(Common)) { Name = "base" }, null, CancellationToken.None);

        ImageParcel parcel = ParcelOf(image);
        var opened = new List<Hash32>();
        Assert.That(Other.Examine(parcel, Open).Select(part => part.Digest), Is.EqualTo(new[] { parcel.Parts[3].Digest }), "the base is there");
        ImageRecord taken = Other.Take(parcel, Open, CancellationToken.None);
        Assert.That((taken.Digest, taken.Fetched, taken.Signers.Single()), Is.EqualTo((image.Digest, true, Publisher.PeerId)));
        Assert.That(Directory.GetFiles(Other.RootOf(taken)).Select(Path.GetFileName).Order(), Is.EqualTo(new[] { ".wh.common", "common", "own" }));
        Assert.That(opened, Has.None.EqualTo(parcel.Parts[2].Digest));
        Assert.That(Other.PartsOf(taken).Select(part => part.Digest), Is.EqualTo(parcel.Parts.Select(part => part.Digest)), "it can be given on");

        Stream Open(Hash32 part)
        {
            opened.Add(part);
            return File.OpenRead(Store.PartsOf(image).First(known => known.Digest == part).Path);
        }
    }

    [Test]
    public void What_a_holder_says_must_be_what_the_manifest_says()
    {
        ImageRecord image = Import(Layers(Common, new TarMaker().File("one", "1")));
        ImageParcel parcel = ParcelOf(image);
        Assert.That(Examined(parcel with { Parts = parcel.Parts.RemoveAt(3) }), Is.EqualTo(ErrorCode.NotAuthentic), "a layer is missing");
        Assert.That(Examined(parcel with { Parts = [.. parcel.Parts[..2], parcel.Parts[3], parcel.Parts[2]] }), Is.EqualTo(ErrorCode.NotAuthentic), "swapped");
        Assert.That(Examined(parcel with { Parts = parcel.Parts.SetItem(0, parcel.Parts[1]) }), Is.EqualTo(ErrorCode.BadInput), "no manifest");
        Assert.That(Examined(parcel), Is.Null);

        // Layers that unpack to more than was said, and layers that are other bytes.
        ImageParcel small = parcel with { Parts = [.. parcel.Parts.Select(part => part with { UnpackedBytes = part.UnpackedBytes > 0 ? 600u : 0 })] };
        Assert.That(Code(() => Other.Take(small, Open, CancellationToken.None)), Is.EqualTo(ErrorCode.NotAuthentic));
        Assert.That(Code(() => Other.Take(parcel, OpenDamaged, CancellationToken.None)), Is.EqualTo(ErrorCode.NotAuthentic));
        Assert.That(Other.List(), Is.Empty);

        ErrorCode? Examined(ImageParcel said) => Code(() => Other.Examine(said, Open));

        Stream OpenDamaged(Hash32 part) => part == parcel.Parts[3].Digest ? Damaged(part) : Open(part);

        Stream Open(Hash32 part) => File.OpenRead(Store.PartsOf(image).First(known => known.Digest == part).Path);

        Stream Damaged(Hash32 part)
        {
            byte[] bytes = new byte[Open(part).Length];
            Open(part).ReadExactly(bytes);
            bytes[4] ^= 1; // the time in gzip's header: what it unpacks to is the same
            return new MemoryStream(bytes);
        }
    }

    [Test]
    public void A_layer_unpacks_to_no_more_than_was_said_of_it_whatever_was_said_of_layers_that_are_here()
    {
        ImageRecord image = Import(Layers(Common, new TarMaker().File("large", new string('x', 5000))));
        Other.Import(new ImageRequest(Layers(Common)) { Name = "base" }, null, CancellationToken.None);
        ImageParcel parcel = ParcelOf(image);
        ImageParcel shifted = parcel with
        {
            Parts = [.. parcel.Parts[..2], parcel.Parts[2] with { UnpackedBytes = 1 << 30 }, parcel.Parts[3] with { UnpackedBytes = 1 }],
        };
        Assert.That(Other.Examine(shifted, Open).Sum(part => (long)part.UnpackedBytes), Is.EqualTo(1));
        Assert.That(Code(() => Other.Take(shifted, Open, CancellationToken.None)), Is.EqualTo(ErrorCode.NotAuthentic));
        Assert.That(Other.Take(parcel, Open, CancellationToken.None).Digest, Is.EqualTo(image.Digest));

        Stream Open(Hash32 part) => File.OpenRead(Store.PartsOf(image).First(known => known.Digest == part).Path);
    }

    [TestCase(null)]
    [TestCase("mine")]
    public void What_the_owner_imports_too_is_the_owners_from_then_on(string? name)
    {
        ImageRecord image = Fetched("file");
        Assert.That(image.Fetched);
        var request = new ImageRequest(Layout().Layer(new TarMaker().File("file").Done(), gzip: false).Write()) { Name = name };
        Assert.That(Store.Import(request, null, CancellationToken.None).Digest, Is.EqualTo(image.Digest));
        ImageRecord own = Store.Find(image.Digest);
        Assert.That((own.Fetched, own.Name), Is.EqualTo((false, name ?? image.Name)));
        Assert.That(Store.MakeRoom(1000, 1000, _ => false), Is.Empty, "its bytes are not counted");
        Assert.That(Store.List(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_signature_counts_for_its_image_and_its_signer_only()
    {
        ImageRecord image = Import(Layers(Common));
        Hash32 digest = Hash32.Parse(image.Digest[7..]);
        Assert.That(Code(() => Store.Sign(image, SignedImage.Sign(Publisher, Hash32.Of([1]), 1))), Is.EqualTo(ErrorCode.NotAuthentic));
        SignedImage good = SignedImage.Sign(Publisher, digest, 1), other = SignedImage.Sign(Publisher, Hash32.Of([1]), 1);
        byte[] forged = good.Envelope.Bytes.ToArray();
        forged[^1] ^= 1;
        var parcel = new ImageParcel([], [other, SignedImage.Decode(forged), good, SignedImage.Sign(Publisher, digest, 2)], []);
        Assert.That(ImageStore.Good(parcel, digest), Is.EqualTo(new[] { good.Envelope.Bytes.ToArray() }));
        Store.Sign(image, good);
        Assert.That(Store.Policy().Judge(Store.Find(image.Digest)), Is.EqualTo(ImageAnswer.Refused));
        ImagePolicy policy = Store.Decide(so => so.AllowSigner(Publisher.PeerId.ToString()));
        Assert.That(policy.Judge(Store.Find(image.Digest)), Is.EqualTo(ImageAnswer.Allowed));
        Assert.That(Store.Decide(so => so.Refuse(image.Digest)).Judge(Store.Find(image.Digest)), Is.EqualTo(ImageAnswer.Refused));
    }

    [Test]
    public void Images_from_others_give_way_longest_unused_first_and_none_that_is_needed()
    {
        ImageRecord own = Import(Layers(new TarMaker().File("own")), "own");
        ImageRecord[] others = [.. Enumerable.Range(0, 3).Select(i => Fetched($"file{i}"))];
        long each = others[0].Bytes;
        foreach ((int i, int order) in new[] { (2, 0), (0, 1), (1, 2) })
            File.SetLastWriteTimeUtc(Path.Combine(Folder, "records", others[i].Digest[7..] + ".json"), DateTime.UnixEpoch.AddDays(order));
        Assert.That(Store.MakeRoom(each, 4 * each, _ => false), Is.Empty);
        Assert.That(Store.MakeRoom(each, 3 * each, digest => digest == others[2].Digest).Single().Digest, Is.EqualTo(others[0].Digest));
        Assert.That(Code(() => Store.MakeRoom(2 * each, 2 * each, digest => digest == others[2].Digest)), Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(Store.List().Select(image => image.Digest), Is.EquivalentTo(new[] { own.Digest, others[1].Digest, others[2].Digest }));
    }

    [Test]
    public void Layers_that_an_image_of_the_owner_has_are_not_counted_for_others()
    {
        ImageRecord image = Fetched("file");
        Assert.That(Code(() => Store.MakeRoom(1, image.Bytes, _ => true)), Is.EqualTo(ErrorCode.LimitExceeded));
        Import(Layout().Layer(new TarMaker().File("file").Done(), gzip: false).Layer(new TarMaker().File("own").Done()).Write(), "own");
        Assert.That(Store.MakeRoom(image.Bytes, image.Bytes, _ => true), Is.Empty);
    }

    [Test]
    public void Pending_images_are_bounded_and_end_with_the_owners_word()
    {
        string first = "sha256:" + new string('a', 64);
        Store.Decide(policy => policy with { Ask = true });
        Store.Note(new PendingImage(first, "peer", DateTimeOffset.UnixEpoch));
        Store.Note(new PendingImage(first, "other", DateTimeOffset.UnixEpoch));
        Assert.That(Store.Pending().Single().WantedBy, Is.EqualTo("other"));
        Store.Decide(policy => policy.Refuse(first));
        Assert.That(Store.Pending(), Is.Empty);
        Store.Decide(policy => policy.Withdraw(first));
        for (int i = 0; i < PendingImage.Most; i++) Store.Note(new PendingImage("sha256:" + Hash32.Of([(byte)i]), "peer", DateTimeOffset.UnixEpoch));
        Assert.That(Store.Pending(), Has.Count.EqualTo(PendingImage.Most).And.None.Matches<PendingImage>(asked => asked.Digest == first));
    }

    [Test]
    public void Images_that_are_noted_at_the_same_time_are_all_pending()
    {
        const int Many = 32;
        ImageStore store = Store;
        store.Decide(policy => policy with { Ask = true });
        using var ready = new Barrier(Many);
        Task[] notes = [.. Enumerable.Range(0, Many).Select(i => Task.Factory.StartNew(
            () =>
            {
                ready.SignalAndWait();
                store.Note(new PendingImage("sha256:" + Hash32.Of([(byte)i]), "peer", DateTimeOffset.UnixEpoch));
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.That(() => Task.WaitAll(notes), Throws.Nothing);
        Assert.That(store.Pending(), Has.Count.EqualTo(Many));
    }

    private static ErrorCode? Code(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (PeerComputeException refused)
        {
            return refused.Code;
        }
    }

    /// <summary>An image of one file, from another node.</summary>
    private ImageRecord Fetched(string name)
    {
        var from = new ImageStore(Path.Combine(Scratch, "from"));
        var request = new ImageRequest(Layout().Layer(new TarMaker().File(name).Done(), gzip: false).Write());
        ImageRecord image = from.Import(request, null, CancellationToken.None);
        var paths = from.PartsOf(image).ToDictionary(part => part.Digest, part => part.Path);
        return Store.Take(ParcelOf(image, from), part => File.OpenRead(paths[part]), CancellationToken.None);
    }

    private ImageParcel ParcelOf(ImageRecord image) => ParcelOf(image, Store);

    private static ImageParcel ParcelOf(ImageRecord image, ImageStore store) => new(
        [
            .. store.PartsOf(image).Select(part => new ImagePart(
                part.Digest, [new BlobRef(part.Digest, (ulong)new FileInfo(part.Path).Length, Hash32.Of([1]), default)], (ulong)part.Unpacked)),
        ],
        [.. image.Signatures.Select(envelope => SignedImage.Decode(envelope))], []);
}
