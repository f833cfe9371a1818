// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>Images made to do harm: each is refused with its cause and remedy, and leaves nothing.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class HostileImageTest : ImageFixture
{
    private static readonly ImageLimits Small = new()
    {
        Layers = 2, Entries = 20, NameBytes = 300, NamesBytes = 1000, Depth = 10, Mounts = 10, UnpackedBytes = 1 << 20, FreeBytes = 1 << 16, Ratio = 20,
        DocumentBytes = 1 << 14,
    };

    private static IEnumerable<TestCaseData> Archives()
    {
        static TestCaseData Of(string name, ErrorCode code, string words, TarMaker tar) => new TestCaseData(tar.Done(), code, words).SetArgDisplayNames(name);
        yield return Of("step up", ErrorCode.BadInput, "'../../x': the name steps up", new TarMaker().File("../../x", "evil"));
        yield return Of("step up inside", ErrorCode.BadInput, "steps up", new TarMaker().Folder("a").File("a/../../x", "evil"));
        yield return Of("absolute", ErrorCode.BadInput, "'/tmp/x': the name is absolute", new TarMaker().File("/tmp/x", "evil"));
        yield return Of("step up by pax", ErrorCode.BadInput, "steps up", new TarMaker().Pax(("path", "../x")).File("x", "evil"));
        yield return Of("step up by GNU", ErrorCode.BadInput, "steps up", new TarMaker().Entry('L', "l", "", "../x\0"u8.ToArray()).File("x"));
        yield return Of("zero byte", ErrorCode.BadInput, "zero byte", new TarMaker().Pax(("path", "a\0/../b")).File("x"));
        yield return Of("no UTF-8", ErrorCode.BadInput, "no UTF-8", new TarMaker().File("caf\u00E9"));
        yield return Of("hard link out", ErrorCode.BadInput, "steps up", new TarMaker().HardLink("x", "../../etc/passwd"));
        yield return Of("hard link to an absolute name", ErrorCode.BadInput, "absolute", new TarMaker().HardLink("x", "/etc/passwd"));
        yield return Of("hard link to nothing", ErrorCode.BadInput, "no file of this image", new TarMaker().HardLink("x", "etc/passwd"));
        yield return Of("hard link through a link", ErrorCode.BadInput, "no file of this image", new TarMaker().Link("e", "/etc").HardLink("x", "e/passwd"));
        yield return Of("hard link to a folder", ErrorCode.BadInput, "no file of this image", new TarMaker().Folder("a").HardLink("x", "a"));
        yield return Of("file as folder", ErrorCode.BadInput, "a file lies where a folder should be", new TarMaker().File("a").File("a/b/c"));
        yield return Of("root as file", ErrorCode.BadInput, "the root itself", new TarMaker().File("./", "x"));
        yield return Of("root as link", ErrorCode.BadInput, "the root itself", new TarMaker().Link(".", "/"));
        yield return Of("link without target", ErrorCode.BadInput, "no target", new TarMaker().Link("x", ""));
        yield return Of("whiteout of the folder above", ErrorCode.BadInput, "hides no name", new TarMaker().Folder("a").File("a/.wh..."));
        yield return Of("whiteout of the folder", ErrorCode.BadInput, "hides no name", new TarMaker().File("a/.wh.."));
        yield return Of("whiteout of nothing", ErrorCode.BadInput, "hides no name", new TarMaker().File("a/.wh."));
        yield return Of("holes", ErrorCode.BadInput, "holes", new TarMaker().Entry('S', "x", "", []));
        yield return Of("holes by pax", ErrorCode.BadInput, "holes", new TarMaker().Pax(("GNU.sparse.major", "1")).File("x"));
        yield return Of("unknown kind", ErrorCode.BadInput, "unknown kind", new TarMaker().Entry('Z', "x", "", []));
        yield return Of("size below zero", ErrorCode.BadInput, "below zero", new TarMaker().Entry('0', "x", "", [], size: new string('\u00FF', 12)));
        yield return Of("size beyond", ErrorCode.BadInput, "out of range", new TarMaker().Entry('0', "x", "", [], size: "\u0080" + new string('\u00FF', 11)));
        yield return Of("size cut short", ErrorCode.BadInput, "cut short", new TarMaker().Entry('0', "x", "", [], size: "00001000000"));
        yield return Of("huge size by pax", ErrorCode.LimitExceeded, "limit", new TarMaker().Pax(("size", "9223372036854775807")).File("x"));
        yield return Of("huge extended header", ErrorCode.LimitExceeded, "extended header", new TarMaker().Entry('x', "x", "", [], size: "77777777777"));
        yield return Of("endless extended headers", ErrorCode.LimitExceeded, "extended headers",
            Enumerable.Range(0, 9).Aggregate(new TarMaker(), (tar, _) => tar.Pax(("path", "y"))).File("x"));
        yield return Of("lying record", ErrorCode.BadInput, "malformed", new TarMaker().Entry('x', "x", "", "99 path=x\n"u8.ToArray()).File("x"));
        yield return Of("too many entries", ErrorCode.LimitExceeded, "more than 20 entries",
            Enumerable.Range(0, 21).Aggregate(new TarMaker(), (tar, at) => tar.File($"d/{at}")));
        yield return Of("too many below the root", ErrorCode.LimitExceeded, "entries, limit 10: put them into a folder",
            Enumerable.Range(0, 11).Aggregate(new TarMaker(), (tar, at) => tar.File($"{at}")));
        yield return Of("too many in etc", ErrorCode.LimitExceeded, "etc has 11 entries, limit 10",
            Enumerable.Range(0, 11).Aggregate(new TarMaker(), (tar, at) => tar.File($"etc/{at}")));
        yield return Of("too deep", ErrorCode.LimitExceeded, "11 levels deep, limit 10", new TarMaker().File("a/a/a/a/a/a/a/a/a/a/a"));
        yield return Of("part too long", ErrorCode.LimitExceeded, "more than 255 bytes", new TarMaker().Pax(("path", new string('n', 256))).File("x"));
        yield return Of("name too long", ErrorCode.LimitExceeded, "limit 300",
            new TarMaker().Pax(("path", string.Join('/', Enumerable.Repeat(new string('n', 99), 4)))).File("x"));
        yield return Of("names too long together", ErrorCode.LimitExceeded, "more than 1000 bytes",
            Enumerable.Range(0, 9).Aggregate(new TarMaker(), (tar, at) => tar.Pax(("path", $"{new string('n', 200)}{at}")).File("x")));
        yield return Of("too many implied folders", ErrorCode.LimitExceeded, "more than 40 files and folders",
            Enumerable.Range(0, 9).Aggregate(new TarMaker(), (tar, at) => tar.File($"d/{at}/1/2/3/4/5")));
        yield return Of("deep through links", ErrorCode.LimitExceeded, "links on the way",
            Enumerable.Range(0, 9).Aggregate(new TarMaker(), (tar, at) => tar.Link($"l{at}", $"l{at + 1}/../l{at + 1}")).Folder("l9").File("l0/x"));
        yield return Of("bomb", ErrorCode.LimitExceeded, "more than 20 times its size", new TarMaker().File("zeros", new string('\0', 900_000)));
        yield return Of("too large", ErrorCode.LimitExceeded, "more than 1048576 bytes", new TarMaker().Entry('0', "noise", "", Noise(1_100_000)));
    }

    private static byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        new Random(1).NextBytes(noise);
        return noise;
    }

    [TestCaseSource(nameof(Archives))]
    public void A_hostile_archive_is_refused_as_a_layer_and_as_it_is(byte[] tar, ErrorCode code, string words)
    {
        string file = Path.Combine(Scratch, "plain.tar");
        File.WriteAllBytes(file, tar);
        PeerComputeException layer = Refused(Layout().Layer(new TarMaker().File("ok").Done()).Layer(tar).Write(), Small);
        Assert.That(layer.Code, Is.EqualTo(code), layer.Message);
        Assert.That(layer.Message, Does.Contain(words).And.Contain(": "));
        AssertEmpty();
        if (words.Contains("hides no name", StringComparison.Ordinal) || words.Contains("times its size", StringComparison.Ordinal)) return;
        PeerComputeException plain = Refused(file, Small);
        Assert.That(plain.Code, Is.EqualTo(code), plain.Message);
        AssertEmpty();
        Assert.That(File.Exists("/tmp/x"), Is.False);
    }

    private static IEnumerable<TestCaseData> Layouts()
    {
        static TestCaseData Of(string name, ErrorCode code, string words, Action<LayoutMaker> falsify) =>
            new TestCaseData(falsify, code, words).SetArgDisplayNames(name);
        const string zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
        yield return Of("no such blob", ErrorCode.NotFound, "not in the layout", made => made.Layers[0]!["digest"] = zero);
        yield return Of("digest of another kind", ErrorCode.BadInput, "sha256", made => made.Layers[0]!["digest"] = "sha512:00");
        yield return Of("digest as path", ErrorCode.BadInput, "sha256", made => made.Layers[0]!["digest"] = "sha256:../../../../etc/passwd");
        yield return Of("size too small", ErrorCode.NotAuthentic, "longer than the 10 bytes", made => made.Layers[0]!["size"] = 10);
        yield return Of("size too large", ErrorCode.NotAuthentic, "its descriptor says 99999", made => made.Layers[0]!["size"] = 99999);
        yield return Of("size below zero", ErrorCode.BadInput, "size must be", made => made.Layers[0]!["size"] = -1);
        yield return Of("size no number", ErrorCode.BadInput, "size must be", made => made.Layers[0]!["size"] = "1");
        yield return Of("size beyond", ErrorCode.LimitExceeded, "more than", made => made.Layers[0]!["size"] = long.MaxValue);
        yield return Of("other content", ErrorCode.NotAuthentic, "does not have its digest", made =>
        {
            string path = Directory.EnumerateFiles(Path.Combine(made.Folder, "blobs", "sha256")).Single();
            byte[] bytes = File.ReadAllBytes(path);
            bytes[4] ^= 1; // the time in the gzip header, which changes nothing of what it holds
            File.WriteAllBytes(path, bytes);
        });
        yield return Of("damaged gzip", ErrorCode.BadInput, "gzip", made =>
            made.Layers[0] = made.Blob(new byte[1000], "application/vnd.oci.image.layer.v1.tar+gzip"));
        yield return Of("other diff id", ErrorCode.NotAuthentic, "diff id", made => made.DiffIds[0] = zero);
        yield return Of("fewer diff ids", ErrorCode.BadInput, "1 layers, the configuration 0", made => made.DiffIds.Clear());
        yield return Of("zstd", ErrorCode.BadInput, "zstd", made => made.Layers[0]!["mediaType"] = "application/vnd.oci.image.layer.v1.tar+zstd");
        yield return Of("unknown layer", ErrorCode.BadInput, "type 'x/y'", made => made.Layers[0]!["mediaType"] = "x/y");
        yield return Of("layer elsewhere", ErrorCode.BadInput, "urls", made => made.Layers[0]!["urls"] = new JsonArray("https://example.invalid/"));
        yield return Of("no layers", ErrorCode.BadInput, "no layers", made => made.Layers.Clear());
        yield return Of("too many layers", ErrorCode.LimitExceeded, "layers: 3 items, limit 2", made =>
        {
            for (int more = 0; more < 2; more++) made.Layers.Add(made.Layers[0]!.DeepClone());
        });
        yield return Of("other processor", ErrorCode.BadInput, "linux/arm64, this node runs linux/amd64", made => made.Config["architecture"] = "arm64");
        yield return Of("other system", ErrorCode.BadInput, "windows/amd64", made => made.Config["os"] = "windows");
        yield return Of("schema 1", ErrorCode.BadInput, "schemaVersion", made => made.Manifest["schemaVersion"] = 1);
        yield return Of("no image", ErrorCode.BadInput, "no image of a file system", made =>
            made.Manifest["config"] = made.Blob("{}"u8.ToArray(), "application/x"));
        yield return Of("key twice", ErrorCode.BadInput, "not JSON as it should be", made =>
            made.Manifest["config"] = made.Blob("""{"os":"linux","os":"linux"}"""u8.ToArray(), "application/vnd.oci.image.config.v1+json"));
        yield return Of("nested JSON", ErrorCode.BadInput, "not JSON as it should be", made => made.Manifest["config"] =
            made.Blob([.. Enumerable.Repeat((byte)'[', 5000)], "application/vnd.oci.image.config.v1+json"));
        yield return Of("large configuration", ErrorCode.LimitExceeded, "limit 16384", made => made.Config["author"] = new string('x', 20_000));
        yield return Of("environment", ErrorCode.BadInput, "Env", made => made.Config["config"]!["Env"] = new JsonArray("=x"));
        yield return Of("much environment", ErrorCode.LimitExceeded, "Env: 1025 items, limit 1024", made =>
            made.Config["config"]!["Env"] = new JsonArray([.. Enumerable.Repeat("A=", 1025).Select(text => (JsonNode)text)]));
        yield return Of("folder above", ErrorCode.BadInput, "WorkingDir", made => made.Config["config"]!["WorkingDir"] = "/a/../../b");
        yield return Of("folder of the system", ErrorCode.BadInput, "WorkingDir", made => made.Config["config"]!["WorkingDir"] = "//proc/1");
        yield return Of("zero in an argument", ErrorCode.BadInput, "zero character", made => made.Config["config"]!["Cmd"] = new JsonArray("a\0b"));
        yield return Of("version", ErrorCode.BadInput, "imageLayoutVersion", made =>
            File.WriteAllText(Path.Combine(made.Folder, "oci-layout"), """{"imageLayoutVersion":"2"}"""));
        yield return Of("no layout", ErrorCode.BadInput, "oci-layout is missing", made => File.Delete(Path.Combine(made.Folder, "oci-layout")));
    }

    [TestCaseSource(nameof(Layouts))]
    public void A_false_layout_is_refused(Action<LayoutMaker> falsify, ErrorCode code, string words)
    {
        LayoutMaker made = Layout().Layer(new TarMaker().File("ok", "well").Done());
        falsify(made);
        PeerComputeException refused = Refused(made.Write(), Small);
        Assert.That(refused.Code, Is.EqualTo(code), refused.Message);
        Assert.That(refused.Message, Does.Contain(words));
        AssertEmpty();
    }

    [Test]
    public void An_archive_cut_anywhere_is_refused_or_whole()
    {
        byte[] tar = new TarMaker().File("a", "content").Pax(("path", "long")).File("b", "more").Open();
        for (int length = 0; length < tar.Length; length += 97)
        {
            string file = Path.Combine(Scratch, "cut.tar");
            File.WriteAllBytes(file, tar[..length]);
            if (length == 0) Assert.That(Import(file, "empty").Layers, Has.Count.EqualTo(1));
            else Assert.That(Refused(file).Code, Is.EqualTo(ErrorCode.BadInput), $"{length} bytes");
        }
    }

    [Test]
    public void A_damaged_archive_never_reaches_beyond_an_error()
    {
        int seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] whole = new TarMaker().Folder("a").File("a/x", "content").Link("l", "a").Pax(("path", "long"), ("size", "4")).File("b", "more")
            .HardLink("h", "b").Entry('L', "l", "", "name\0"u8.ToArray()).File("c").Done();
        for (int round = 0; round < 300; round++)
        {
            byte[] tar = [.. whole];
            for (int change = 0; change < 3; change++) tar[random.Next(tar.Length)] = (byte)random.Next(256);
            if (round % 2 == 0) Mend(tar);
            var reader = new ImageTree(Small);
            string folder = Directory.CreateDirectory(Path.Combine(Scratch, $"round{round}")).FullName;
            try
            {
                var writer = new LayerWriter(folder, new ImageBudget(Small), CancellationToken.None);
                reader.Apply(TarLayer.Read(new MemoryStream(tar), writer, whiteouts: true, Small), folder);
            }
            catch (PeerComputeException refused)
            {
                Assert.That(refused.Code, Is.EqualTo(ErrorCode.BadInput).Or.EqualTo(ErrorCode.LimitExceeded), refused.ToString());
            }
        }
    }

    /// <summary>Makes the checksum of every block fit that could be a header, so that damage gets past it.</summary>
    private static void Mend(byte[] tar)
    {
        for (int from = 0; from < tar.Length; from += 512)
        {
            Span<byte> block = tar.AsSpan(from, 512);
            if (!block[257..262].SequenceEqual("ustar"u8)) continue;
            block[148..156].Fill((byte)' ');
            int sum = 0;
            foreach (byte value in block) sum += value;
            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
        }
    }
}
