// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Protocol;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Tests.Runs;

/// <summary>What a captured child may leave in its folder goes with the lease, however hard it is to name or to open.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class LeaseFolderTest
{
    private string _root = "";

    [SetUp]
    public void MakeRoot() => _root = Directory.CreateTempSubdirectory("lease").FullName;

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    [TestCase("d=$(printf 'd%.0s' $(seq 200)); mkdir t; for i in $(seq 60); do mkdir n && mv t n/$d && mv n t || exit 1; done",
        TestName = "Folders_deeper_than_a_path_can_name_go")]
    [TestCase("mkdir -p a/b && echo x >a/b/c && chmod 000 a/b && chmod 000 a", TestName = "Folders_that_their_owner_cannot_open_go")]
    [TestCase("mkdir a; : >\"$(printf 'a/\\377\\376')\"; : >\"$(printf '\\377')\"; : >-rf; : >'a\nb'", TestName = "Files_whose_names_are_no_text_go")]
    [TestCase("mkfifo pipe; ln -s / root; ln -s /nowhere dangling; mkdir -p x/y; ln -s ../.. x/y/up", TestName = "Pipes_and_links_go_and_no_link_is_followed")]
    [TestCase("mkdir a && cd a && for i in $(seq 3000); do : >f$i; done; mkdir b c d; : >c/x", TestName = "Many_files_go")]
    public void Whatever_is_left_goes(string leave)
    {
        var folder = new LeaseFolder(_root);
        string run = folder.Begin();
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", leave]) { WorkingDirectory = Path.Combine(folder.Writable, run) })!)
        {
            shell.WaitForExit();
            Assert.That(shell.ExitCode, Is.Zero);
        }

        Assert.That(folder.Size, Throws.Nothing);
        bool plain = folder.TryEnd(run);
        folder.Clear();
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Writable), Is.Empty, plain ? "plainly" : "once the child was gone");
        folder.Remove();
        Assert.That(Directory.EnumerateFileSystemEntries(_root), Is.Empty);
    }

    [Test]
    public void What_is_no_folder_or_cannot_be_removed_is_said_and_nothing_is_thrown()
    {
        Assert.That(Debris.Remove(Path.Combine(_root, "nowhere")), Is.Empty);
        Assert.That(Debris.Remove(""), Is.Empty);
        Assert.That(Debris.Remove("a\0b"), Is.Empty);
        Assert.That(Debris.Remove("/proc/self/fd"), Is.Not.Empty);
    }

    [Test]
    public void A_folder_is_packed_by_what_the_child_says_and_its_files_are_gone()
    {
        OutputFile packed = Take([("a", -1), ("a/x", 0), ("b", 1)], out _)!;
        Assert.That(packed.Name, Is.EqualTo("out/"));
        PackedInput folder = PackedInput.Open(packed.Path);
        folder.Check();
        Assert.That(folder.Entries.Select(entry => (entry.Path, entry.Length)), Is.EqualTo(new[] { ("a", 0L), ("a/x", 100L), ("b", 100L) }));
    }

    [Test]
    public void What_a_captured_child_says_of_a_folder_is_checked()
    {
        (string, int)[][] lies =
        [
            [("../x", 0)], [("/etc/x", 0)], [("a/b", 0)], [("b", 0), ("a", 1)], [("a", 0), ("a", 1)], [("A", 0), ("a", 1)], [("a\n", 0)],
            [("a", 7)], [("a", 0), ("b", 0)], [("a", int.MaxValue - 1)], [(new string('x', 300), 0)], [("", 0)], [("a", 2)], [("a", 3)],
        ];
        foreach ((string, int)[] lie in lies)
        {
            Assert.That(Take(lie, out string refusal), Is.Null);
            Assert.That(refusal, Is.Not.Empty);
        }

        Assert.That(Take(null, out string missing), Is.Null);
        Assert.That(missing, Is.Empty);
    }

    /// <summary>Packs in a folder with two files of 100 bytes, a link and a folder under the numbers from 0.</summary>
    private OutputFile? Take(IReadOnlyList<(string Path, int Number)>? says, out string refusal)
    {
        var folder = new LeaseFolder(_root);
        string run = folder.Begin();
        string place = Path.Combine(folder.Writable, run);
        for (int i = 0; i < 2; i++) File.WriteAllBytes(Path.Combine(place, $"{i}"), new byte[100]);
        File.CreateSymbolicLink(Path.Combine(place, "2"), "/etc/passwd");
        Directory.CreateDirectory(Path.Combine(place, "3"));
        FolderTree tree = says is null ? FolderTree.Missing : FolderTree.Decode(new FolderTree(says, "").Encode());
        long left = 1000;
        OutputFile? packed = folder.TakeFolder(run, tree, "out/", ref left, out refusal);
        if (packed is not null) Assert.That(Directory.GetFiles(place), Is.EqualTo(new[] { Path.Combine(place, "2") }));
        return packed;
    }

    [TestCase("ln -s / root; ln -s /usr/bin/dash file; ln -s . loop; mkdir a b; ln -s ../b a/b; ln -s ../a b/a; ln -s /nowhere c", 0,
        TestName = "No_link_is_followed_whether_it_leads_out_or_round")]
    [TestCase("mkdir -p a/b/c/d/e/f; head -c 7 /dev/zero >a/b/c/d/e/f/x", 7, TestName = "Folders_are_looked_into")]
    [TestCase("mkdir -p a/b/c/d/e/f/g/h/i/j; : >a/b/c/d/e/f/g/h/i/j/x", long.MaxValue, TestName = "Deeper_than_an_engine_makes_is_too_much")]
    [TestCase("truncate -s 1T a", 1L << 40, TestName = "Holes_count")]
    [TestCase("mkfifo pipe; mkdir empty", 0, TestName = "What_is_no_file_has_no_bytes")]
    [TestCase("i=0; while [ $i -lt 60 ]; do mkdir $i; j=0; while [ $j -lt 60 ]; do : >$i/$j; j=$((j+1)); done; i=$((i+1)); done", long.MaxValue,
        TestName = "A_huge_tree_is_not_walked_to_its_end")]
    public void A_look_at_what_was_written_is_bounded_and_stays_inside(string leave, long bytes)
    {
        var folder = new LeaseFolder(_root);
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", leave]) { WorkingDirectory = folder.Writable })!)
        {
            shell.WaitForExit();
            Assert.That(shell.ExitCode, Is.Zero);
        }

        Assert.That(folder.Size(), Is.EqualTo(bytes));
        folder.Remove();
    }

    [Test]
    public void More_bytes_than_a_number_can_tell_are_too_many()
    {
        const string memory = "/dev/shm";
        if (!Directory.Exists(memory)) Assert.Ignore("no file system in memory here: others have no such large files");
        string place = Path.Combine(memory, Path.GetRandomFileName());
        var folder = new LeaseFolder(place);
        foreach (string name in new[] { "a", "b", "c" })
        {
            using FileStream file = File.Create(Path.Combine(folder.Writable, name));
            file.SetLength(1L << 62);
        }

        Assert.That(folder.Size(), Is.EqualTo(long.MaxValue));
        folder.Remove();
        Directory.Delete(place);
    }

    [TestCase("mkfifo 0")]
    [TestCase("ln -s /etc/passwd 0")]
    [TestCase("mkdir 0")]
    public async Task An_output_that_is_no_file_keeps_nobody_waiting(string leave)
    {
        var folder = new LeaseFolder(_root);
        string run = folder.Begin();
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", leave]) { WorkingDirectory = Path.Combine(folder.Writable, run) })!;
        await shell.WaitForExitAsync();
        long left = 1000;
        Assert.That(folder.Take(run, 0, "result", ref left), Is.Null);
        Assert.That(folder.Begin(), Is.Not.EqualTo(run), "nothing of it is in the way of the next task");
        folder.Remove();
    }

    [Test]
    public void Every_byte_below_the_folder_counts()
    {
        var folder = new LeaseFolder(_root);
        string run = folder.Begin();
        Directory.CreateDirectory(Path.Combine(folder.Writable, run, "deeper"));
        foreach (string place in new[] { "", run, Path.Combine(run, "deeper") }) File.WriteAllBytes(Path.Combine(folder.Writable, place, "x"), new byte[100]);
        Assert.That(folder.Size(), Is.EqualTo(300));
        for (int i = 0; i < 3000; i++) File.WriteAllBytes(Path.Combine(folder.Writable, $"x{i}"), []);
        Assert.That(folder.Size(), Is.EqualTo(long.MaxValue), "no engine makes so many files");
        folder.Remove();
    }
}
