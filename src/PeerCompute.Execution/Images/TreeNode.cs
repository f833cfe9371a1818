// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>A node of an image's tree: a folder with children, a file with its content's path, or a symbolic link with its target.</summary>
internal sealed class TreeNode
{
    private TreeNode()
    {
    }

    /// <summary>What a folder holds, by name; null for all else.</summary>
    public SortedDictionary<string, TreeNode>? Children { get; private init; }

    /// <summary>Where a file's content lies; null for all else.</summary>
    public string? Content { get; private init; }

    /// <summary>Target of a symbolic link; null for all else.</summary>
    public string? Target { get; private init; }

    public static TreeNode Folder() => new() { Children = new SortedDictionary<string, TreeNode>(StringComparer.Ordinal) };

    public static TreeNode File(string content) => new() { Content = content };

    public static TreeNode Link(string target) => new() { Target = target };
}
