// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.States;
using PeerCompute.Wasm.Steps;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Tests.Steps;

/// <summary>Everything that docs/step-abi.md calls state is in the root, and each of it matters to what comes later.</summary>
[TestFixture]
public sealed class PartsTests
{
    private const int Stop = 6;

    private readonly StepJob _tables = StepJob.Named("tables");
    private readonly StepJob _files = StepJob.Named("files");

    [TestCase(StatePart.Control, 32, TestName = "step number")]
    [TestCase(StatePart.Control, 49, TestName = "fuel")]
    [TestCase(StatePart.Control, 56, TestName = "time slept")]
    [TestCase(StatePart.Control, 64, TestName = "chance")]
    [TestCase(StatePart.Control, 96, TestName = "bytes streamed")]
    [TestCase(StatePart.Memory, 256, TestName = "a byte of memory")]
    [TestCase(StatePart.Globals, 8, TestName = "a global")]
    [TestCase(StatePart.Globals, 32, TestName = "a global that refers to a function")]
    [TestCase(StatePart.Tables, 8, TestName = "a slot of a table")]
    [TestCase(StatePart.Tables, 32, TestName = "a slot of a table that grew")]
    [TestCase(StatePart.Segments, 0, TestName = "a segment that was dropped")]
    [TestCase(StatePart.Segments, 1, TestName = "a segment that was not dropped")]
    public void APartThatIsChangedChangesTheRootAndTheEnd(StatePart part, int at)
    {
        var honest = _tables.Run();
        var state = honest[Stop];
        var parts = (PagedBytes[])state.Parts.Clone();
        var bytes = parts[(int)part].ToArray();
        bytes[at] ^= part == StatePart.Segments ? (byte)(2 - at) : (byte)1;
        parts[(int)part] = PagedBytes.Empty.Next(bytes);
        var control = StepControl.Decode(parts[(int)StatePart.Control].ToArray());
        ExpectAnotherEnd(_tables, honest, new StepState(control, parts, state.Manifest, state.Contents, state.Nameless));
    }

    [Test]
    public void AFileThatIsChangedChangesTheRootAndTheEnd([Values("content", "length", "name", "kind", "one more")] string what)
    {
        var honest = _files.Run();
        var state = honest[Stop];
        var at = state.Manifest.IndexOf("many/a0");
        var entries = state.Manifest.Entries.ToList();
        var contents = state.Contents.ToList();
        switch (what)
        {
            case "content": Change(contents[at].ToArray(), 1); break;
            case "length": Change([.. contents[at].ToArray(), 0], 0); break;
            case "name": entries[at] = entries[at] with { Path = "many/a00" }; break;
            case "kind": entries[at] = entries[at] with { Kind = FolderEntryKind.ReadOnlyFile }; break;
            default:
                entries.Add(new FolderEntry("zero", FolderEntryKind.Folder, 0, PageTree.Empty.Root));
                contents.Add(PagedBytes.Empty);
                break;
        }

        ExpectAnotherEnd(_files, honest, new StepState(state.Control, state.Parts, new FolderManifest([.. entries]), [.. contents], state.Nameless));

        void Change(byte[] bytes, byte flip)
        {
            bytes[0] ^= flip;
            contents[at] = PagedBytes.Empty.Next(bytes);
            entries[at] = entries[at] with { Length = bytes.Length, Content = contents[at].Pages.Root };
        }
    }

    [Test]
    public void EverythingOfADescriptorIsWritten()
    {
        var files = new MemoryGuestFiles(10_000, 10);
        files.Put("a", [1, 2, 3]);
        files.Put("b", [1, 2, 3]);
        IGuestFile Open(string path)
        {
            files.Open(path, GuestOpen.Write, out var file);
            return file!;
        }

        var nameless = Open("b");
        files.Unlink("b");
        files.Put("b", [4]);
        Descriptor?[] Table(Descriptor file)
        {
            var table = new Descriptor?[256];
            table[0] = new Descriptor { Stream = 0, CanRead = true, Position = 1 };
            table[3] = new Descriptor { IsFolder = true, Preopened = true };
            table[4] = file;
            return table;
        }

        Descriptor[] all =
        [
            new() { Path = "a", File = Open("a"), CanRead = true },
            new() { Path = "a", File = Open("a"), CanWrite = true },
            new() { Path = "a", File = Open("a"), CanRead = true, Position = 1 },
            new() { Path = "a", File = Open("a"), CanRead = true, Append = true },
            new() { Path = "b", File = Open("a"), CanRead = true },
            new() { Path = "b", File = Open("b"), CanRead = true },
            new() { Path = "b", File = nameless, CanRead = true },
            new() { Path = "b", IsFolder = true },
            new() { Path = "c", IsFolder = true },
            new() { Path = "c", IsFolder = true, Listing = [] },
            new() { Path = "c", IsFolder = true, Listing = [new(".", GuestKind.Folder)] },
            new() { Path = "c", IsFolder = true, Listing = [new(".", GuestKind.File)] },
            new() { Stream = 1, CanWrite = true },
            new() { Stream = 2, CanWrite = true },
        ];
        var written = new List<string>();
        foreach (var descriptor in all)
        {
            written.Add(Written(Table(descriptor)));
            var moved = Table(descriptor);
            (moved[4], moved[5]) = (null, moved[4]);
            written.Add(Written(moved));
        }

        nameless.Write(0, [9]);
        written.Add(Written(Table(all[6])));
        var input = Table(all[0]);
        input[0]!.Position = 2;
        written.Add(Written(input));
        Assert.That(written, Is.Unique);

        string Written(Descriptor?[] table)
        {
            files.InOrder();
            return Convert.ToHexString(DescriptorList.Write(table, DescriptorList.Nameless(table)));
        }
    }

    private static void ExpectAnotherEnd(StepJob job, List<StepState> honest, StepState forged)
    {
        Assert.That(forged.Root, Is.Not.EqualTo(honest[Stop].Root));
        using var machine = StepMachine.Restore(job.Module, job.Terms, StepState.Decode(forged.Encode(), job.Terms));
        var roots = StepProgram.Finish(machine).Roots;
        Assert.That(roots[0], Is.EqualTo(forged.Root));
        Assert.That(roots, Has.None.Matches<Hash32>(root => honest.Any(state => state.Root == root)));
    }
}
