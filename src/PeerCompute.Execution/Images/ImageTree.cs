// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>
/// The file tree of an image, put together in memory: layers are applied to it, links are followed within it. Nothing of a stranger's touches the disk
/// until the tree is whole.
/// </summary>
/// <param name="limits">Bounds.</param>
internal sealed class ImageTree(ImageLimits limits)
{
    private const int MostLinks = 40; // as the kernel: path_resolution(7), MAXSYMLINKS

    // Steps along paths while layers are applied: honest images take about ten for an entry, chains of links thousands.
    private const long MostSteps = 50_000_000;

    private int _nodes;
    private long _steps;

    /// <summary>The root folder.</summary>
    public TreeNode Root { get; } = TreeNode.Folder();

    /// <summary>Applies a layer: first what it hides, then what it adds (OCI image specification, layer.md, Whiteouts).</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="folder">Where the contents of its files lie.</param>
    public void Apply(Layer layer, string folder)
    {
        foreach (LayerEntry entry in layer.Entries)
        {
            if (entry.Kind == LayerEntryKind.Opaque) FolderAt(entry.Path, make: false)?.Children!.Clear();
            else if (entry.Kind == LayerEntryKind.Whiteout) ParentOf(entry.Path, make: false, out string name)?.Children!.Remove(name);
        }

        foreach (LayerEntry entry in layer.Entries)
        {
            switch (entry.Kind)
            {
                case LayerEntryKind.Folder: MakeFolder(entry.Path); break;
                case LayerEntryKind.File: Put(entry.Path, TreeNode.File(LayerWriter.PathOf(folder, entry.Number))); break;
                case LayerEntryKind.SymbolicLink: Put(entry.Path, TreeNode.Link(entry.Target)); break;
                case LayerEntryKind.HardLink: Put(entry.Path, Linked(entry)); break;
                default: break;
            }
        }
    }

    /// <summary>Makes a folder at a path, in place of what is no folder; links on the way are followed.</summary>
    public void MakeFolder(string path)
    {
        if (path.Length == 0) return;
        TreeNode parent = ParentOf(path, make: true, out string name)!;
        if (!parent.Children!.TryGetValue(name, out TreeNode? old) || old.Children is null) Set(parent, name, TreeNode.Folder());
    }

    /// <summary>The folder at a path, every link followed within the root.</summary>
    /// <param name="path">The path; empty for the root.</param>
    /// <param name="make">Whether missing folders are made.</param>
    /// <returns>The folder; null where there is none and none is made.</returns>
    public TreeNode? FolderAt(string path, bool make)
    {
        var above = new Stack<TreeNode>();
        TreeNode at = Root;
        var left = new Stack<string>(path.Split('/').Reverse());
        int links = 0;
        while (left.TryPop(out string? part))
        {
            if (++_steps > MostSteps) throw ImageFault.Limit("the entries lie behind too many links: pack the image without links to folders");
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (above.TryPop(out TreeNode? higher)) at = higher; // at the root a step up leads to the root
                continue;
            }

            if (!at.Children!.TryGetValue(part, out TreeNode? next))
            {
                if (!make) return null;
                next = Set(at, part, TreeNode.Folder());
            }

            if (next.Target is { } target)
            {
                if (++links > MostLinks)
                    throw ImageFault.Limit($"{EntryName.Quote(path)}: more than {MostLinks} links on the way: pack it below its real folder");
                if (target.StartsWith('/'))
                {
                    at = Root;
                    above.Clear();
                }

                foreach (string step in target.Split('/').Reverse()) left.Push(step);
                continue;
            }

            if (next.Children is null && make)
                throw ImageFault.Bad($"{EntryName.Quote(path)}: a file lies where a folder should be: pack it again");
            if (next.Children is null) return null;
            above.Push(at);
            at = next;
        }

        return at;
    }

    private TreeNode? ParentOf(string path, bool make, out string name)
    {
        int slash = path.LastIndexOf('/');
        name = path[(slash + 1)..];
        return FolderAt(slash < 0 ? "" : path[..slash], make);
    }

    private void Put(string path, TreeNode node) => Set(ParentOf(path, make: true, out string name)!, name, node);

    private TreeNode Set(TreeNode parent, string name, TreeNode node)
    {
        // Folders that are only implied by names count too.
        if (++_nodes > 2 * limits.Entries)
            throw ImageFault.Limit($"the layers make more than {2 * limits.Entries} files and folders: leave out what the program does not need");
        return parent.Children![name] = node;
    }

    private TreeNode Linked(in LayerEntry entry)
    {
        TreeNode? found = null;
        ParentOf(entry.Target, make: false, out string name)?.Children!.TryGetValue(name, out found);
        return found switch
        {
            { Content: { } content } => TreeNode.File(content),
            { Target: { } target } => TreeNode.Link(target),
            _ => throw ImageFault.Bad($"{EntryName.Quote(entry.Path)}: a hard link to '{Base.Errors.Printable.Line(entry.Target, 80)}', "
                + "which is no file of this image: pack it again"),
        };
    }
}
