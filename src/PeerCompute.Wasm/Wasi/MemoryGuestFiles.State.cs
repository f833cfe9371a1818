// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Wasi;

/// <content>What the state of a step program takes from its work folder, and puts back.</content>
public sealed partial class MemoryGuestFiles
{
    internal long Capacity => capacity;

    internal int MaxEntries => maxEntries;

    /// <summary>All files and folders but the root, in the order of a manifest; each node is given its number there.</summary>
    internal List<(string Path, MemoryNode Node)> InOrder()
    {
        var found = new List<(byte[] Key, string Path, MemoryNode Node)>();
        Visit(_root, string.Empty, found);
        found.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        var sorted = new List<(string Path, MemoryNode Node)>(found.Count);
        foreach (var (_, path, node) in found)
        {
            node.Number = sorted.Count;
            sorted.Add((path, node));
        }

        return sorted;
    }

    /// <summary>Puts back an entry whose folder is there already.</summary>
    internal GuestError Restore(FolderEntry entry, PageTree content, out MemoryNode? node)
    {
        if (Walk(entry.Path, out node) != GuestError.NotFound)
        {
            return GuestError.Exists;
        }

        var error = Add(entry.Path, entry.Kind == FolderEntryKind.Folder, out node);
        if (error == GuestError.None && node!.Children is null)
        {
            node.ReadOnly = entry.Kind == FolderEntryKind.ReadOnlyFile;
            error = Fill(node, content, entry.Length);
        }

        return error;
    }

    /// <summary>Puts back a file that has no name any more and is about to be opened.</summary>
    internal GuestError RestoreNameless(PageTree content, long length, out MemoryNode node)
    {
        node = new MemoryNode(false) { Linked = false };
        return Fill(node, content, length);
    }

    internal IGuestFile OpenNode(MemoryNode node) => new MemoryGuestFile(this, node);

    private static void Visit(MemoryNode folder, string prefix, List<(byte[] Key, string Path, MemoryNode Node)> found)
    {
        foreach (var (name, child) in folder.Children!)
        {
            var path = prefix + name;
            found.Add((Encoding.UTF8.GetBytes(path), path, child));
            if (child.Children is not null)
            {
                Visit(child, path + "/", found);
            }
        }
    }

    private GuestError Fill(MemoryNode node, PageTree content, long length)
    {
        var error = Resize(node, length);
        if (error == GuestError.None)
        {
            node.Restore(content, (int)length);
        }

        return error;
    }
}
