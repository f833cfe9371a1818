// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;

namespace PeerCompute.Execution.Tests.Images;

/// <summary>What layers make of each other, by the rules of the OCI.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class ImageTreeTest : ImageFixture
{
    [Test]
    public void Upper_layers_replace_hide_and_empty()
    {
        ImageRecord image = Import(Layers(
            new TarMaker().Folder("./").Folder("a/").File("a/x", "1").File("a/y", "1").Folder("b/").File("b/x", "1").File("c", "1").Folder("d")
                .File("d/e", "1"),
            new TarMaker().File("a/.wh.x").File("b/.wh..wh..opq").File("b/new", "2").File("c", "2").File("d", "2").File(".wh..wh.plnk", "")));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "a/", "a/y=1", "b/", "b/new=2", "c=2", "d=2" }));
        Assert.That(image.LeftOut, Is.EqualTo(1));
    }

    [Test]
    public void A_whiteout_hides_lower_layers_only_wherever_it_stands_in_its_own()
    {
        ImageRecord image = Import(Layers(
            new TarMaker().File("a/x", "1").File("a/y", "1"),
            new TarMaker().File("a/x", "2").File("a/.wh.x").File("a/.wh..wh..opq").File("a/.wh.never")));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "a/", "a/x=2" }));
    }

    [Test]
    public void A_link_to_a_folder_is_followed_within_the_root_and_replaced_by_a_folder_of_its_name()
    {
        ImageRecord image = Import(Layers(
            new TarMaker().Folder("usr").Folder("usr/lib").Link("lib", "usr/lib").Link("up", "../../../usr").Link("abs", "/usr/lib").Link("gone", "/new/place"),
            new TarMaker().File("lib/one", "1").File("up/two", "2").File("abs/three", "3").File("gone/four", "4"),
            new TarMaker().Folder("up").File("usr/lib/.wh.one")));
        Assert.That(TreeOf(image), Is.EqualTo(new[]
        {
            "abs>/usr/lib", "gone>/new/place", "lib>usr/lib", "new/", "new/place/", "new/place/four=4", "up/", "usr/", "usr/lib/",
            "usr/lib/three=3", "usr/two=2",
        }));
    }

    [Test]
    public void A_hard_link_is_the_same_file_and_survives_the_first_name()
    {
        ImageRecord image = Import(Layers(
            new TarMaker().File("bin/tool", "tool", 0x1ED).HardLink("bin/same", "bin/tool").Link("soft", "bin/tool").HardLink("soft2", "./soft"),
            new TarMaker().HardLink("later", "bin/tool"), new TarMaker().File("bin/.wh.tool")));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "bin/", "bin/same=tool", "later=tool", "soft>bin/tool", "soft2>bin/tool" }));
        Assert.That(File.GetUnixFileMode(Path.Combine(Store.RootOf(image), "bin/same")) & UnixFileMode.UserExecute, Is.Not.Zero);
    }

    [Test]
    public void The_last_of_equal_names_counts_and_case_makes_them_differ()
    {
        ImageRecord image = Import(Layers(new TarMaker().File("x", "1").File("x", "2").File("X", "3").Folder("y").File("y/z", "1").File("./y/z", "2")));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "X=3", "x=2", "y/", "y/z=2" }));
    }

    [Test]
    public void Rights_to_write_and_to_act_as_the_owner_are_not_kept()
    {
        ImageRecord image = Import(Layers(new TarMaker().File("root", "r", 0xDFF).File("secret", "s", 0x100)
            .Entry('3', "dev/null", "", []).Entry('6', "pipe", "", [])));
        UnixFileMode[] modes = [.. ((string[])["root", "secret"]).Select(name => File.GetUnixFileMode(Path.Combine(Store.RootOf(image), name)))];
        const UnixFileMode write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        const UnixFileMode forbidden = write | UnixFileMode.SetUser | UnixFileMode.SetGroup;
        Assert.That(modes.Select(mode => mode & forbidden), Is.All.EqualTo(UnixFileMode.None));
        Assert.That((image.Stripped, image.LeftOut), Is.EqualTo((1, 2)));
        Assert.That(TreeOf(image), Is.EqualTo(new[] { "root=r", "secret=s" }));
    }

    [Test]
    public void Long_names_come_in_both_forms()
    {
        string name = string.Join('/', Enumerable.Repeat(new string('n', 200), 4));
        ImageRecord image = Import(Layers(new TarMaker()
            .Entry('L', "././@LongLink", "", System.Text.Encoding.UTF8.GetBytes(name + "/gnu\0")).File("cut", "1")
            .Pax(("path", name + "/pax"), ("mtime", "1000000000.25"), ("SCHILY.xattr.user.x", "y")).File("cut", "2")
            .Pax(("linkpath", name + "/pax")).HardLink("hard", "cut")
            .Entry('K', "././@LongLink", "", System.Text.Encoding.UTF8.GetBytes(name)).Link("soft", "cut")));
        Assert.That(TreeOf(image), Is.SupersetOf(new[] { $"{name}/gnu=1", $"{name}/pax=2", "hard=2", $"soft>{name}" }));
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(Store.RootOf(image), "hard")), Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1_000_000_000)));
    }

    [Test]
    public void Links_in_a_ring_end()
    {
        PeerComputeException refused = Refused(Layers(new TarMaker().Link("a", "b").Link("b", "a").File("a/x")));
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.LimitExceeded));
        Assert.That(refused.Message, Is.EqualTo("entry 'a': more than 40 links on the way: pack it below its real folder"));
    }
}
