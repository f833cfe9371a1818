// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Execution.Guests;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Tests.Guests;

[TestFixture]
internal sealed class FolderFilesTest
{
    private const GuestOpen Create = GuestOpen.Write | GuestOpen.Create;
    private string _folder = null!;
    private string _input = null!;
    private OutputBudget _budget = null!;
    private FolderFiles _files = null!;

    [SetUp]
    public void Make()
    {
        _folder = Directory.CreateTempSubdirectory("task").FullName;
        _input = Path.GetTempFileName();
        File.WriteAllText(_input, "given");
        _budget = new OutputBudget(1000);
        _files = new FolderFiles(_folder, [("in/data.txt", _input)], _budget);
    }

    [TearDown]
    public void Remove()
    {
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
        File.Delete(_input);
    }

    [Test]
    public void What_is_written_lies_under_a_number_and_is_read_back()
    {
        Write("deep name.txt", "hello");
        Write("other", "x");
        Assert.Multiple(() =>
        {
            Assert.That(_files.NumberOf("deep name.txt"), Is.EqualTo(0));
            Assert.That(_files.NumberOf("other"), Is.EqualTo(1));
            Assert.That(_files.NumberOf("absent"), Is.EqualTo(-1));
            Assert.That(File.ReadAllText(Path.Combine(_folder, "0")), Is.EqualTo("hello"));
            Assert.That(Read("deep name.txt"), Is.EqualTo("hello"));
            Assert.That(Directory.EnumerateFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "0", "1" }));
        });
    }

    [Test]
    public void An_input_is_read_but_neither_written_renamed_nor_removed()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Read("in/data.txt"), Is.EqualTo("given"));
            Assert.That(_files.Open("in/data.txt", GuestOpen.Write, out _), Is.EqualTo(GuestError.Access));
            Assert.That(_files.Open("in/data.txt", Create | GuestOpen.Truncate, out _), Is.EqualTo(GuestError.Access));
            Assert.That(_files.Unlink("in/data.txt"), Is.EqualTo(GuestError.Access));
            Assert.That(_files.Rename("in/data.txt", "mine"), Is.EqualTo(GuestError.Access));
            Assert.That(_files.Rename("in", "mine"), Is.EqualTo(GuestError.Access));
            Assert.That(_files.NumberOf("in/data.txt"), Is.EqualTo(-1), "an input is no output");
        });
        Write("mine", "x");
        Assert.That(_files.Rename("mine", "in/data.txt"), Is.EqualTo(GuestError.Access));
        Assert.That(File.ReadAllText(_input), Is.EqualTo("given"));
    }

    [Test]
    public void The_budget_counts_growth_gaps_and_gives_back_what_is_removed()
    {
        Write("a", new string('a', 400));
        Assert.That(_files.Open("b", Create, out IGuestFile? file), Is.EqualTo(GuestError.None));
        using (file)
        {
            Assert.Multiple(() =>
            {
                Assert.That(file!.Write(500, [1]), Is.EqualTo(GuestError.None), "501 bytes with the gap");
                Assert.That(_budget.Used, Is.EqualTo(901));
                Assert.That(file.Write(0, new byte[501]), Is.EqualTo(GuestError.None), "no growth");
                Assert.That(file.SetLength(601), Is.EqualTo(GuestError.NoSpace));
                Assert.That(file.Write(long.MaxValue, [1]), Is.EqualTo(GuestError.NoSpace));
                Assert.That(_budget.Refused);
                Assert.That(_files.Unlink("a"), Is.EqualTo(GuestError.None));
                Assert.That(_budget.Used, Is.EqualTo(501));
                Assert.That(file.SetLength(1000), Is.EqualTo(GuestError.None));
                Assert.That(file.SetLength(10), Is.EqualTo(GuestError.None));
                Assert.That(_budget.Used, Is.EqualTo(10));
            });
        }
    }

    [Test]
    public void A_removed_file_lives_until_it_is_closed()
    {
        Assert.That(_files.Open("a", Create, out IGuestFile? file), Is.EqualTo(GuestError.None));
        Assert.That(file!.Write(0, "abc"u8), Is.EqualTo(GuestError.None));
        Assert.That(_files.Unlink("a"), Is.EqualTo(GuestError.None));
        byte[] buffer = new byte[3];
        Assert.That(file.Read(0, buffer, out int count), Is.EqualTo(GuestError.None));
        Assert.That(buffer.AsSpan(0, count).SequenceEqual("abc"u8));
        file.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(_budget.Used, Is.Zero);
            long[] left = [.. new DirectoryInfo(_folder).EnumerateFiles().Select(file => file.Length)];
            Assert.That(left, Is.EqualTo(new[] { 0L }), "emptied: a child may delete nothing");
        });
        Write("a", "again");
        Write("b", "more");
        Assert.That(_files.NumberOf("a"), Is.Zero, "its place on the disk is used again");
        Assert.That(_files.NumberOf("b"), Is.EqualTo(1));
    }

    [Test]
    public void Names_behave_like_a_file_system()
    {
        Write("a", "1");
        Assert.Multiple(() =>
        {
            Assert.That(_files.CreateFolder("d"), Is.EqualTo(GuestError.None));
            Assert.That(_files.CreateFolder("d"), Is.EqualTo(GuestError.Exists));
            Assert.That(_files.CreateFolder("x/y"), Is.EqualTo(GuestError.NotFound));
            Assert.That(_files.CreateFolder("a/y"), Is.EqualTo(GuestError.NotFolder));
            Assert.That(_files.Rename("a", "d/b"), Is.EqualTo(GuestError.None));
            Assert.That(_files.Stat("a", out _), Is.EqualTo(GuestError.NotFound));
            Assert.That(_files.RemoveFolder("d"), Is.EqualTo(GuestError.NotEmpty));
            Assert.That(_files.Rename("d", "d/e"), Is.EqualTo(GuestError.Invalid));
            Assert.That(_files.Open("d", GuestOpen.Read, out _), Is.EqualTo(GuestError.IsFolder));
            Assert.That(_files.Open("d/b", Create | GuestOpen.New, out _), Is.EqualTo(GuestError.Exists));
            Assert.That(_files.Unlink("d/b"), Is.EqualTo(GuestError.None));
            Assert.That(_files.RemoveFolder("d"), Is.EqualTo(GuestError.None));
            Assert.That(_files.RemoveFolder(""), Is.EqualTo(GuestError.Access));
            Assert.That(_files.List("", out IReadOnlyList<GuestEntry> entries), Is.EqualTo(GuestError.None));
            Assert.That(entries, Is.EqualTo(new[] { new GuestEntry("in", GuestKind.Folder) }));
        });
    }

    [Test]
    public void Entries_are_bounded()
    {
        int made = 0;
        while (made <= FolderFiles.MostEntries && _files.CreateFolder($"d{made}") == GuestError.None) made++;
        Assert.That(made, Is.EqualTo(FolderFiles.MostEntries - 2), "the input and its folder count");
        Assert.That(_files.RemoveFolder("d0"), Is.EqualTo(GuestError.None));
        Assert.That(_files.CreateFolder("again"), Is.EqualTo(GuestError.None));
    }

    private void Write(string name, string text)
    {
        Assert.That(_files.Open(name, Create | GuestOpen.Truncate, out IGuestFile? file), Is.EqualTo(GuestError.None));
        using (file) Assert.That(file!.Write(0, Encoding.UTF8.GetBytes(text)), Is.EqualTo(GuestError.None));
    }

    private string Read(string name)
    {
        Assert.That(_files.Open(name, GuestOpen.Read, out IGuestFile? file), Is.EqualTo(GuestError.None));
        using (file)
        {
            byte[] buffer = new byte[file!.Length + 10];
            Assert.That(file.Read(0, buffer, out int count), Is.EqualTo(GuestError.None));
            return Encoding.UTF8.GetString(buffer, 0, count);
        }
    }
}
