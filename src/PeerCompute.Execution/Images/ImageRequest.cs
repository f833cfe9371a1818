// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>What is imported.</summary>
/// <param name="Path">A folder with an OCI image layout, an archive of one, or a plain tar, tar.gz or zip archive of files.</param>
public sealed record ImageRequest(string Path)
{
    /// <summary>The name that it gets: letters a–z, digits, '.', '_' and '-', at most 64; null: one after the path.</summary>
    public string? Name { get; init; }

    /// <summary>Which image of a layout that holds several, by the name that it has there.</summary>
    public string? Reference { get; init; }

    /// <summary>For plain archives: the imported image, by name or digest, over which its files are laid.</summary>
    public string? Base { get; init; }
}
