// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Wasm.Steps;

/// <summary>What is open, as a part of a state (docs/step-abi.md, section 4.6).</summary>
internal static class DescriptorList
{
    public const int MostDescriptors = 256;

    private const int Root = 3;
    private const int MostNameBytes = 255;
    private const int StreamKind = 0;
    private const int FolderKind = 1;
    private const int FileKind = 2;
    private const int AppendFlag = 1;
    private const int ReadFlag = 2;
    private const int WriteFlag = 4;

    /// <summary>Numbers the open files that have no name and gives their content.</summary>
    public static PagedBytes[] Nameless(ReadOnlySpan<Descriptor?> descriptors)
    {
        foreach (var descriptor in descriptors)
        {
            if (NodeOf(descriptor) is { Linked: false } node)
            {
                node.Number = 0;
            }
        }

        var found = new List<PagedBytes>();
        foreach (var descriptor in descriptors)
        {
            if (NodeOf(descriptor) is { Linked: false, Number: 0 } node)
            {
                found.Add(new PagedBytes(node.Length, node.Pages));
                node.Number = -found.Count;
            }
        }

        return [.. found];
    }

    /// <summary>Writes the list; nodes have their numbers.</summary>
    /// <returns>The bytes, or more of them than <see cref="StepTerms.DescriptorBytes"/>, where that is too few.</returns>
    public static byte[] Write(ReadOnlySpan<Descriptor?> descriptors, PagedBytes[] nameless)
    {
        var to = new StateWriter();
        to.Number(nameless.Length);
        foreach (var file in nameless)
        {
            to.Number(file.Length);
            to.Hash(file.Pages.Root);
        }

        for (var fd = 0; fd < descriptors.Length && to.Length <= StepTerms.DescriptorBytes; fd++)
        {
            if (descriptors[fd] is { } descriptor)
            {
                to.Number(fd);
                Write(to, descriptor);
            }
        }

        return to.ToArray();
    }

    /// <summary>Opens everything again.</summary>
    /// <param name="bytes">A stranger's.</param>
    /// <param name="named">Nodes by their numbers.</param>
    /// <param name="nameless">Content of those without a name.</param>
    /// <param name="files">Where they lie.</param>
    /// <param name="terms">The terms.</param>
    /// <param name="descriptors">What is filled.</param>
    public static void Read(
        ReadOnlySpan<byte> bytes, MemoryNode[] named, PagedBytes[] nameless, MemoryGuestFiles files, StepTerms terms, Span<Descriptor?> descriptors)
    {
        descriptors.Clear();
        var from = new StateReader(bytes);
        var others = ReadNameless(ref from, nameless, files);
        for (var next = 0; from.Position < bytes.Length;)
        {
            var fd = (int)from.Number("descriptors.number", MostDescriptors - 1);
            if (fd < next)
            {
                throw from.Refuse("descriptors.number", $"{fd} behind {next - 1}");
            }

            next = fd + 1;
            descriptors[fd] = from.Byte("descriptors.kind", FileKind) switch
            {
                StreamKind => ReadStream(ref from, terms),
                FolderKind => ReadFolder(ref from, fd == Root, terms),
                _ => ReadFile(ref from, named, others, files),
            };
        }

        if (descriptors[Root] is not { Preopened: true })
        {
            throw from.Refuse("descriptors", $"the root folder is not open as {Root}");
        }
    }

    /// <summary>Whether files without a name are those that a list names.</summary>
    public static void CheckNameless(ReadOnlySpan<byte> bytes, PagedBytes[] nameless)
    {
        var from = new StateReader(bytes);
        CheckNameless(ref from, nameless);
    }

    private static void CheckNameless(ref StateReader from, PagedBytes[] nameless)
    {
        if (from.Number("nameless.count", MostDescriptors) != nameless.Length)
        {
            throw from.Refuse("nameless.count", $"not the {nameless.Length} files that are there");
        }

        for (var i = 0; i < nameless.Length; i++)
        {
            if (from.Number("nameless.length", long.MaxValue) != nameless[i].Length || from.Hash("nameless.content") != nameless[i].Pages.Root)
            {
                throw from.Refuse("nameless.content", $"file {i} has another content");
            }
        }
    }

    private static MemoryNode? NodeOf(Descriptor? descriptor) => (descriptor?.File as MemoryGuestFile)?.Node;

