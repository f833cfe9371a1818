// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Images;

/// <summary>
/// Lays an image's tree out in an empty folder. Files are hard links to the contents of layers, which stay as they are: the root is only read. Symbolic
/// links are made last of all, so that nothing can be written through one, whatever the file system takes for equal names.
/// </summary>
internal static class RootLayout
{
    // PATH_MAX is 4096, and the folder of the root stands in front.
    private const int MostPathBytes = 3072;

    /// <summary>Lays it out.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="folder">An empty folder of our own.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    public static void Write(ImageTree tree, string folder, ImageLimits limits, CancellationToken cancellation)
    {
        Mounts(tree.Root, "the root", limits);
        if (tree.Root.Children!.TryGetValue("etc", out TreeNode? settings) && settings.Children is not null) Mounts(settings, "etc", limits);
        var links = new List<(string Path, string Target)>();
        Write(tree.Root, folder, Encoding.UTF8.GetByteCount(folder) + MostPathBytes, links, cancellation);
        foreach ((string path, string target) in links)
        {
            cancellation.ThrowIfCancellationRequested();
            File.CreateSymbolicLink(path, target);
        }
    }

    private static void Mounts(TreeNode node, string name, ImageLimits limits)
    {
        if (node.Children!.Count > limits.Mounts)
            throw ImageFault.Limit($"{name} has {node.Children.Count} entries, limit {limits.Mounts}: put them into a folder below");
    }

    private static void Write(TreeNode node, string folder, int mostBytes, List<(string Path, string Target)> links, CancellationToken cancellation)
    {
        foreach ((string name, TreeNode child) in node.Children!)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = folder + "/" + name;
            if (Encoding.UTF8.GetByteCount(path) > mostBytes) throw ImageFault.Limit($"a path of more than {MostPathBytes} bytes: pack it flatter");
            if (child.Target is { } target)
            {
                links.Add((path, target));
            }
            else if (child.Content is { } content)
            {
                if (!FileLink.TryMake(content, path)) File.Copy(content, path, overwrite: false);
            }
            else
            {
                Directory.CreateDirectory(path);
                Write(child, path, mostBytes, links, cancellation);
            }
        }
    }
}
