// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Images;
using PeerCompute.Wire.Images;

namespace PeerCompute.Node.Tests.Images;

/// <summary>What is said of an image that cannot be given, or not yet.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageSharesTests
{
    private static readonly Hash32 Scope = Hash32.Of([1]);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TempFolder _folder = null!;
    private ImageStore _store = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _store = new ImageStore(_folder["images"]);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task While_an_image_is_made_ready_nothing_is_said_of_it()
    {
        var image = Import();
        File.Delete(_store.PartsOf(image)[2].Path); // so it cannot be made ready, which is told while the work goes on
        using var go = new ManualResetEventSlim();
        var shares = new ImageShares(_store, _ => go.Wait(Patience), CancellationToken.None);
        Assert.That(Asked(shares, image.Digest), Is.SameAs(ImageParcel.None), "no job or lease gives it");
        shares.Hold(new HoldImage(Scope, image.Digest, Serves: true));
        var ready = shares.PrepareAsync(image.Digest);
        var early = Assert.Throws<PeerComputeException>(() => Asked(shares, image.Digest));
        Assert.That(early!.Code, Is.EqualTo(ErrorCode.Unavailable));
        go.Set();
        await ready.WaitAsync(Patience);
        Assert.That(Asked(shares, image.Digest), Is.SameAs(ImageParcel.None));
    }

    [Test]
    public async Task An_image_that_is_imported_while_its_job_waits_is_given()
    {
        var image = Import();
        _store.Remove(image.Digest);
        var shares = new ImageShares(_store, TestContext.Progress.WriteLine, CancellationToken.None);
        shares.Hold(new HoldImage(Scope, image.Digest, Serves: true));
        await UntilAsync(() => Says(shares, image.Digest) is { Parts.IsEmpty: true });
        Import();
        await UntilAsync(() => Says(shares, image.Digest) is { Parts.Length: 3 });
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(20, limit.Token);
    }

    private static ImageParcel Asked(ImageShares shares, string image) => shares.Answer(Hash32.Parse(image[7..]), HostPair.NearKey.PeerId);

    private static ImageParcel? Says(ImageShares shares, string image)
    {
        try
        {
            return Asked(shares, image);
        }
        catch (PeerComputeException)
        {
            return null;
        }
    }

    private ImageRecord Import()
    {
        var archive = _folder["files.tar"];
        if (!File.Exists(archive))
        {
            using var writer = new TarWriter(File.Create(archive));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = new MemoryStream("content"u8.ToArray()) });
        }

        return _store.Import(new ImageRequest(archive), null, CancellationToken.None);
    }
}