    private static void Write(StateWriter to, Descriptor descriptor)
    {
        var append = descriptor.Append ? AppendFlag : 0;
        if (NodeOf(descriptor) is { } node)
        {
            to.Byte(FileKind);
            to.Byte((byte)(append | (descriptor.CanRead ? ReadFlag : 0) | (descriptor.CanWrite ? WriteFlag : 0)));
            to.Text(descriptor.Path);
            to.Number(descriptor.Position);
            to.Number(node.Number < 0 ? (-(long)node.Number * 2) - 1 : (long)node.Number * 2);
        }
        else if (descriptor.IsFolder)
        {
            to.Byte(FolderKind);
            to.Byte((byte)append);
            to.Text(descriptor.Path);
            to.Number(descriptor.Listing is null ? 0 : descriptor.Listing.Count + 1);
            foreach (var entry in descriptor.Listing ?? [])
            {
                to.Text(entry.Name);
                to.Byte((byte)entry.Kind);
            }
        }
        else
        {
            Invariant.Check(descriptor.Stream is >= 0 and <= 2);
            to.Byte(StreamKind);
            to.Byte((byte)append);
            to.Number(descriptor.Stream);
            to.Number(descriptor.Position);
        }
    }

    private static MemoryNode[] ReadNameless(ref StateReader from, PagedBytes[] nameless, MemoryGuestFiles files)
    {
        CheckNameless(ref from, nameless);
        var nodes = new MemoryNode[nameless.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            if (files.RestoreNameless(nameless[i].Pages, nameless[i].Length, out nodes[i]) != GuestError.None)
            {
                throw from.Refuse("nameless.length", "more bytes than granted");
            }
        }

        return nodes;
    }

    private static Descriptor ReadStream(ref StateReader from, StepTerms terms)
    {
        var append = from.Byte("descriptors.flags", AppendFlag) != 0;
        var stream = (int)from.Number("descriptors.stream", 2);
        var position = from.Number("descriptors.position", stream == 0 ? terms.Stdin.Length : 0);
        return new Descriptor { Stream = stream, CanRead = stream == 0, CanWrite = stream != 0, Append = append, Position = position };
    }

    private static Descriptor ReadFolder(ref StateReader from, bool root, StepTerms terms)
    {
        var append = from.Byte("descriptors.flags", AppendFlag) != 0;
        var path = ReadPath(ref from);
        if (root && path.Length > 0)
        {
            throw from.Refuse("descriptors.path", "the root folder has none");
        }

        var folder = new Descriptor { Path = path, IsFolder = true, Preopened = root, Append = append };
        var count = from.Number("descriptors.listing", terms.MaxEntries + 3) - 1;
        if (count < 0)
        {
            return folder;
        }

        folder.Listing = [];
        for (var i = 0; i < count; i++)
        {
            var name = from.Text("descriptors.listing.name", MostNameBytes);
            var kind = (GuestKind)from.Byte("descriptors.listing.kind", (int)GuestKind.File);
            if (name.Length == 0 || name.AsSpan().IndexOfAny('/', '\0') >= 0 || kind < GuestKind.Folder)
            {
                throw from.Refuse("descriptors.listing", "no name of a file or folder");
            }

            folder.Listing.Add(new GuestEntry(name, kind));
        }

        return folder;
    }

    private static Descriptor ReadFile(ref StateReader from, MemoryNode[] named, MemoryNode[] nameless, MemoryGuestFiles files)
    {
        var flags = from.Byte("descriptors.flags", AppendFlag | ReadFlag | WriteFlag);
        var path = ReadPath(ref from);
        var position = from.Number("descriptors.position", long.MaxValue);
        var number = from.Number("descriptors.file", 2L * StepTerms.MostEntries);
        var among = number % 2 == 0 ? named : nameless;
        if (number / 2 >= among.Length || among[number / 2] is not { Children: null } node || (node.ReadOnly && (flags & WriteFlag) != 0))
        {
            throw from.Refuse("descriptors.file", $"{number}, no file that can be open so");
        }

        return new Descriptor
        {
            Path = path,
            File = files.OpenNode(node),
            CanRead = (flags & ReadFlag) != 0,
            CanWrite = (flags & WriteFlag) != 0,
            Append = (flags & AppendFlag) != 0,
            Position = position,
        };
    }

    private static string ReadPath(ref StateReader from)
    {
        var path = from.Text("descriptors.path", GuestPath.MostBytes);
        return path.Length == 0 || GuestPath.IsNormal(path) ? path : throw from.Refuse("descriptors.path", "not as the engine writes paths");
    }
}
