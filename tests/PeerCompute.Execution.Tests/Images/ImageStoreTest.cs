// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Formats.Tar;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Tests.Supervising;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>What the store keeps, shares and throws away.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageStoreTest : ImageFixture
{
    private static TarMaker Common => new TarMaker().File("common", "both");

    private int Stored => Directory.Exists(Path.Combine(Folder, "layers")) ? Directory.GetDirectories(Path.Combine(Folder, "layers")).Length : 0;

    [Test]
    public void Layers_are_shared_and_live_as_long_as_an_image_has_them()
    {
        ImageRecord one = Import(Layers(Common, new TarMaker().File("one", "1")), "one");
        ImageRecord two = Import(Layers(Common, Common, new TarMaker().File("two", "2")), "two");
        Assert.That(Stored, Is.EqualTo(3));
        Assert.That(Store.List().Select(image => image.Name), Is.EqualTo(new[] { "one", "two" }));
        Store.Remove("one");
        Assert.That(Stored, Is.EqualTo(2));
        Assert.That(Directory.Exists(Store.RootOf(one)), Is.False);
        Assert.That(TreeOf(two), Is.EqualTo(new[] { "common=both", "two=2" }));
        Store.Remove(two.Digest[7..17]);
        AssertEmpty();
    }

    [Test]
    public void An_image_comes_in_once_and_names_are_its_own()
    {
        string layout = Layers(Common);
        ImageRecord first = Import(layout, "one");
        Assert.That(Import(layout).Name, Is.EqualTo("one"));
        Assert.That(Import(layout, "renamed").Digest, Is.EqualTo(first.Digest));
        Assert.That(Store.List().Single().Name, Is.EqualTo("renamed"));
        PeerComputeException taken = Assert.Throws<PeerComputeException>(() => Import(Layers(new TarMaker().File("other")), "renamed"))!;
        Assert.That(taken.Code, Is.EqualTo(ErrorCode.Refused));
        Assert.That(taken.Message, Does.Contain(first.Digest));
        Assert.That(Assert.Throws<PeerComputeException>(() => Import(layout, "../x"))!.Code, Is.EqualTo(ErrorCode.Usage));
        Assert.That(Assert.Throws<PeerComputeException>(() => Store.Find("nothing"))!.Code, Is.EqualTo(ErrorCode.NotFound));
    }

    [Test]
    public void A_layer_that_is_here_must_have_the_diff_id_too()
    {
        Import(Layers(Common), "one");
        LayoutMaker liar = Layout().Layer(Common.Done());
        liar.Config["author"] = "another manifest";
        liar.DiffIds[0] = "sha256:" + new string('0', 64);
        Assert.That(Refused(liar.Write()).Code, Is.EqualTo(ErrorCode.NotAuthentic));
    }

    [Test]
    public void A_plain_archive_is_laid_over_its_base_and_names_in_it_hide_nothing()
    {
        LayoutMaker below = Layout().Layer(Common.Done());
        below.Config["config"]!["Env"] = new System.Text.Json.Nodes.JsonArray("A=b");
        Import(below.Write(), "base");
        string file = Path.Combine(Scratch, "Job Files.tar.gz");
        File.WriteAllBytes(file, LayoutMaker.Zipped(new TarMaker().File("own", "own").File(".wh.common", "kept").Done()));
        ImageRecord image = Store.Import(new ImageRequest(file) { Base = "base" }, null, CancellationToken.None);
        Assert.That(image.Name, Is.EqualTo("job-files"));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { ".wh.common=kept", "common=both", "own=own" }));
        Assert.That(image.Program.Environment, Is.EqualTo(new[] { "A=b" }));
        Store.Remove("base");
        Assert.That(TreeOf(image), Does.Contain("common=both"));
    }

    [Test]
    public void A_plain_archive_is_not_laid_over_as_many_layers_as_an_image_may_have()
    {
        Import(Layers(Common, new TarMaker().File("more")), "base");
        string file = Path.Combine(Scratch, "files.tar");
        File.WriteAllBytes(file, new TarMaker().File("own").Done());
        var store = new ImageStore(Folder, new ImageLimits { Layers = 2 });
        var refused = Assert.Throws<PeerComputeException>(() => store.Import(new ImageRequest(file) { Base = "base" }, null, CancellationToken.None));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(store.List(), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_run_in_an_image_that_was_removed_meanwhile_is_refused_in_words()
    {
        ImageRecord image = Import(Layers(Common));
        Store.Decide(policy => policy.Allow(image.Digest));
        Store.Remove(image.Digest);
        Assert.That(() => Store.SystemOf(image), Throws.TypeOf<PeerComputeException>());
    }

    [TestCase("zip archive is damaged", new byte[] { (byte)'P', (byte)'K', 3, 4 })]
    [TestCase("zstd", new byte[] { 0x28, 0xB5, 0x2F, 0xFD })]
    [TestCase("xz", new byte[] { 0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0 })]
    [TestCase("damaged, or none", new byte[] { 1, 2, 3 })]
    public void Another_file_is_refused_by_what_it_is(string words, byte[] head)
    {
        string file = Path.Combine(Scratch, "file");
        File.WriteAllBytes(file, [.. head, .. Enumerable.Repeat((byte)7, 2000)]);
        PeerComputeException refused = Refused(file);
        Assert.That((refused.Code, refused.Message.Contains(words, StringComparison.Ordinal)), Is.EqualTo((ErrorCode.BadInput, true)), refused.Message);
        AssertEmpty();
    }

    [Test]
    public void An_archive_of_a_layout_is_read_like_its_folder()
    {
        string layout = Layers(Common, new TarMaker().File("one", "1"));
        string file = Path.Combine(Scratch, "layout.tar");
        TarFile.CreateFromDirectory(layout, file, includeBaseDirectory: false); // the platform's writer: pax
        ImageRecord image = Import(file);
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "common=both", "one=1" }));
        Assert.That(Import(layout).Digest, Is.EqualTo(image.Digest));
        string packed = file + ".gz";
        File.WriteAllBytes(packed, LayoutMaker.Zipped(File.ReadAllBytes(file)));
        Assert.That(Refused(packed).Message, Does.Contain("gunzip"));
    }

    [Test]
    public void A_full_disk_leaves_nothing()
    {
        using SmallDisk? disk = SmallDisk.TryMake(Folder);
        if (disk is null) Assert.Ignore("mounting a small file system needs root");
        byte[] noise = new byte[2 << 20];
        new Random(1).NextBytes(noise);
        PeerComputeException refused = Refused(Layers(Common, new TarMaker().Entry('0', "large", "", noise)));
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Host));
        Assert.That(refused.Message, Is.EqualTo($"{Folder}: the disk is full, nothing of the image is kept: free some space"));
        AssertEmpty();
        Assert.That(TreeOf(Import(Layers(Common))), Is.EqualTo(new[] { "common=both" }));
    }

    [Test]
    public async Task A_kill_in_the_middle_leaves_nothing_that_the_next_change_does_not_sweep()
    {
        // The second layer never ends: whoever reads it waits.
        LayoutMaker made = Layout().Layer(Common.Done()).Layer(new TarMaker().File("two", "2").Done());
        string layout = made.Write();
        string stuck = made.PathOf(Hash32.Parse(made.Layers[1]!["digest"]!.GetValue<string>()[7..]));
        File.Delete(stuck);
        using (Process pipe = Process.Start("mkfifo", [stuck])) await pipe.WaitForExitAsync();
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, Program.Import, Folder, layout]) { RedirectStandardError = true };
        using Process import = Process.Start(start)!;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        string work = Path.Combine(Folder, "tmp");
        while (!Directory.Exists(work) || !Directory.EnumerateFiles(work, "list", SearchOption.AllDirectories).Any())
        {
            Assert.That(import.HasExited, Is.False, "it ended before it was killed");
            await timer.WaitForNextTickAsync(limit.Token);
        }

        Assert.That(Refused(Layers(new TarMaker().File("meanwhile"))).Code, Is.EqualTo(ErrorCode.Refused));
        import.Kill();
        await import.WaitForExitAsync(limit.Token);
        Assert.That(Store.List(), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(work), Is.Not.Empty);
        Import(Layers(new TarMaker().File("after")), "after");
        Assert.That(Directory.EnumerateFileSystemEntries(work), Is.Empty);
        Assert.That(Stored, Is.EqualTo(1));
    }

    [Test]
    public void Cancelling_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var watch = new Stop(stop);
        string layout = Layers(Common, new TarMaker().File("two", "2"));
        Assert.That(() => Store.Import(new ImageRequest(layout), watch, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        AssertEmpty();
    }

    [Test]
    public void The_owner_says_what_may_run()
    {
        ImageRecord image = Import(Layers(Common));
        Assert.That(Store.Policy().Judge(image), Is.EqualTo(ImageAnswer.Refused));
        Store.Decide(policy => policy with { Ask = true });
        Assert.That(Store.Policy().Judge(image), Is.EqualTo(ImageAnswer.Ask));
        Store.Decide(policy => policy.Allow(image.Digest));
        Assert.That(Store.Policy().Judge(image), Is.EqualTo(ImageAnswer.Allowed));
        Store.Decide(policy => policy.Withdraw(image.Digest));
        Assert.That(Store.Policy().Judge(image), Is.EqualTo(ImageAnswer.Ask));
        File.WriteAllText(Path.Combine(Folder, "allowed.json"), """{"digests":["sha256:short"]}""");
        Assert.That(Assert.Throws<PeerComputeException>(() => Store.Policy())!.Code, Is.EqualTo(ErrorCode.Home));
        File.WriteAllText(Path.Combine(Folder, "allowed.json"), """{"sha":1}""");
        Assert.That(Assert.Throws<PeerComputeException>(() => Store.Policy())!.Code, Is.EqualTo(ErrorCode.Home));
    }

    private sealed class Stop(CancellationTokenSource source) : IProgress<ImageProgress>
    {
        public void Report(ImageProgress value)
        {
            if (value.Layer == 2) source.Cancel();
        }
    }
}
